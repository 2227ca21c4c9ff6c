"""Who may be sent: teams of a stage, helpers after their time, and who goes on to the next one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.runs import Closest, rows, run

from patrolsim.audit import AuditRules, audit
from patrolsim.demand.table import Particulars
from patrolsim.errors import PolicyError
from patrolsim.eventlog import Event, Purpose
from patrolsim.incidents import Help, Kind, Where
from patrolsim.policy import Assignment, OpenIncident, StateView
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets

if TYPE_CHECKING:
    from patrolsim.eventlog import EventLog
    from patrolsim.world import World

RULES = AuditRules(queue="priority", nearest=True, work_conserving=True)
CAMPUS = replace(
    make_kind(), teams=("campus",), helps=(Help(team="red", helped="campus", after_us=120),)
)


def play(kinds: tuple[Kind, ...], people: list[Person], *calls: Call) -> tuple[World, EventLog]:
    world = TinyWorld(calls=calls, people=people, horizon_us=5000, kinds=kinds).build()
    log = run(world)
    assert audit(world, log, rules=RULES) == ()
    return world, log


def test_helpers_come_when_the_other_team_has_had_its_time() -> None:
    people = [Person(team="red"), Person(team="park")]
    _, log = play((CAMPUS,), people, Call(at_us=100))
    assert rows(log)[0][:2] == (0, 220)


def test_the_own_team_comes_at_once_and_helpers_stay_away() -> None:
    people = [Person(team="red"), Person(team="campus", turnout_us=500)]
    _, log = play((CAMPUS,), people, Call(at_us=100, work_us=(10,)))
    assert rows(log)[0].volunteer == 1
    assert (log.events.event == Event.ASSIGNED).sum() == 1


def test_helpers_without_a_delay_are_called_together_with_the_others() -> None:
    at_once = replace(CAMPUS, helps=(Help(team="red", helped="campus", after_us=0),))
    people = [Person(team="red"), Person(team="campus", turnout_us=50)]
    _, log = play((at_once,), people, Call(at_us=100))
    assert rows(log)[0].volunteer == 0


def test_several_teams_answer_an_emergency_together() -> None:
    two = replace(CAMPUS, stages=make_kind(needs=((None, 2),)).stages)
    _, log = play((two,), [Person(team="red"), Person(team="campus")], Call(at_us=100))
    assert log.events.time_us[log.events.event == Event.QUORUM].tolist() == [220]


def test_the_most_urgent_of_those_who_wait_for_help_comes_first() -> None:
    calls = [Call(at_us=100, priority=2, work_us=(500,)), Call(at_us=100, priority=1)]
    _, log = play((CAMPUS,), [Person(team="red")], *calls)
    assert [rows(log)[i].assigned_us for i in (0, 1)] == [220, 220]
    assert rows(log)[1].closed_us == 220


def test_the_last_stage_may_belong_to_another_team() -> None:
    before, after = make_kind(places=(None, None)).stages
    handed = replace(CAMPUS, stages=(before, replace(after, teams=("cars",))))
    people = [Person(team="campus"), Person(team="cars")]
    _, log = play((handed,), people, Call(at_us=0, work_us=(10, 20)))
    arrived = log.events.volunteer_id[log.events.event == Event.ARRIVED].tolist()
    assert arrived == [0, 1]


def test_whoever_is_at_work_walks_with_the_matter_to_its_address() -> None:
    streets = make_streets([(0.0, 0.0), (9.0, 0.0)], [Arc(0, 1, 70), Arc(1, 0, 70)])
    scene, home = make_kind(needs=((None, 2),), places=(None, None)).stages
    kind = replace(make_kind(), stages=(scene, replace(home, where=Where.ADDRESS)))
    call = Call(at_us=0, work_us=(10, 5), particulars=Particulars(address=streets.stop_at_node(1)))
    world = TinyWorld(
        calls=[call], people=[Person(), Person()], horizon_us=500, streets=streets, kinds=(kind,)
    ).build()
    log = run(world)
    assert audit(world, log, rules=RULES) == ()
    assert log.legs.purpose.tolist() == [Purpose.TO_PLACE, Purpose.TO_PLACE]
    assert log.legs.to_x.tolist() == [9.0, 9.0]
    assert rows(log)[0].closed_us == 85


class Eager(Closest):
    """Sends person 0, whatever the rules say."""

    def dispatch(self, _view: StateView, incident: OpenIncident) -> Assignment:
        return Assignment(incident.incident_id, (0,))


def test_a_policy_that_calls_helpers_too_early_is_refused() -> None:
    world = TinyWorld(
        calls=[Call(at_us=0)], people=[Person(team="red")], horizon_us=10, kinds=(CAMPUS,)
    ).build()
    with pytest.raises(PolicyError, match="is of team 'red', which does not answer 'call'"):
        run(world, dispatch=Eager())
