"""Look first where people are often found soon, then by the best rate.

Source: rule K4 of docs/policies.md: a hasty search of the last known place and of places that
draw people comes before areas. The distance is this project's own choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim import Parameter, PolicySpec, Role
from patrolsim_policies.greedy_rate import rates_of
from patrolsim_policies.sweeping import best_of, entries, sweep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim import SearchTask, StateView, Sweep


@dataclass(slots=True)
class HastyFirst:
    """Sweeps each street near the last known place or a place that draws people once, then greedy.

    Of the hasty streets the nearest unswept one comes next; when none is left, the rule is that of
    ``greedy_rate``. Looks at: chances, claims, travel times. O(n log n) a decision.

    Attributes
    ----------
    around_m
        How near to the last known place a street belongs to the hasty search.
    """

    around_m: float

    def next_search(self, _view: StateView, task: SearchTask) -> Sweep | None:
        """Return the next street; None when no street is left that can be reached."""
        import numpy as np

        found = entries(task)
        away_m = np.hypot(task.middle_x - task.x, task.middle_y - task.y)
        is_hasty = (away_m <= self.around_m) | task.is_near_place
        is_hasty &= (task.coverage == 0) & (task.chance > 0)
        street = best_of(-found.way_s, found, is_hasty)
        if street is None:
            rates = rates_of(task, found)
            street = best_of(rates, found, rates > 0)
        return None if street is None else sweep(task, found, street)


def _build(parameters: Mapping[str, Any]) -> HastyFirst:
    return HastyFirst(parameters["around"])


HASTY_FIRST = PolicySpec(
    name="hasty_first",
    role=Role.SEARCH,
    build=_build,
    about="Searchers sweep the last known place and the places that draw people, then the rest.",
    parameters={
        "around": Parameter(
            kind="length",
            default="150 m",
            about="How near to the last known place a street is swept first.",
        ),
    },
)
