"""Posts in a fixed order: with n people free, the first n posts of a list are manned.

Source: rule R4 of docs/policies.md, the nested compliance table; the form in which only whoever
becomes free is moved is that of the priority list of JEMSS.jl. The list itself is built by greedy
maximum expected cover: Daskin (1983), Transportation Science 17(1), 48-70.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patrolsim import Base, GoTo, Parameter, PolicySpec, Role
from patrolsim_policies.coverage import COVER_PARAMETERS, CoverMap, make_cover_map

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from patrolsim import StateView


@dataclass(slots=True)
class ComplianceTable:
    """Sends a free person to the first post of the list that nobody free holds or goes to.

    Looks at: where the other free people are or go, the named places and, for a list that is not
    given, the forecast. Row n + 1 of the table is row n and one post more. O(free people) per
    decision; O(posts x places) for each post that the list grows by.

    Attributes
    ----------
    cover
        The places to be covered, for a list that is not given.
    names
        Names of the posts, the first to be manned first; after the last it begins again. Empty:
        each next post is the one that adds most to the expected cover.
    order
        The list as far as it was needed: indices of `StateView.posts`.
    """

    cover: CoverMap
    names: tuple[str, ...]
    order: list[int] = field(default_factory=list)
    counts: npt.NDArray[np.int64] | None = None

    def standby(self, view: StateView, volunteer_id: int) -> GoTo | Base:
        """Return the first post that is not manned; the own base without posts in reach."""
        posts = view.posts()
        others = [who for who in view.free() if who != volunteer_id]
        held = Counter(view.destination(who) for who in others)
        for post in self.row(view, volunteer_id, len(others) + 1):
            _name, x, y = posts[post]
            node = view.node_near(volunteer_id, x, y)
            if held[node] > 0:
                held[node] -= 1
            elif view.travel_time_s(volunteer_id, x, y) < math.inf:
                return GoTo(x, y)
        return Base.OWN

    def row(self, view: StateView, volunteer_id: int, people: int) -> list[int]:
        """Return the posts to be manned by so many free people, the first to be manned first."""
        while len(self.order) < people and view.posts():
            self.order.append(self._next(view, volunteer_id))
        return self.order[:people]

    def _next(self, view: StateView, volunteer_id: int) -> int:
        """Return the post by which the list grows; ties: the first in the scenario."""
        if self.names:
            known = [name for name, _x, _y in view.posts()]
            name = self.names[len(self.order) % len(self.names)]
            if name not in known:
                raise ValueError(f"order: the scenario has no place {name!r}")
            return known.index(name)
        counts = self._counts(view)
        covered = [
            self.cover.covered_from(view, volunteer_id, view.node_near(volunteer_id, x, y))
            for _name, x, y in view.posts()
        ]
        gains = [self.cover.worth(view, reached, counts) for reached in covered]
        best = gains.index(max(gains))
        counts += covered[best]
        return best

    def _counts(self, view: StateView) -> npt.NDArray[np.int64]:
        import numpy as np

        if self.counts is None:
            self.counts = np.zeros(len(self.cover.weights_of(view)), np.int64)
        return self.counts


def _build(parameters: Mapping[str, Any]) -> ComplianceTable:
    names = [name.strip() for name in (parameters["order"] or "").split(",")]
    return ComplianceTable(make_cover_map(parameters), tuple(filter(None, names)))


COMPLIANCE_TABLE = PolicySpec(
    name="compliance_table",
    role=Role.STANDBY,
    build=_build,
    about="With n people free, the first n posts of a list are manned.",
    parameters={
        **COVER_PARAMETERS,
        "order": Parameter(
            kind="text",
            default=None,
            about="Names of the posts, the first to be manned first: 'market, school'; left out,"
            " each next one adds most to the cover.",
        ),
    },
)
