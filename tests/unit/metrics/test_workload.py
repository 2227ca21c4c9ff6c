"""How people spend their time, from logs written by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.handmade import US, Row, make_log

from patrolsim.eventlog import Event, EventLog, Status
from patrolsim.metrics import gini, volunteer_time
from patrolsim.metrics.workload import summarise_workload
from patrolsim.testing import Person, TinyWorld

WORLD = TinyWorld(calls=[], people=[Person(), Person(), Person()], horizon_us=1000 * US).build()


def status(time_s: float, volunteer: int, state: Status) -> Row:
    return Row(time_s, Event.STATUS, volunteer=volunteer, detail=state)


def two_people() -> EventLog:
    """Person 0 works 50 s into overtime, person 1 stands by beyond the horizon."""
    rows = [
        status(100, 0, Status.STANDING_BY),
        Row(300, Event.ASSIGNED, 5, 0),
        status(300, 0, Status.ON_THE_WAY),
        status(360, 0, Status.AT_WORK),
        status(550, 0, Status.OFF_DUTY),
        status(900, 1, Status.STANDING_BY),
    ]
    return make_log(rows, horizon_s=1000, shifts=[(0, 100, 500), (1, 900, 1300)])


def test_the_states_of_a_shift_add_up_to_the_shift() -> None:
    found = volunteer_time(two_people(), WORLD)
    assert found.in_shift_s.sum(axis=1).tolist() == [400.0, 100.0, 0.0]


def test_each_state_has_its_seconds() -> None:
    found = volunteer_time(two_people(), WORLD)
    spent_s = found.in_shift_s[0]
    assert spent_s[Status.STANDING_BY] == 200
    assert spent_s[Status.ON_THE_WAY] == 60
    assert spent_s[Status.AT_WORK] == 140


def test_work_after_the_shift_is_overtime_and_being_off_duty_is_not() -> None:
    found = volunteer_time(two_people(), WORLD)
    assert found.overtime_s[0, Status.AT_WORK] == 50
    assert found.overtime_s.sum() == 50
    assert found.on_duty_s.tolist() == [450.0, 100.0, 0.0]


def test_time_before_a_moment_can_be_left_out() -> None:
    found = volunteer_time(two_people(), WORLD, from_us=350 * US)
    assert found.in_shift_s[0, Status.ON_THE_WAY] == 10
    assert found.in_shift_s[0, Status.STANDING_BY] == 0
    assert found.assigned.tolist() == [0, 0, 0]


def test_assignments_are_counted_per_person() -> None:
    assert volunteer_time(two_people(), WORLD).assigned.tolist() == [1, 0, 0]


def test_shifts_that_touch_are_one_time_on_duty() -> None:
    rows = [status(0, 0, Status.STANDING_BY), status(600, 0, Status.OFF_DUTY)]
    log = make_log(rows, horizon_s=1000, shifts=[(0, 0, 300), (0, 300, 600)])
    found = volunteer_time(log, WORLD)
    assert found.in_shift_s[0, Status.STANDING_BY] == 600
    assert found.overtime_s.sum() == 0


def test_a_state_between_two_shifts_counts_for_one_person_only() -> None:
    rows = [status(0, 0, Status.STANDING_BY), status(0, 1, Status.PATROLLING)]
    log = make_log(rows, horizon_s=1000, shifts=[(0, 0, 1000), (1, 0, 500)])
    found = volunteer_time(log, WORLD)
    assert found.in_shift_s[1, Status.PATROLLING] == 500
    assert found.overtime_s[1, Status.PATROLLING] == 500
    assert found.in_shift_s[0, Status.STANDING_BY] == 1000


def test_the_workload_is_a_share_of_the_time_on_duty() -> None:
    found = summarise_workload(volunteer_time(two_people(), WORLD))
    assert found is not None
    assert found.on_duty_s == 550
    assert found.utilisation == pytest.approx(250 / 550)
    assert found.travelling == pytest.approx(60 / 550)
    assert found.working == pytest.approx(190 / 550)
    assert found.overtime_s == 50
    assert found.assignments == 1


def test_fairness_compares_those_who_were_on_duty_only() -> None:
    found = summarise_workload(volunteer_time(two_people(), WORLD))
    assert found is not None
    assert found.gini == pytest.approx(0.5)


def test_without_anybody_on_duty_there_is_no_workload() -> None:
    assert summarise_workload(volunteer_time(make_log([], horizon_s=1000), WORLD)) is None


@pytest.mark.parametrize(
    ("loads", "expected"),
    [((1, 1, 1, 1), 0.0), ((0, 0, 0, 1), 0.75), ((1, 2, 3, 4), 0.25), ((0, 0), 0.0)],
)
def test_the_gini_coefficient_has_its_known_values(loads: object, expected: float) -> None:
    assert gini(np.array(loads, np.float64)) == pytest.approx(expected)
