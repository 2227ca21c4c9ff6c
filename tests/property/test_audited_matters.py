"""Several teams, escorts, stakes and letters: the auditor agrees, and no work is lost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_audited_worlds import (
    HORIZON_US,
    PAIRS,
    PREEMPTIONS,
    Wander,
    stops_on,
    tiny_worlds,
)
from tests.runs import Closest, Home, Stay, run

from patrolsim.audit import AuditRules, audit
from patrolsim.demand.table import Particulars
from patrolsim.distributions import Fixed
from patrolsim.eventlog import NEVER_US, Event, EventLog, Status
from patrolsim.incidents import Help, Kind, Stage, Stake, Where
from patrolsim.policy import Interruption, Preemption

if TYPE_CHECKING:
    from patrolsim.testing import Call, TinyWorld
    from patrolsim.world import World

TEAMS = ("red", "campus", "park")
OFF_ROAD_US = (0, 0, 7, 70)
EVERY_RULE = AuditRules(queue="priority", nearest=True, work_conserving=True)


@st.composite
def stages(draw: st.DrawFn, stage: Stage, *, has_box: bool) -> Stage:
    where = draw(st.sampled_from([stage.where, stage.where, Where.ADDRESS]))
    where = Where.NEAREST if has_box else where
    places = () if where is Where.ADDRESS else stage.places
    places = ("clinic",) if has_box else places
    teams = draw(st.sampled_from([(), (), ("red",), ("campus", "park")]))
    return replace(stage, where=where, places=places, teams=teams)


@st.composite
def kinds(draw: st.DrawFn, kind: Kind, *, has_box: bool) -> Kind:
    teams = st.sampled_from(TEAMS)
    waits_us = st.sampled_from([0, 0, 20, 150])
    helps = draw(st.lists(st.builds(_help, teams, teams, waits_us), max_size=3))
    return replace(
        kind,
        stages=tuple(draw(stages(stage, has_box=has_box)) for stage in kind.stages),
        teams=draw(st.sampled_from([(), ("campus",), ("campus", "red")])),
        helps=tuple(helps),
        stake=Stake(amount=Fixed(1.0), unit="yuan", lost_after=Fixed(1.0)),
    )


@st.composite
def more_to_it(draw: st.DrawFn, call: Call, tiny: TinyWorld) -> Call:
    """Return a call with an address, perhaps something at stake, and perhaps by letter."""
    lost_us = call.at_us + draw(st.integers(0, 400))
    node = draw(st.integers(0, len(tiny.streets.x) - 1))
    off_the_corner = draw(stops_on(tiny.streets, OFF_ROAD_US))
    more = Particulars(
        address=off_the_corner or tiny.streets.stop_at_node(node),
        stake=draw(st.integers(0, 9)),
        lost_us=draw(st.sampled_from([lost_us, NEVER_US])),
    )
    if call.kind != 1 or draw(st.booleans()):
        return replace(call, particulars=more)
    more = more._replace(posted_us=call.at_us + draw(st.sampled_from([0, 50])))
    return replace(call, report_us=NEVER_US, particulars=more)


@st.composite
def matters(draw: st.DrawFn) -> TinyWorld:
    """Return a tiny world in which kind 2 makes the rounds to the boxes, for letters of kind 1."""
    tiny = draw(tiny_worlds())
    changed = tuple(draw(kinds(kind, has_box=n == 2)) for n, kind in enumerate(tiny.kinds))
    calls = [draw(more_to_it(call, tiny)) for call in tiny.calls]
    people = [replace(who, team=draw(st.sampled_from(TEAMS))) for who in tiny.people]
    return replace(tiny, kinds=changed, calls=calls, people=people, rounds={1: 2})


def _help(team: str, helped: str, after_us: int) -> Help:
    return Help(team=team, helped=helped, after_us=after_us)


def play(world: World, preemption: Preemption, *, goes_home: bool) -> EventLog:
    return run(
        world,
        dispatch=Closest(preemption=preemption),
        standby=Home() if goes_home else Stay(),
        patrol=Wander(),
    )


@settings(max_examples=120, deadline=None)
@given(tiny=matters(), preemption=st.sampled_from(PREEMPTIONS), goes_home=st.booleans())
def test_the_auditor_agrees_with_teams_escorts_stakes_and_letters(
    tiny: TinyWorld,
    preemption: Preemption,
    goes_home: bool,  # noqa: FBT001 - drawn by name
) -> None:
    world = tiny.build()
    rules = replace(
        EVERY_RULE,
        divert=preemption.divert,
        interrupt=preemption.interrupt,
        repeat=preemption.interruption is Interruption.REPEAT,
    )
    assert audit(world, play(world, preemption, goes_home=goes_home), rules=rules) == ()


RESUMED = [Preemption(), Preemption(divert=PAIRS, interrupt=PAIRS)]


def with_short_shifts(tiny: TinyWorld) -> TinyWorld:
    """Return the world with shifts so short that work is handed over again and again."""
    people = [
        replace(
            who,
            overtime_us=0,
            shifts=tuple(
                (begin_us + 40 * number, begin_us + 40 * number + 130)
                for begin_us in range(0, HORIZON_US - 400, 200)
            ),
        )
        for number, who in enumerate(tiny.people)
    ]
    return replace(tiny, people=people)


@settings(max_examples=60, deadline=None)
@given(tiny=matters().map(with_short_shifts), preemption=st.sampled_from(RESUMED))
def test_handed_over_work_is_sound(tiny: TinyWorld, preemption: Preemption) -> None:
    world = tiny.build()
    rules = replace(EVERY_RULE, divert=preemption.divert, interrupt=preemption.interrupt)
    assert audit(world, play(world, preemption, goes_home=False), rules=rules) == ()


@settings(max_examples=50, deadline=None)
@given(tiny=matters().map(with_short_shifts), preemption=st.sampled_from(RESUMED))
def test_the_parts_of_each_stage_add_up_to_the_drawn_work(
    tiny: TinyWorld, preemption: Preemption
) -> None:
    world = tiny.build()
    log = play(world, preemption, goes_home=False)
    spans = work_spans(log)
    ended = rows_of(log, Event.STAGE_ENDED)
    assert {(incident, stage) for _, incident, stage in ended} <= set(spans) | _unworked(
        ended, world
    )
    for (incident, stage), parts in spans.items():
        worked_us = sum(end_us - begin_us for begin_us, end_us in parts)
        drawn_us = world.incidents.row(incident).stage_us[stage]
        is_done = any((i, s) == (incident, stage) for _, i, s in ended)
        assert worked_us == drawn_us if is_done else worked_us <= drawn_us


@settings(max_examples=50, deadline=None)
@given(tiny=matters().map(with_short_shifts), preemption=st.sampled_from(RESUMED))
def test_people_are_at_work_exactly_while_work_goes_on(
    tiny: TinyWorld, preemption: Preemption
) -> None:
    world = tiny.build()
    log = play(world, preemption, goes_home=False)
    going_us = {
        incident: _union(
            part for (i, _s), parts in work_spans(log).items() if i == incident for part in parts
        )
        for incident in {i for i, _s in work_spans(log)}
    }
    for who, spells in at_work(log).items():
        for incident, begin_us, end_us in spells:
            covered = sum(
                max(0, min(end_us, stop_us) - max(begin_us, start_us))
                for start_us, stop_us in going_us.get(incident, [])
            )
            assert covered == end_us - begin_us, (who, incident)
    for incident, parts in going_us.items():
        for begin_us, end_us in parts:
            assert _is_manned(log, incident, begin_us, end_us)


def rows_of(log: EventLog, event: Event) -> list[tuple[int, int, int]]:
    """Return (time, incident, detail) of each row with an event."""
    events = log.events
    rows = np.flatnonzero(events.event == event)
    columns = (events.time_us[rows], events.incident_id[rows], events.detail[rows])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def work_spans(log: EventLog) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Return from when until when each stage of each incident is worked on."""
    stops = sorted([*rows_of(log, Event.STAGE_PAUSED), *rows_of(log, Event.STAGE_ENDED)])
    found: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for begin_us, incident, stage in rows_of(log, Event.STAGE_STARTED):
        parts = found[incident, stage]
        taken = len(parts)
        ends = [us for us, i, s in stops if (i, s) == (incident, stage)]
        parts.append((begin_us, ends[taken] if taken < len(ends) else log.horizon_us))
    return dict(found)


def at_work(log: EventLog) -> dict[int, list[tuple[int, int, int]]]:
    """Return (incident, begin, end) of all time in which each person is at work."""
    events = log.events
    found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    last: dict[int, tuple[int, int, int]] = {}
    for row in np.flatnonzero(events.event == Event.STATUS).tolist():
        who, time_us = int(events.volunteer_id[row]), int(events.time_us[row])
        if who in last and last[who][2] == Status.AT_WORK:
            found[who].append((last[who][1], last[who][0], time_us))
        last[who] = time_us, int(events.incident_id[row]), int(events.detail[row])
    for who, (time_us, incident, status) in last.items():
        if status == Status.AT_WORK:
            found[who].append((incident, time_us, log.horizon_us))
    return found


def _is_manned(log: EventLog, incident: int, begin_us: int, end_us: int) -> bool:
    """Whether somebody is at work on an incident at every moment of a span."""
    spells = _union(
        (start_us, stop_us)
        for spells in at_work(log).values()
        for about, start_us, stop_us in spells
        if about == incident
    )
    return any(a <= begin_us and end_us <= b for a, b in spells) or begin_us == end_us


def _union(parts: object) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for begin_us, end_us in sorted(parts):  # type: ignore[call-overload]
        if found and begin_us <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end_us)
        else:
            found.append((begin_us, end_us))
    return found


def _unworked(ended: list[tuple[int, int, int]], world: World) -> set[tuple[int, int]]:
    """Return the stages that need no time at all."""
    return {(i, s) for _, i, s in ended if world.incidents.row(i).stage_us[s] == 0}
