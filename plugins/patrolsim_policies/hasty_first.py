"""Look first where people are often found soon, then by the best rate.

Source: rule K4 of docs/policies.md: a hasty search of the last known place and of places that
draw people comes before areas. The distance is this project's own choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim import Explanation, Parameter, PolicySpec, Role
from patrolsim_policies.greedy_rate import RULE, rates_of
from patrolsim_policies.reasons import why_searched
from patrolsim_policies.sweeping import best_of, entries, sweep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim import SearchTask, StateView, Sweep
    from patrolsim_policies.sweeping import Bools

HASTY = "seconds to unswept streets near the last known place and the places that draw people"


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
        found = entries(task)
        street = best_of(-found.way_s, found, self._is_hasty(task))
        if street is None:
            rates = rates_of(task, found)
            street = best_of(rates, found, rates > 0)
        return None if street is None else sweep(task, found, street)

    def explain(self, _view: StateView, task: SearchTask, sweep: Sweep | None) -> Explanation:
        """Return the nearest hasty streets; without any, the best by rate."""
        found = entries(task)
        hasty = self._is_hasty(task) & found.is_open
        if hasty.any():
            return why_searched(task, sweep, (found.way_s, hasty), HASTY, least_first=True)
        return why_searched(task, sweep, (rates_of(task, found), found.is_open), RULE)

    def _is_hasty(self, task: SearchTask) -> Bools:
        """Return which streets belong to the hasty search and are unswept."""
        import numpy as np

        away_m = np.hypot(task.middle_x - task.x, task.middle_y - task.y)
        is_near = (away_m <= self.around_m) | task.is_near_place
        found: Bools = is_near & (task.coverage == 0) & (task.chance > 0)
        return found


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
