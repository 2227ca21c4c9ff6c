"""Patrol as in a game against somebody who watches: no place is worth going to for them.

References
----------
Kiekintveld, C., Jain, M., Tsai, J., Pita, J., Ordonez, F. and Tambe, M. (2009), Computing optimal
randomized resource allocations for massive security games, AAMAS 2009, 689-696 (ORIGAMI).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patrolsim import Parameter, PolicySpec, Role, Visit
from patrolsim_policies.random_walk import RandomWalk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim import HotSpot, StateView, Walk

SHORTEST_STAY_S = 60.0
"""A stop that begins when its time is nearly over lasts so long."""


@dataclass(slots=True)
class SecurityGame:
    """Draws anew in each interval which places are guarded; each patrol guards one of them.

    The attacker gains a place's weight if nobody is there, else nothing. The places are guarded
    with the probabilities that make the attacker's best gain least, and drawn so that in each
    interval exactly as many are guarded as there are patrols.

    Looks at: the forecast's hot spots, where patrols are or go, and travel times. O(count).

    Attributes
    ----------
    count, people, stay_s
        How many places, how many patrols, and how long an interval lasts.
    interval, guarded, claims
        The number of the present interval, the places drawn for it, and who took which.
    """

    count: int
    people: int
    stay_s: float
    interval: int = -1
    guarded: list[HotSpot] = field(default_factory=list)
    claims: dict[int, int] = field(default_factory=dict)
    walk: RandomWalk = field(default_factory=lambda: RandomWalk(0.0, may_turn_back=False))

    def next_patrol(self, view: StateView, volunteer_id: int) -> Visit | Walk | None:
        """Return the nearest guarded place that is still free; a walk when there is none."""
        self._draw(view)
        ends_s = (self.interval + 1) * self.stay_s
        targets = view.patrol_targets()
        # Who was called away has left their place; who stands at a guarded place keeps it.
        taken = {node for who, node in self.claims.items() if targets.get(who) == node}
        taken -= {self.claims.pop(volunteer_id, None)}
        ways = sorted(
            (view.travel_time_to_node_s(volunteer_id, spot.node), spot.node)
            for spot in self.guarded
            if spot.node not in taken
        )
        if not ways or ways[0][0] == float("inf"):
            return self.walk.wander(view, volunteer_id, max(SHORTEST_STAY_S, ends_s - view.now_s))
        way_s, node = ways[0]
        self.claims[volunteer_id] = node
        return Visit(node, max(SHORTEST_STAY_S, ends_s - view.now_s - way_s))

    def _draw(self, view: StateView) -> None:
        """Draw the places of a new interval."""
        # Ends are drawn to the microsecond: the next interval has begun when one is over.
        number = int((view.now_s + 1e-3) // self.stay_s)
        if number == self.interval:
            return
        self.interval = number
        spots = view.hot_spots(self.count)
        shares = solve_coverage([spot.weight for spot in spots], self.people)
        chosen = draw_comb(shares, float(view.rng.random()))
        self.guarded = [spots[index] for index in chosen]


def solve_coverage(values: Sequence[float], people: int) -> list[float]:
    """Return the probability with which each place is guarded.

    c_i = 1 - k / V_i for the n most valuable places and 0 for the others, k = (n - m) / sum of
    1 / V_i over these n; n is the largest number for which no c_i is negative. k is the most that
    an attacker can gain. O(n log n).

    Parameters
    ----------
    values
        What an attacker gains at each place, all above 0, in any order.
    people
        How many places can be guarded at a time: m.
    """
    if people >= len(values):
        return [1.0] * len(values)
    ranked = sorted(values, reverse=True)
    gain, inverse = 0.0, 0.0
    for number, value in enumerate(ranked, start=1):
        inverse += 1 / value
        if number > people and (number - people) / inverse <= value:
            gain = (number - people) / inverse
    return [max(0.0, 1 - gain / value) for value in values]


def draw_comb(shares: Sequence[float], start: float) -> list[int]:
    """Return indices such that each is drawn with its share, their number being the sum.

    The teeth of a comb, a whole apart from `start` on (0 to below 1), fall on the shares laid end
    to end (systematic sampling; Madow 1949, Annals of Mathematical Statistics 20(3), 333-354).
    """
    chosen: list[int] = []
    tooth, laid = start, 0.0
    number = round(sum(shares))
    for index, share in enumerate(shares):
        laid += share
        if laid > tooth and len(chosen) < number:
            chosen.append(index)
            tooth += 1.0
    return chosen


def _build(parameters: Mapping[str, Any]) -> SecurityGame:
    for name in ("people", "hot_spots", "stay"):
        if parameters[name] <= 0:
            raise ValueError(f"{name} must be above 0")
    return SecurityGame(parameters["hot_spots"], parameters["people"], parameters["stay"])


SECURITY_GAME = PolicySpec(
    name="security_game",
    role=Role.PATROL,
    build=_build,
    about="Patrols guard places drawn so that nobody who watches them finds a good one.",
    parameters={
        "hot_spots": Parameter(kind="count", default=20, about="How many places."),
        "people": Parameter(
            kind="count", default=1, about="How many patrols guard places at a time."
        ),
        "stay": Parameter(
            kind="duration", default="30 min", about="After this time places are drawn anew."
        ),
    },
)
