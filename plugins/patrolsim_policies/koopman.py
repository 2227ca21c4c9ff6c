"""Share the effort out over the streets as Koopman does, then walk it.

Source: rule K1 of docs/policies.md. Koopman (1946, 1980), Search and Screening: of all ways to
share out an effort B, the chance sum p_i (1 - exp(-a_i x_i)) is largest where the gain of a little
more, p_i a_i exp(-a_i x_i), is the same m on every street that gets any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim import Explanation, Parameter, PolicySpec, Role
from patrolsim_policies.reasons import why_searched
from patrolsim_policies.sweeping import best_of, entries, sweep

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from patrolsim import SearchTask, StateView, Sweep

    Floats = npt.NDArray[np.float64]

STEPS = 200
"""Bisections at most: far more than the digits of a number."""
HALF = 0.5
NEAREST = "seconds to the streets that the sharing-out gives half a sweep or more"
MOST = "sweeps that the sharing-out gives each street, the most first"


def allocation(chance: Floats, rate: Floats, budget: float) -> Floats:
    """Return the effort for each of n streets that finds with the largest chance.

    Parameters
    ----------
    chance
        The chance p_i that the person is there, 0 or more; shape (n,).
    rate
        The coverage a_i that a unit of effort adds there, above 0; shape (n,).
    budget
        The effort B that there is, 0 or more.

    Returns
    -------
    ndarray of float64, shape (n,)
        x_i = max(0, ln(p_i a_i / m) / a_i), with m by bisection such that the sum is B.
    """
    import numpy as np

    slope = chance * rate
    if budget <= 0 or not (slope > 0).any():
        return np.zeros(len(chance))
    logs = np.log(np.where(slope > 0, slope, 1.0))
    usable = slope > 0
    # the logarithm of m lies between the best slope and where the best street takes everything
    best = int(np.argmax(np.where(usable, logs, -np.inf)))
    low, high = float(logs[best] - budget * rate[best]), float(logs[best])
    for _ in range(STEPS):
        middle, before = (low + high) / 2, (low, high)
        if _efforts(logs, rate, usable, middle).sum() > budget:
            low = middle
        else:
            high = middle
        if (low, high) == before:
            break  # no number lies between them: nothing changes any more
    return _efforts(logs, rate, usable, (low + high) / 2)


def _efforts(logs: Floats, rate: Floats, usable: npt.NDArray[np.bool_], log_m: float) -> Floats:
    import numpy as np

    found: Floats = np.where(usable, np.maximum(0.0, logs - log_m) / rate, 0.0)
    return found


@dataclass(slots=True)
class Koopman:
    """Walks to the nearest street that the best sharing-out gives half a sweep or more.

    The effort to share out is the time of all searchers until the search is given up, at most
    `horizon_s` each; after each sweep what is left is shared out again on the new chances, which
    comes to the same (Bayes). Looks at: the chances after vain search, claims, travel times.
    O(n log n) a decision.

    Attributes
    ----------
    horizon_s
        How far the sharing-out looks ahead.
    """

    horizon_s: float

    def next_search(self, _view: StateView, task: SearchTask) -> Sweep | None:
        """Return the next street; None when no street is left that can be reached."""
        found = entries(task)
        sweeps = self._sweeps(task)
        street = best_of(-found.way_s, found, sweeps >= HALF)
        if street is None:
            street = best_of(sweeps, found, task.chance > 0)
        return None if street is None else sweep(task, found, street)

    def explain(self, _view: StateView, task: SearchTask, sweep: Sweep | None) -> Explanation:
        """Return the streets that get effort, the nearest first; without any, those with most."""
        found = entries(task)
        sweeps = self._sweeps(task)
        has_share = found.is_open & (sweeps >= HALF)
        if has_share.any():
            return why_searched(task, sweep, (found.way_s, has_share), NEAREST, least_first=True)
        return why_searched(task, sweep, (sweeps, found.is_open & (task.chance > 0)), MOST)

    def _sweeps(self, task: SearchTask) -> Floats:
        """Return how many sweeps of each street the best sharing-out pays for."""
        import numpy as np

        budget_s = min(self.horizon_s, task.left_s) * max(len(task.searchers), 1)
        can_be = np.isfinite(task.sweep_s)
        lasts_s = np.where(can_be, task.sweep_s, 1.0)
        rate = task.effort / lasts_s
        return allocation(np.where(can_be, task.chance, 0.0), rate, budget_s) / lasts_s


def _build(parameters: Mapping[str, Any]) -> Koopman:
    if parameters["horizon"] <= 0:
        raise ValueError("horizon must be above 0")
    return Koopman(parameters["horizon"])


KOOPMAN = PolicySpec(
    name="koopman",
    role=Role.SEARCH,
    build=_build,
    about="Searchers walk the effort that Koopman's rule gives each street, nearest first.",
    parameters={
        "horizon": Parameter(
            kind="duration", default="1 h", about="How far the sharing-out looks ahead."
        ),
    },
)
