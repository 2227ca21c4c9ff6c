"""Hot-spot patrol: short stops at the places with most risk, often and unpredictably.

Source: Koper (1995), Just enough police presence, Justice Quarterly 12(4): stops of 10 to 16
minutes, at least every two hours, in no order that can be foreseen. The weights of the draw
(rule P7 of docs/policies.md) are this project's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patrolsim import Parameter, PolicySpec, Role, Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim import HotSpot, StateView


@dataclass(slots=True)
class HotSpotRounds:
    """Draws the next hot spot by risk and by the time since it was last visited, near ones first.

    Looks at: the forecast's hot spots, where patrols are or go, and travel times. O(count).
    A spot is eligible when nobody is there or going, and it was left at least `smallest_gap_s`
    ago; when some have waited longer than `largest_gap_s`, only those are. Among them spot h is
    drawn with weight ``w_h * ((now - last_h) / largest_gap) ** beta / (1 + way_h / near)``.
    """

    count: int
    dwell_s: tuple[float, float]
    largest_gap_s: float
    smallest_gap_s: float
    beta: float
    near_s: float
    last_s: dict[int, float] = field(default_factory=dict)

    def next_patrol(self, view: StateView, volunteer_id: int) -> Visit | None:
        """Return a stop at the next hot spot; None when none is due or can be reached."""
        spots = self._eligible(view)
        weights = [self._weight(view, volunteer_id, spot) for spot in spots]
        total = sum(weights)
        if total <= 0:
            return None
        point = float(view.rng.random()) * total
        chosen = spots[-1]
        for spot, weight in zip(spots, weights, strict=True):
            point -= weight
            if point < 0:
                chosen = spot
                break
        low, high = self.dwell_s
        dwell_s = low + float(view.rng.random()) * (high - low)
        way_s = view.travel_time_to_node_s(volunteer_id, chosen.node)
        self.last_s[chosen.node] = view.now_s + way_s + dwell_s
        return Visit(chosen.node, dwell_s)

    def _eligible(self, view: StateView) -> list[HotSpot]:
        taken = set(view.patrol_targets().values())
        spots = [
            spot
            for spot in view.hot_spots(self.count)
            if spot.node not in taken and self._gap_s(view, spot) >= self.smallest_gap_s
        ]
        overdue = [spot for spot in spots if self._gap_s(view, spot) > self.largest_gap_s]
        return overdue or spots

    def _gap_s(self, view: StateView, spot: HotSpot) -> float:
        """Return the time since the last visit; before the first, a whole largest gap."""
        return view.now_s - self.last_s.get(spot.node, view.now_s - self.largest_gap_s)

    def _weight(self, view: StateView, volunteer_id: int, spot: HotSpot) -> float:
        way_s = view.travel_time_to_node_s(volunteer_id, spot.node)
        waited = max(self._gap_s(view, spot), 0.0) / self.largest_gap_s
        return float(spot.weight * waited**self.beta / (1 + way_s / self.near_s))


def _build(parameters: Mapping[str, Any]) -> HotSpotRounds:
    return HotSpotRounds(
        count=parameters["hot_spots"],
        dwell_s=parameters["dwell"],
        largest_gap_s=parameters["largest_gap"],
        smallest_gap_s=parameters["smallest_gap"],
        beta=parameters["beta"],
        near_s=parameters["near"],
    )


HOT_SPOT_ROUNDS = PolicySpec(
    name="hot_spot_rounds",
    role=Role.PATROL,
    build=_build,
    about="Patrols stop for 10 to 16 minutes at the places with most risk, in no fixed order.",
    parameters={
        "hot_spots": Parameter(kind="count", default=20, about="How many places."),
        "dwell": Parameter(kind="durations", default="10-16 min", about="Length of a stop."),
        "largest_gap": Parameter(
            kind="duration", default="2 h", about="No place should wait longer than this."
        ),
        "smallest_gap": Parameter(
            kind="duration", default="30 min", about="No place is visited again sooner."
        ),
        "beta": Parameter(
            kind="number", default=1, about="How strongly waiting counts against risk."
        ),
        "near": Parameter(
            kind="duration", default="10 min", about="At this distance a place counts half."
        ),
    },
)
