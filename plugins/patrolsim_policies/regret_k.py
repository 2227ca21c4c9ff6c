"""Send first to the incident that would lose most if its best person went elsewhere.

Source: rule D4b of docs/policies.md; regret insertion of Potvin and Rousseau (1993), A parallel
route building algorithm for the vehicle routing and scheduling problem with time windows,
European Journal of Operational Research 66(3), 331-340.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim import Assignment, Parameter, PolicySpec, Role
from patrolsim_policies.batch_assignment import (
    IMPOSSIBLE_US,
    choose_rows,
    costs_of,
    places_missing,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from patrolsim import OpenIncident, StateView


@dataclass(frozen=True, slots=True)
class RegretK:
    """Pairs free people with all that is missing anywhere, the largest regret first.

    The regret of a missing person is the sum of what the 2nd to the k-th best would come later
    than the best; one that nobody else can fill has the largest. Where people are too few, the
    first in the queue are served. Looks at: all known incidents that miss people, who is free
    and fit, expected arrivals. One search per waiting incident and O(n^2 m log m) for n missing
    and m free people.

    Attributes
    ----------
    alternatives
        k: how many of the best people count, 2 or more.
    """

    alternatives: int

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        """Return the people who go to this incident when all waiting ones are paired."""
        rows = places_missing(view, incident)
        costs_us, people = costs_of(view, rows)
        if not people:
            return None
        chosen = choose_rows(costs_us)
        pairs = pair_by_regret(costs_us[chosen], self.alternatives)
        ids = tuple(people[who] for row, who in pairs if rows[chosen[row]].incident is incident)
        return Assignment(incident.incident_id, ids) if ids else None


def pair_by_regret(costs_us: npt.NDArray[np.int64], alternatives: int) -> list[tuple[int, int]]:
    """Return (row, column) pairs without impossible ones, by row.

    Again and again the row with the largest regret gets its best column; ties: the lowest row,
    the lowest column.
    """
    import numpy as np

    left = costs_us.astype(np.int64, copy=True)
    width = max(0, alternatives - left.shape[1])
    pairs = []
    for _ in range(len(left)):
        padded = np.pad(left, ((0, 0), (0, width)), constant_values=IMPOSSIBLE_US)
        best = np.sort(padded, axis=1)[:, :alternatives]
        regret = np.where(best[:, 0] < IMPOSSIBLE_US, (best - best[:, :1]).sum(axis=1), -1)
        row = int(regret.argmax())
        if regret[row] < 0:
            break
        column = int(left[row].argmin())
        pairs.append((row, column))
        left[row, :] = left[:, column] = IMPOSSIBLE_US
    return sorted(pairs)


def _build(parameters: Mapping[str, Any]) -> RegretK:
    alternatives = parameters["alternatives"]
    if alternatives < 2:  # noqa: PLR2004 - the best alone leaves nothing to regret
        raise ValueError("alternatives must be 2 or more")
    return RegretK(alternatives)


REGRET_K = PolicySpec(
    name="regret_k",
    role=Role.DISPATCH,
    build=_build,
    about="Serves first who would lose most if the best person went elsewhere.",
    parameters={
        "alternatives": Parameter(
            kind="count",
            default=3,
            about="How many of the best people count towards the regret of a missing one.",
        ),
    },
)
