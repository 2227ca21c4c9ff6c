"""Views for tests of policies: what a policy may see, set by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.policy import (
    AlertsOut,
    Booking,
    Candidate,
    DemandMap,
    HotSpot,
    OpenIncident,
    ShiftPlan,
    VolunteerView,
)
from patrolsim.streams import RandomStreams

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

HOUR_S = 3600.0
NOBODY_ASKED = AlertsOut((), 0, None)


def incident(*skills: str | None, priority: int = 1, known_s: float = 0.0) -> OpenIncident:
    """Return an incident that misses people with these skills; without any, one person."""
    needs = skills or (None,)
    return OpenIncident(7, "call", priority, known_s, 0.0, 0.0, None, len(needs), needs)


@dataclass
class FakeView:
    """A state view with streets between numbered nodes; everybody moves at the same speed.

    Attributes
    ----------
    now_s
        Simulated time.
    etas
        Who could be sent, and when they would arrive.
    skills
        Skills by volunteer; nobody else has any.
    streets
        Time of each street, by its two nodes; walked both ways.
    nodes
        Where the volunteers are.
    spots, targets, places
        Hot spots; where patrols go; named places with the travel time to each. A point lies at
        the node whose number is its x.
    heading
        The free people, with the node that each goes to or is at.
    teams, bases
        Team and own base by volunteer; the others are of team ``team`` and live at (0, 0).
    chances, out
        How likely people come when they are alerted, 1 for those not named; who has been alerted.
    asked
        How many candidates the policy has asked for, one number per question.
    worked
        Who has worked in this shift.
    slower
        By how much longer the ways take to incidents of a priority.
    """

    now_s: float = 0.0
    etas: Mapping[int, float] = field(default_factory=dict)
    skills: Mapping[int, frozenset[str]] = field(default_factory=dict)
    streets: Mapping[tuple[int, int], float] = field(default_factory=dict)
    nodes: dict[int, int] = field(default_factory=dict)
    spots: tuple[HotSpot, ...] = ()
    targets: dict[int, int] = field(default_factory=dict)
    places: tuple[tuple[str, float, float], ...] = ()
    place_times: Mapping[tuple[float, float], float] = field(default_factory=dict)
    heading: dict[int, int] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)
    bases: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    seed: int = 1
    chances: Mapping[int, float] = field(default_factory=dict)
    out: AlertsOut = NOBODY_ASKED
    asked: list[int] = field(default_factory=list)
    open_incidents: Sequence[OpenIncident] = ()
    worked: frozenset[int] = frozenset()
    slower: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng: np.random.Generator = RandomStreams(self.seed, 0).generator("policy/test")

    def volunteer(self, volunteer_id: int) -> VolunteerView:
        skills = self.skills.get(volunteer_id, frozenset())
        return VolunteerView(
            volunteer_id,
            self.teams.get(volunteer_id, "team"),
            "foot",
            skills,
            "standing_by",
            0.0,
            0.0,
            None,
            None,
            has_worked=volunteer_id in self.worked,
        )

    def on_duty(self) -> Sequence[int]:
        return sorted(self.etas)

    def available(self, _incident: OpenIncident) -> Sequence[int]:
        return sorted(self.etas)

    def nearest(self, _incident: OpenIncident, count: int = 1) -> Sequence[Candidate]:
        self.asked.append(count)
        ranked = sorted((eta_s, who) for who, eta_s in self.etas.items())
        return [Candidate(who, eta_s, None) for eta_s, who in ranked[:count]]

    @property
    def bookings(self) -> Sequence[Booking]:
        return ()

    def alerted(self, _incident: OpenIncident) -> AlertsOut:
        return self.out

    def chance_to_come(self, volunteer_id: int) -> float:
        return self.chances.get(volunteer_id, 1.0)

    def travel_time_s(self, _volunteer_id: int, x: float, y: float) -> float:
        return self.place_times[x, y]

    def travel_time_to_node_s(self, volunteer_id: int, node: int) -> float:
        return self._time_s(self.nodes[volunteer_id], node)

    def _time_s(self, start: int, node: int) -> float:
        times = {start: 0.0}
        for _ in range(len(self.streets) + 1):
            for (a, b), time_s in self.streets.items():
                for tail, head in ((a, b), (b, a)):
                    known_s = times.get(tail, math.inf) + time_s
                    times[head] = min(times.get(head, math.inf), known_s)
        return times.get(node, math.inf)

    def free(self) -> Sequence[int]:
        return sorted(self.heading)

    def destination(self, volunteer_id: int) -> int:
        return self.heading[volunteer_id]

    def times_to_s(self, _volunteer_id: int, node: int) -> npt.NDArray[np.float64]:
        count = 1 + max(max(pair) for pair in self.streets)
        times = [self._time_s(start, node) for start in range(count)]
        return np.array(times)

    def bound_for(self, volunteer_id: int) -> tuple[float, float]:
        return float(self.heading[volunteer_id]), 0.0

    def demand_map(self, name: str) -> DemandMap:
        """Return the hot spots as a map: the cells lie at their nodes."""
        if name != "residents":
            raise KeyError(name)
        weights = np.array([spot.weight for spot in self.spots])
        points = np.array([[spot.x, spot.y] for spot in self.spots]).reshape(-1, 2)
        return DemandMap(points[:, 0], points[:, 1], weights / weights.sum())

    def times_over_map_s(
        self, volunteer_id: int, x: float, _y: float, name: str, priority: int | None = None
    ) -> npt.NDArray[np.float64]:
        assert self.demand_map(name)
        times = [self.times_to_s(volunteer_id, spot.node)[round(x)] for spot in self.spots]
        return np.array(times) * self.slower.get(priority or 0, 1.0)

    def node_near(self, _volunteer_id: int, x: float, _y: float) -> int:
        return round(x)

    def team_names(self) -> Sequence[str]:
        return sorted({"team", *self.teams.values()})

    def post(self, volunteer_id: int) -> tuple[float, float]:
        return self.bases.get(volunteer_id, (0.0, 0.0))

    def posts(self) -> Sequence[tuple[str, float, float]]:
        return self.places

    def neighbours(self, _volunteer_id: int, node: int) -> Sequence[int]:
        ends = [(a, b) for pair in self.streets for a, b in (pair, pair[::-1])]
        return sorted({b for a, b in ends if a == node})

    def node_of(self, volunteer_id: int) -> int:
        return self.nodes[volunteer_id]

    def arc_time_s(self, _volunteer_id: int, node: int, next_node: int) -> float:
        times = (self.streets.get(pair) for pair in ((node, next_node), (next_node, node)))
        return min(time_s for time_s in times if time_s is not None)

    def hot_spots(self, count: int) -> Sequence[HotSpot]:
        return self.spots[:count]

    def patrol_targets(self) -> Mapping[int, int]:
        return self.targets


@dataclass
class FakeRosterView:
    """A roster view with one forecast for all teams.

    Attributes
    ----------
    shifts
        Planned shifts: volunteer, start and end in hours.
    incidents
        Expected incidents of each hour of the period.
    work_s
        Expected work of one incident.
    teams
        Team by volunteer; the others are of team ``team``.
    """

    shifts: Sequence[tuple[int, float, float]]
    incidents: Sequence[float]
    work_s: float = HOUR_S
    start_hour_of_week: float = 0.0
    teams: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng: np.random.Generator = RandomStreams(1, 0).generator("policy/test")
        self.period_s = len(self.incidents) * HOUR_S
        plans = [ShiftPlan(who, first * HOUR_S, last * HOUR_S) for who, first, last in self.shifts]
        self.planned: Sequence[ShiftPlan] = sorted(plans)

    def team_of(self, volunteer_id: int) -> str:
        return self.teams.get(volunteer_id, "team")

    def trade_of(self, _volunteer_id: int) -> str:
        return ""

    def skills_of(self, _volunteer_id: int, _at_s: float = 0.0) -> frozenset[str]:
        return frozenset()

    def expected_incidents(self, _team: str) -> Sequence[float]:
        return self.incidents

    def expected_work_s(self, _team: str) -> float:
        return self.work_s
