"""Hot-spot patrol: short stops at the places with most risk, often and unpredictably.

Source: Koper (1995), Just enough police presence, Justice Quarterly 12(4): stops of 10 to 16
minutes, at least every two hours, in no order that can be foreseen. The weights of the draw
(rule P7 of docs/policies.md) are this project's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from patrolsim import Parameter, PolicySpec, Role, Visit
from patrolsim_policies.random_walk import RandomWalk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim import HotSpot, StateView, Walk

SHORTEST_WAIT_S = 60.0
"""Nobody asks more often than this whether a place has become due."""


class Plan(NamedTuple):
    """A stop that somebody is on the way to, or makes: where, and when they get there."""

    node: int
    arrival_s: float


@dataclass(slots=True)
class HotSpotRounds:
    """Draws the next hot spot by risk and by the time since it was last visited, near ones first.

    Looks at: the forecast's hot spots, where patrols are or go, and travel times. O(count).
    A spot is eligible when nobody is there or going, and it was left at least `smallest_gap_s`
    ago; when some have waited longer than `largest_gap_s`, only those are. Among them spot h is
    drawn with weight ``w_h * ((now - last_h) / largest_gap) ** beta / (1 + way_h / near)``.
    Until one is due, people wander. A stop that was broken off does not count as a visit.

    Attributes
    ----------
    count, dwell_s, largest_gap_s, smallest_gap_s, beta, near_s
        The parameters of the same names.
    last_s
        When a spot was last left after a whole stop, by node.
    plans
        The stop that each volunteer was last sent to.
    """

    count: int
    dwell_s: tuple[float, float]
    largest_gap_s: float
    smallest_gap_s: float
    beta: float
    near_s: float
    last_s: dict[int, float] = field(default_factory=dict)
    plans: dict[int, Plan] = field(default_factory=dict)
    walk: RandomWalk = field(default_factory=lambda: RandomWalk(0.0, may_turn_back=False))

    def next_patrol(self, view: StateView, volunteer_id: int) -> Visit | Walk | None:
        """Return a stop at the next hot spot, or a walk until one is due.

        None when there is no hot spot that the volunteer can reach.
        """
        self._note_visit(view, volunteer_id)
        spots = self._reachable(view, volunteer_id)
        if not spots:
            return None
        weights = {spot: self._weight(spot, view, way_s) for spot, way_s in spots.items()}
        due = self._due(view, volunteer_id, [spot for spot in spots if weights[spot] > 0])
        if not due:
            return self.walk.wander(view, volunteer_id, self._wait_s(view, list(spots)))
        chosen = draw_spot(due, [weights[spot] for spot in due], float(view.rng.random()))
        low_s, high_s = self.dwell_s
        self.plans[volunteer_id] = Plan(chosen.node, view.now_s + spots[chosen])
        return Visit(chosen.node, low_s + float(view.rng.random()) * (high_s - low_s))

    def _note_visit(self, view: StateView, volunteer_id: int) -> None:
        """Note that the volunteer's last stop has ended, if they have made it to the end."""
        plan = self.plans.pop(volunteer_id, None)
        if plan is None:
            return
        if view.node_of(volunteer_id) == plan.node and view.now_s >= plan.arrival_s:
            self.last_s[plan.node] = view.now_s

    def _reachable(self, view: StateView, volunteer_id: int) -> dict[HotSpot, float]:
        """Return the hot spots with the way to each, in seconds."""
        spots = view.hot_spots(self.count)
        ways = {spot: view.travel_time_to_node_s(volunteer_id, spot.node) for spot in spots}
        return {spot: way_s for spot, way_s in ways.items() if way_s < float("inf")}

    def _due(self, view: StateView, volunteer_id: int, spots: list[HotSpot]) -> list[HotSpot]:
        targets = view.patrol_targets()
        taken = {node for other, node in targets.items() if other != volunteer_id}
        free = [
            spot
            for spot in spots
            if spot.node not in taken and self._gap_s(view, spot) >= self.smallest_gap_s
        ]
        overdue = [spot for spot in free if self._gap_s(view, spot) > self.largest_gap_s]
        return overdue or free

    def _gap_s(self, view: StateView, spot: HotSpot) -> float:
        """Return the time since the last visit; before the first, a whole largest gap."""
        return view.now_s - self.last_s.get(spot.node, view.now_s - self.largest_gap_s)

    def _weight(self, spot: HotSpot, view: StateView, way_s: float) -> float:
        waited = self._gap_s(view, spot) / self.largest_gap_s
        return float(spot.weight * waited**self.beta / (1 + way_s / self.near_s))

    def _wait_s(self, view: StateView, spots: list[HotSpot]) -> float:
        """Return how long to wander: until the first place is due, but no longer than a stop."""
        first_s = min(self.smallest_gap_s - self._gap_s(view, spot) for spot in spots)
        return max(SHORTEST_WAIT_S, min(first_s, self.dwell_s[0]))


def draw_spot(spots: list[HotSpot], weights: list[float], share: float) -> HotSpot:
    """Return the spot at which the running sum of the weights passes a share of the whole."""
    left = share * sum(weights)
    for spot, weight in zip(spots, weights, strict=True):
        left -= weight
        if left < 0:
            return spot
    return spots[-1]


def _build(parameters: Mapping[str, Any]) -> HotSpotRounds:
    for name in ("largest_gap", "near"):
        if parameters[name] <= 0:
            raise ValueError(f"{name} must be above 0")
    if parameters["smallest_gap"] > parameters["largest_gap"]:
        raise ValueError("smallest_gap must not be above largest_gap")
    if parameters["dwell"][0] <= 0:
        raise ValueError("dwell must be above 0")
    if parameters["beta"] < 0:
        raise ValueError("beta must be 0 or more")
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
