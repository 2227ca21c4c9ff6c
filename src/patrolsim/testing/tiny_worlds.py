"""Small worlds for tests: of patrolsim itself, and of anybody's policy.

A world is made from plain numbers, without files: a few nodes and arcs, some volunteers, and a
list of calls with their work. What such a world should do can then be computed by hand, by a
queueing formula, or by a loop of a few lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.demand.search_ground import SearchGround, make_search_ground
from patrolsim.demand.table import ORDINARY, IncidentTable, Particulars
from patrolsim.distributions import Fixed
from patrolsim.eventlog import NEVER_US
from patrolsim.incidents import (
    Kind,
    Movement,
    Need,
    Outcome,
    Search,
    Stage,
    StartsWith,
    Where,
)
from patrolsim.network.phases import solve_phases
from patrolsim.network.streets import CLOSED_US, Mode, Streets
from patrolsim.streams import RandomStreams
from patrolsim.volunteers.people import Volunteer
from patrolsim.volunteers.roster import Shift, after_joining
from patrolsim.world import Forecast, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.network.phases import Intervention
    from patrolsim.network.streets import Stop
    from patrolsim.network.warp import SpeedProfile
    from patrolsim.volunteers.habits import Habits

WALK = Mode(name="foot", off_road_mps=1.0, turns_round=True)
DRIVE = Mode(name="car", off_road_mps=1.0, turns_round=False)


class Arc(NamedTuple):
    """A one-way street: its ends and the time that it takes, in microseconds."""

    tail: int
    head: int
    weight_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An incident of a test world, in microseconds.

    Attributes
    ----------
    at_us, node, work_us
        When and where it occurs, and the work of each stage (negative: it does not happen).
    kind
        Index of its kind.
    priority
        1 is the most urgent.
    patience_us
        When the caller gives up, counted from known.
    report_us
        When it becomes known, counted from its occurrence; `NEVER_US` for never by itself.
    stop
        The place instead of a node: off the road or in the middle of a street.
    particulars
        What belongs to it alone: an address, something at stake, a letter.
    """

    at_us: int
    node: int = 0
    work_us: tuple[int, ...] = (0,)
    kind: int = 0
    priority: int = 1
    patience_us: int = NEVER_US
    report_us: int = 0
    stop: Stop | None = None
    particulars: Particulars = ORDINARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A volunteer of a test world; always on duty unless `shifts` says otherwise.

    Attributes
    ----------
    node
        The own base.
    skills, patrols, acceptance
        As in `patrolsim.volunteers.people.Volunteer`.
    overtime_us
        0 hands work over at the end of a shift, `NEVER_US` finishes it.
    turnout_us
        Time to get ready, for those who stand by.
    shifts
        Pairs (start, end) in microseconds; None for always.
    base
        The own base instead of a node: a place off the road or in the middle of a street.
    team
        The name of the team.
    answers_us
        Time to the answer when they are asked.
    habits, joins_us, learns_us
        As in `patrolsim.volunteers.people.Volunteer`.
    """

    node: int = 0
    skills: frozenset[str] = frozenset()
    patrols: bool = False
    acceptance: float = 1.0
    overtime_us: int = NEVER_US
    turnout_us: int = 0
    shifts: tuple[tuple[int, int], ...] | None = None
    base: Stop | None = None
    team: str = "team"
    answers_us: int = 0
    habits: Habits | None = None
    joins_us: int = 0
    learns_us: int = 0


def make_streets(
    points: Sequence[tuple[float, float]], arcs: Sequence[Arc], *, mode: Mode = WALK
) -> Streets:
    """Return streets of one mode from node positions (metres) and arcs.

    An arc and the first arc of the same time the other way are taken for one street that is
    walked both ways. All nodes count as usable: keep the arcs strongly connected.
    """
    ordered = sorted(arcs, key=lambda arc: (arc.tail, arc.head))
    tail = np.array([arc.tail for arc in ordered], np.int32)
    head = np.array([arc.head for arc in ordered], np.int32)
    weight_us = np.array([arc.weight_us for arc in ordered], np.int64).reshape(1, -1)
    x = np.array([point[0] for point in points], np.float64)
    y = np.array([point[1] for point in points], np.float64)
    n = len(points)
    in_arcs = np.argsort(head, kind="stable").astype(np.int32)
    return Streets(
        node_ids=tuple(str(node) for node in range(n)),
        x=x,
        y=y,
        lon=None,
        lat=None,
        tail=tail,
        head=head,
        out_start=np.searchsorted(tail, np.arange(n + 1)).astype(np.int32),
        in_start=np.searchsorted(head[in_arcs], np.arange(n + 1)).astype(np.int32),
        in_arcs=in_arcs,
        length_m=np.hypot(x[head] - x[tail], y[head] - y[tail]),
        weight_us=weight_us,
        twin=_twins(ordered),
        usable=np.ones((1, n), np.bool_),
        modes=(mode,),
    )


def make_kind(  # noqa: PLR0913 - a flat list of what a kind may be
    name: str = "call",
    *,
    needs: Sequence[tuple[str | None, int]] = ((None, 1),),
    places: Sequence[tuple[str, ...] | None] = (None,),
    starts_with: StartsWith = StartsWith.QUORUM,
    can_hand_over: bool = True,
    seen_by_patrols: bool = False,
    remote: bool = False,
) -> Kind:
    """Return a kind with one stage per place: None for the scene, else the nearest of these."""
    here = Where.REMOTE if remote else Where.SCENE
    stages = tuple(
        Stage(
            name=f"stage {index}",
            where=here if names is None else Where.NEAREST,
            places=() if names is None else names,
            takes=Fixed(0.0),
            needs=tuple(Need(skill=skill, people=people) for skill, people in needs),
            starts_with=starts_with,
            can_hand_over=can_hand_over,
        )
        for index, names in enumerate(places)
    )
    return Kind(
        name=name,
        priority=1,
        target_s=None,
        patience=None,
        stages=stages,
        teams=(),
        seen_by_patrols=seen_by_patrols,
        escalates=0.0,
        follow_up=None,
    )


def make_search(
    *,
    sweep: float = 0.5,
    passers_by: float = 0.0,
    ring_m: float | None = None,
    movement: Movement | None = None,
    when_lost: Outcome = Outcome.ESCALATED,
    places: Sequence[tuple[str, float]] = (),
) -> Search:
    """Return how somebody is looked for; widths are given as the coverage of one passing."""
    return Search(
        ring_m=ring_m,
        streets=1.0,
        paths=1.0,
        places=tuple(places),
        near_m=150.0,
        sweep_m=sweep,
        passers_by_m=passers_by,
        street_m=1.0,
        speed_mps=1.0,
        movement=movement,
        target_s=None,
        when_lost=when_lost,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TinyWorld:
    """The parts of a test world.

    Attributes
    ----------
    calls, people, horizon_us
        What happens, who is there, and for how long.
    streets
        Where; by default a single node, so that nobody ever travels.
    kinds
        What kinds of incident there are.
    places
        Named places, as nodes.
    seed
        Root of all random streams.
    profiles
        The speed of each mode over time; empty for always the usual one.
    interventions
        Changes of the streets; those hold that hold under every strategy.
    rounds
        The kind whose rounds bring the letters of a kind, both by index.
    """

    calls: Sequence[Call]
    people: Sequence[Person]
    horizon_us: int
    streets: Streets = field(default_factory=lambda: make_streets([(0.0, 0.0)], []))
    kinds: tuple[Kind, ...] = field(default_factory=lambda: (make_kind(),))
    places: dict[str, tuple[int, ...]] = field(default_factory=dict)
    seed: int = 1
    profiles: tuple[SpeedProfile, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    rounds: dict[int, int] = field(default_factory=dict)

    def build(self) -> World:
        """Return the world."""
        volunteers = tuple(self._volunteer(i, person) for i, person in enumerate(self.people))
        return World(
            name="tiny",
            streets=self.streets,
            kinds=self.kinds,
            incidents=self._incidents(),
            volunteers=volunteers,
            shifts=self._shifts(),
            places={name: self._stops(nodes) for name, nodes in self.places.items()},
            streams=RandomStreams(self.seed, 0),
            horizon_us=self.horizon_us,
            warm_up_us=0,
            start=datetime(2025, 3, 10),  # noqa: DTZ001 - local time of nowhere
            forecast=Forecast.empty(self.streets, len(self.kinds), self.horizon_us),
            diversions=frozenset(),
            team_names=tuple(dict.fromkeys(["team", *(who.team for who in self.people)])),
            rounds=self.rounds,
            profiles=self.profiles,
            interventions=self.interventions,
            phases=solve_phases(self.streets, self.interventions),
            searches=self._searches(),
        )

    def _searches(self) -> dict[tuple[int, int], SearchGround]:
        """Return the ground of each search: people search in the last mode of the streets."""
        found = {}
        for number, kind in enumerate(self.kinds):
            for index, stage in enumerate(kind.stages):
                if stage.search is None:
                    continue
                draws = [(self._stops(self.places[name]), n) for name, n in stage.search.places]
                mode = len(self.streets.modes) - 1
                ground = make_search_ground(self.streets, stage.search, mode, draws)
                if ground is None:
                    raise ValueError(f"kind {kind.name!r} looks for somebody where no street is")
                found[number, index] = ground
        return found

    def _stops(self, nodes: Sequence[int]) -> tuple[Stop, ...]:
        return tuple(self.streets.stop_at_node(node) for node in nodes)

    def _volunteer(self, number: int, person: Person) -> Volunteer:
        return Volunteer(
            volunteer_id=number,
            team=person.team,
            label=f"person {number}",
            mode=0,
            mode_by_priority={},
            base=self.streets.stop_at_node(person.node) if person.base is None else person.base,
            base_name="",
            skills=person.skills,
            patrols=person.patrols,
            acceptance=person.acceptance,
            answers_after=Fixed(person.answers_us / 1e6) if person.answers_us else None,
            turnout=Fixed(person.turnout_us / 1e6) if person.turnout_us else None,
            overtime_us=person.overtime_us,
            habits=person.habits,
            joins_us=person.joins_us,
            learns_us=person.learns_us,
        )

    def _shifts(self) -> tuple[Shift, ...]:
        always = ((0, self.horizon_us),)
        shifts = [
            Shift(number, start_us, end_us)
            for number, person in enumerate(self.people)
            for start_us, end_us in (always if person.shifts is None else person.shifts)
        ]
        joins_us = {number: person.joins_us for number, person in enumerate(self.people)}
        return tuple(after_joining(shifts, joins_us))

    def _incidents(self) -> IncidentTable:
        calls = sorted(self.calls, key=lambda call: call.at_us)
        at_us = _column(call.at_us for call in calls)
        report_us = _column(call.report_us for call in calls)
        known_us = np.where(report_us >= NEVER_US, NEVER_US, at_us + report_us)
        stages = max((len(call.work_us) for call in calls), default=1)
        work_us = [list(call.work_us) + [-1] * (stages - len(call.work_us)) for call in calls]
        stops = tuple(
            self.streets.stop_at_node(call.node) if call.stop is None else call.stop
            for call in calls
        )
        return IncidentTable(
            incident_id=np.arange(len(calls), dtype=np.int64),
            kind=_column(call.kind for call in calls),
            priority=_column(call.priority for call in calls),
            occurred_us=at_us,
            known_us=known_us,
            ready_us=known_us,
            patience_us=_column(call.patience_us for call in calls),
            stage_us=np.array(work_us, np.int64).reshape(len(calls), stages),
            escalates=np.zeros(len(calls), np.bool_),
            x=np.array([stop.x for stop in stops], np.float64),
            y=np.array([stop.y for stop in stops], np.float64),
            stops=stops,
            parent_id=np.full(len(calls), -1, np.int64),
            label=("",) * len(calls),
            particulars=_particulars(calls),
        )


def _particulars(calls: Sequence[Call]) -> tuple[Particulars, ...] | None:
    found = tuple(call.particulars for call in calls)
    return None if all(one is ORDINARY for one in found) else found


def _column(values: object) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.fromiter(values, dtype=np.int64)  # type: ignore[call-overload,no-any-return]


def _twins(arcs: Sequence[Arc]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    twin = np.full(len(arcs), -1, np.int32)
    waiting: dict[Arc, list[int]] = {}
    for number, arc in enumerate(arcs):
        if arc.tail == arc.head or arc.weight_us >= CLOSED_US:
            continue
        partners = waiting.get(Arc(arc.head, arc.tail, arc.weight_us), [])
        if partners:
            partner = partners.pop(0)
            twin[number], twin[partner] = partner, number
        else:
            waiting.setdefault(arc, []).append(number)
    return twin
