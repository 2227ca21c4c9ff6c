"""A ring of posts round the last known place, then the streets from the ring inward.

Source: rule K5 of docs/policies.md: containment of a subject that moves; the size of the ring and
the order inside are this project's own choice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patrolsim import Explanation, Parameter, PolicySpec, Role, Sweep
from patrolsim_policies.reasons import why_searched
from patrolsim_policies.sweeping import best_of, entries, sweep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim import SearchTask, StateView

SLICES = 8
"""Directions in which posts are set, one after the other, far from those before."""
ORDER = (0, 4, 2, 6, 1, 5, 3, 7)
INWARD = "metres from the last known place inside the ring, less two rings for each search"
LEAST = "coverage so far outside the ring, the least first"


@dataclass(slots=True)
class Containment:
    """Sends each searcher to a post on the ring once, then sweeps the ring's streets inward.

    Posts lie in eight directions, opposite ones first, at the corner nearest to the ring. Inside,
    the open street farthest from the last known place comes first, of those searched least. Looks
    at: chances, what was searched, claims, travel times. O(n log n) a decision.

    Attributes
    ----------
    share, watch_s
        Share of the chance that the ring encloses, and how long a post is held.
    posted
        Who has had a post, by the incident.
    """

    share: float
    watch_s: float
    posted: dict[int, list[int]] = field(default_factory=dict)

    def next_search(self, _view: StateView, task: SearchTask) -> Sweep | None:
        """Return a post, then street after street; None when no street can be reached."""
        import numpy as np

        away_m = np.hypot(task.middle_x - task.x, task.middle_y - task.y)
        ring_m = self._ring_m(task, away_m)
        posted = self.posted.setdefault(task.incident_id, [])
        if task.volunteer_id not in posted:
            posted.append(task.volunteer_id)
            node = self._post(task, ring_m, len(posted) - 1)
            if node is not None and self.watch_s > 0:
                return Sweep((node,), self.watch_s)
        found = entries(task)
        inside = (away_m <= ring_m) & (task.chance > 0)
        street = best_of(_inward(task, away_m, ring_m), found, inside)
        if street is None:
            street = best_of(-task.coverage, found, task.chance > 0)
        return None if street is None else sweep(task, found, street)

    def explain(self, _view: StateView, task: SearchTask, sweep: Sweep | None) -> Explanation:
        """Return the streets inside the ring, the outermost of those searched least first."""
        import numpy as np

        if sweep is not None and len(sweep.nodes) == 1:
            return Explanation(f"a post on the ring, held for {self.watch_s / 60:g} min")
        away_m = np.hypot(task.middle_x - task.x, task.middle_y - task.y)
        ring_m = self._ring_m(task, away_m)
        is_left = entries(task).is_open & (task.chance > 0)
        inside = is_left & (away_m <= ring_m)
        if inside.any():
            return why_searched(task, sweep, (_inward(task, away_m, ring_m), inside), INWARD)
        return why_searched(task, sweep, (task.coverage, is_left), LEAST, least_first=True)

    def _ring_m(self, task: SearchTask, away_m: Any) -> float:
        """Return the distance within which the share of the chance lay before anybody looked."""
        import numpy as np

        order = np.argsort(away_m, kind="stable")
        within = np.cumsum(task.prior[order])
        last = int(np.searchsorted(within, min(self.share, float(within[-1]))))
        return float(away_m[order[min(last, len(order) - 1)]])

    def _post(self, task: SearchTask, ring_m: float, number: int) -> int | None:
        """Return the corner nearest to the ring in a direction; None when none is reached."""
        import numpy as np

        angle = ORDER[number % SLICES] * 2 * np.pi / SLICES
        x, y = task.x + ring_m * np.cos(angle), task.y + ring_m * np.sin(angle)
        away_m = np.hypot(task.middle_x - x, task.middle_y - y)
        away_m = np.where(np.isfinite(task.tail_s), away_m, np.inf)
        street = int(np.argmin(away_m))
        return int(task.tail[street]) if np.isfinite(away_m[street]) else None


def _inward(task: SearchTask, away_m: Any, ring_m: float) -> Any:
    """Return the metres from the last known place, less what was searched already."""
    return away_m - task.coverage * 2 * ring_m


def _build(parameters: Mapping[str, Any]) -> Containment:
    if not 0 < parameters["share"] <= 1:
        raise ValueError("share must be above 0% and at most 100%")
    return Containment(parameters["share"], parameters["watch"])


CONTAINMENT = PolicySpec(
    name="containment",
    role=Role.SEARCH,
    build=_build,
    about="Searchers hold posts on a ring for a while, then search from the ring inward.",
    parameters={
        "share": Parameter(
            kind="share", default="80%", about="Share of the chance that the ring encloses."
        ),
        "watch": Parameter(kind="duration", default="20 min", about="How long a post is held."),
    },
)
