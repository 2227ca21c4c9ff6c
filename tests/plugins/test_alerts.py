"""Policies for alerts: waves by hand, and the worthwhile choice against all outcomes."""

from __future__ import annotations

from itertools import combinations, product
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plugins.fakes import FakeView, incident
from tests.runs import run

from patrolsim import Alert, AlertsOut
from patrolsim.errors import PluginError
from patrolsim.eventlog import Event
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim.testing import Call, Person, TinyWorld
from patrolsim.volunteers.habits import Habits
from patrolsim_policies.probability_aware import Prospect, choose_worthwhile, expected_wait_s

ETAS = {1: 90.0, 2: 30.0, 3: 60.0, 4: 700.0}
SECOND_US = 1_000_000


def policy(name: str, **parameters: object) -> Any:
    host = PluginHost()
    host.load_installed()
    return host.build(Role.ALERTS, name, parameters)


def asked(name: str, view: FakeView, **parameters: object) -> Alert | None:
    answer: Alert | None = policy(name, **parameters).alert(view, incident())
    return answer


def test_the_nearest_few_are_asked_at_once() -> None:
    assert asked("k_nearest", FakeView(etas=ETAS), people=2) == Alert(7, (2, 3))


def test_nobody_more_is_asked_while_an_answer_is_waited_for() -> None:
    view = FakeView(etas=ETAS, out=AlertsOut((9,), 1, 0.0))
    assert asked("k_nearest", view, people=2) is None


def test_a_radius_takes_all_who_would_be_there_in_time() -> None:
    assert asked("radius", FakeView(etas=ETAS), within=60.0) == Alert(7, (2, 3), 300.0)


def test_a_rejection_is_replaced_by_as_many_as_are_missing() -> None:
    view = FakeView(etas=ETAS, out=AlertsOut((8, 9), 3, 0.0))
    assert asked("replace_on_reject", view, people=3) == Alert(7, (2,))


@pytest.mark.parametrize(
    ("now_s", "out", "ids", "next_s"),
    [
        (0.0, AlertsOut((), 0, None), (2,), 30.0),
        (30.0, AlertsOut((8,), 1, 0.0), (2, 3), 60.0),
        (20.0, AlertsOut((8,), 1, 0.0), (), 10.0),
        (90.0, AlertsOut((8, 9), 3, 0.0), (2,), None),
        (99.0, AlertsOut((8, 9), 4, 0.0), (), None),
        (99.0, AlertsOut((), 4, 0.0), (2,), None),
    ],
)
def test_waves_are_sent_at_their_times(
    now_s: float, out: AlertsOut, ids: tuple[int, ...], next_s: float | None
) -> None:
    waves = ((0.0, 1), (30.0, 2), (90.0, 1))
    view = FakeView(etas=ETAS, now_s=now_s, out=out)
    assert asked("phased", view, waves=waves) == Alert(7, ids, next_s)


def test_the_second_wave_goes_out_only_while_somebody_is_missing() -> None:
    def times_s(answers_s: int) -> list[int]:
        habits = Habits(answer_within_us=100 * SECOND_US)
        people = [Person(answers_us=answers_s * SECOND_US, habits=habits) for _ in range(3)]
        call = Call(at_us=0, work_us=(SECOND_US,))
        world = TinyWorld(calls=[call], people=people, horizon_us=200 * SECOND_US).build()
        log = run(world, alerts=policy("phased", waves=((0.0, 1), (30.0, 2))))
        sent_us = log.events.time_us[log.events.event == Event.ALERTED]
        return [time_us // SECOND_US for time_us in sent_us.tolist()]

    assert times_s(29) == [0]
    assert times_s(31) == [0, 30, 30]


@pytest.mark.parametrize("waves", [(), ((5.0, 1),), ((0.0, 1), (0.0, 2)), ((0.0, 0),)])
def test_waves_that_make_no_sense_are_refused(waves: tuple[tuple[float, int], ...]) -> None:
    with pytest.raises(PluginError, match="wave"):
        policy("phased", waves=waves)


@st.composite
def prospects(draw: st.DrawFn) -> list[Prospect]:
    count = draw(st.integers(0, 6))
    etas = st.integers(1, 40).map(lambda minutes: minutes * 60.0)
    chances = st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0])
    return [Prospect(draw(etas), draw(chances), number) for number in range(count)]


def by_all_outcomes(people: list[Prospect], missing: int, nobody_s: float) -> float:
    """Return the expected wait by going through everybody's yes and no."""
    total_s = 0.0
    for answers in product([False, True], repeat=len(people)):
        pairs = list(zip(people, answers, strict=True))
        weight = prod(one.chance if comes else 1.0 - one.chance for one, comes in pairs)
        there_s = sorted(one.eta_s for one, comes in pairs if comes)
        total_s += weight * (there_s[missing - 1] if len(there_s) >= missing else nobody_s)
    return total_s


@given(people=prospects(), missing=st.integers(1, 3))
def test_the_expected_wait_is_that_over_all_outcomes(people: list[Prospect], missing: int) -> None:
    found = expected_wait_s(people, missing, 3600.0)
    assert found == pytest.approx(by_all_outcomes(people, missing, 3600.0), rel=1e-9)


@given(people=prospects(), cost_s=st.sampled_from([0.0, 10.0, 60.0, 300.0]))
def test_the_choice_is_that_of_the_greedy_rule_by_brute_force(
    people: list[Prospect], cost_s: float
) -> None:
    chosen = choose_worthwhile([], people, 1, nobody_s=3600.0, cost_s=cost_s)
    for count in range(len(chosen) + 1):
        before_s = by_all_outcomes(chosen[:count], 1, 3600.0)
        left = [one for one in people if one not in chosen[:count]]
        falls_s = [before_s - by_all_outcomes([*chosen[:count], one], 1, 3600.0) for one in left]
        if count < len(chosen):
            own_s = before_s - by_all_outcomes(chosen[: count + 1], 1, 3600.0)
            assert own_s == pytest.approx(max(falls_s), abs=1e-6)
            assert count == 0 or own_s > cost_s - 1e-6
        elif count >= 1:
            assert all(fall_s <= cost_s + 1e-6 for fall_s in falls_s)


@given(people=prospects().filter(len))
def test_one_person_is_chosen_as_no_other_single_person_would_do_better(
    people: list[Prospect],
) -> None:
    first = choose_worthwhile([], people, 1, nobody_s=3600.0, cost_s=1e9)
    best_s = min(by_all_outcomes(list(one), 1, 3600.0) for one in combinations(people, 1))
    assert len(first) == 1
    assert by_all_outcomes(first, 1, 3600.0) == pytest.approx(best_s, rel=1e-9)


def test_with_sure_people_only_the_nearest_is_asked() -> None:
    assert asked("probability_aware", FakeView(etas=ETAS), cost=1.0) == Alert(7, (2,))


def test_people_who_seldom_come_are_asked_in_greater_number() -> None:
    view = FakeView(etas=ETAS, chances=dict.fromkeys(ETAS, 0.3))
    found = asked("probability_aware", view, cost=1.0)
    assert found is not None
    assert set(found.volunteer_ids) == set(ETAS)
