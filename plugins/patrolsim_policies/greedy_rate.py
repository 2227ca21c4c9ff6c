"""Search the street with the best chance for the time that it takes, the way to it included.

Source: rule K2 of docs/policies.md; a greedy rate rule on Koopman's law of random search, this
project's own form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim import Explanation, PolicySpec, Role
from patrolsim_policies.reasons import why_searched
from patrolsim_policies.sweeping import best_of, entries, gains, sweep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim import SearchTask, StateView, Sweep
    from patrolsim_policies.sweeping import Entries, Floats

RULE = "streets by the chance of a find per second, the most first"


@dataclass(slots=True)
class GreedyRate:
    """Chooses the largest p_i (1 - exp(-c)) / (way_i + sweep_i) of the streets nobody has claimed.

    Looks at: the chances after all that was searched in vain, what others have claimed, travel
    times. O(n log n) a decision.
    """

    def next_search(self, _view: StateView, task: SearchTask) -> Sweep | None:
        """Return the next street; None when no street is left that can be reached."""
        found = entries(task)
        rates = rates_of(task, found)
        street = best_of(rates, found, rates > 0)
        return None if street is None else sweep(task, found, street)

    def explain(self, _view: StateView, task: SearchTask, sweep: Sweep | None) -> Explanation:
        """Return the best streets with their rates."""
        found = entries(task)
        weights = rates_of(task, found), found.is_open
        return why_searched(task, sweep, weights, RULE)


def rates_of(task: SearchTask, found: Entries) -> Floats:
    """Return the chance of a find per second of each street, 0 where it cannot be searched."""
    import numpy as np

    takes_s = np.where(found.is_open, found.way_s + task.sweep_s, np.inf)
    rates: Floats = gains(task) / takes_s
    return rates


def _build(_parameters: Mapping[str, Any]) -> GreedyRate:
    return GreedyRate()


GREEDY_RATE = PolicySpec(
    name="greedy_rate",
    role=Role.SEARCH,
    build=_build,
    about="Searchers take the street with the best chance for the time, the way to it included.",
)
