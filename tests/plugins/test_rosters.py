"""Roster policies: nobody works more, people move to where the forecast needs them."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plugins.fakes import HOUR_S, FakeRosterView

from patrolsim.errors import PluginError
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim_policies import least_staff
from patrolsim_policies.shift_moving import Wish, place_shifts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from patrolsim import ShiftPlan

NAMES = ("peak_hours", "proportional", "uniform")
EVENING = [0.1] * 18 + [4.0] * 4 + [0.1] * 2


def policy(name: str, **parameters: object) -> Any:
    host = PluginHost()
    host.load_installed()
    return host.build(Role.ROSTER, name, parameters)


def plan(name: str, view: FakeRosterView, **parameters: object) -> Sequence[ShiftPlan]:
    plans: Sequence[ShiftPlan] = policy(name, **parameters).plan_roster(view)
    return plans


def on_duty(plans: Iterable[ShiftPlan], hours: int = 24) -> list[int]:
    half = [(hour + 0.5) * HOUR_S for hour in range(hours)]
    return [sum(p.start_s <= moment < p.end_s for p in plans) for moment in half]


def lengths(plans: Iterable[ShiftPlan]) -> dict[int, list[float]]:
    found: dict[int, list[float]] = defaultdict(list)
    for one in plans:
        found[one.volunteer_id].append(one.end_s - one.start_s)
    return {who: sorted(times) for who, times in found.items()}


@st.composite
def roster_views(draw: st.DrawFn) -> FakeRosterView:
    days = draw(st.integers(1, 3))
    shifts = []
    for who in range(draw(st.integers(1, 6))):
        for day in range(days):
            for first in (0, 12):
                if draw(st.booleans()):
                    start = 24 * day + first + draw(st.integers(0, 4))
                    shifts.append((who, float(start), start + draw(st.sampled_from([2, 4.5, 8]))))
    incidents = draw(st.lists(st.floats(0, 3), min_size=24 * days, max_size=24 * days))
    inside = [shift for shift in shifts if shift[2] <= 24 * days]
    return FakeRosterView(inside, incidents, teams={0: "other"})


@pytest.mark.parametrize("name", NAMES)
@given(view=roster_views())
def test_everybody_keeps_the_number_and_the_lengths_of_their_shifts(
    name: str, view: FakeRosterView
) -> None:
    assert lengths(plan(name, view)) == lengths(view.planned)


@pytest.mark.parametrize("name", NAMES)
@given(view=roster_views())
def test_nobody_has_two_shifts_at_once_and_all_lie_in_the_period(
    name: str, view: FakeRosterView
) -> None:
    plans = plan(name, view)
    for first, second in pairwise(sorted(plans)):
        assert first.volunteer_id != second.volunteer_id or first.end_s <= second.start_s
    assert all(0 <= one.start_s < one.end_s <= view.period_s for one in plans)


@pytest.mark.parametrize("name", NAMES)
@given(view=roster_views())
def test_the_same_view_gives_the_same_roster(name: str, view: FakeRosterView) -> None:
    assert plan(name, view) == plan(name, view)


def test_the_need_of_every_hour_is_covered_when_there_are_enough_people() -> None:
    view = FakeRosterView([(who, 8.0, 16.0) for who in range(25)], EVENING)
    need = [least_staff(load, 0.05) for load in EVENING]
    have = on_duty(plan("peak_hours", view))
    assert all(a >= b for a, b in zip(have, need, strict=True))


def test_when_there_are_too_few_people_they_come_at_the_peak() -> None:
    view = FakeRosterView([(who, 8.0, 12.0) for who in range(5)], EVENING)
    assert on_duty(plan("peak_hours", view))[18:22] == [5, 5, 5, 5]


def test_the_need_is_that_of_the_formula() -> None:
    view = FakeRosterView([], EVENING, work_s=2 * HOUR_S)
    wish = policy("peak_hours", wait=HOUR_S, wait_share=0.1).wish(view, "team")
    assert wish.weight == [2 * count for count in EVENING]
    assert wish.required == [least_staff(2 * count, 0.1, 0.5) for count in EVENING]


def test_work_without_end_or_beginning_needs_nobody() -> None:
    assert policy("peak_hours").wish(FakeRosterView([], EVENING, work_s=0.0), "team").required == (
        [0] * 24
    )


def test_who_may_wait_longer_leaves_more_people_for_other_hours() -> None:
    policies = [policy("peak_hours", wait=wait) for wait in (0.0, 7_200.0)]
    view = FakeRosterView([], EVENING)
    patient, impatient = (sum(one.wish(view, "team").required) for one in policies[::-1])
    assert patient < impatient


def test_people_are_on_duty_in_proportion_to_the_incidents() -> None:
    incidents = [1.0] * 12 + [3.0] * 12
    view = FakeRosterView([(who, 8.0, 9.0) for who in range(96)], incidents)
    assert on_duty(plan("proportional", view)) == [2] * 12 + [6] * 12


def test_shifts_of_one_hour_are_spread_evenly() -> None:
    view = FakeRosterView([(who, 8.0, 9.0) for who in range(48)], EVENING)
    assert on_duty(plan("uniform", view)) == [2] * 24


@pytest.mark.parametrize("name", NAMES)
def test_shifts_stay_within_the_hours_that_are_allowed(name: str) -> None:
    view = FakeRosterView([(who, 0.0, 4.0) for who in range(9)], [1.0] * 24)
    plans = plan(name, view, first_hour=6, last_hour=20)
    assert min(one.start_s for one in plans) >= 6 * HOUR_S
    assert max(one.end_s for one in plans) <= 20 * HOUR_S


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("window", [(8, 8), (20, 6), (0, 25)])
def test_hours_that_make_no_day_are_refused(name: str, window: tuple[int, int]) -> None:
    with pytest.raises(PluginError, match="first_hour must be before last_hour"):
        policy(name, first_hour=window[0], last_hour=window[1])


def test_a_share_of_nothing_is_refused_before_the_run() -> None:
    with pytest.raises(PluginError, match="wait_share must be above 0"):
        policy("peak_hours", wait_share=0.0)


def test_who_is_always_on_duty_stays_so() -> None:
    view = FakeRosterView([(0, 0.0, 48.0), (1, 8.0, 16.0)], EVENING * 2)
    assert view.planned[0] in plan("peak_hours", view)


def test_a_shift_that_does_not_fit_the_allowed_hours_is_left_alone() -> None:
    view = FakeRosterView([(0, 0.0, 8.0)], EVENING)
    assert plan("peak_hours", view, first_hour=18, last_hour=22) == view.planned


@pytest.mark.parametrize("name", ["peak_hours", "proportional"])
def test_without_a_forecast_nothing_is_moved(name: str) -> None:
    view = FakeRosterView([(0, 3.0, 8.0), (1, 9.0, 17.0)], [0.0] * 24)
    assert plan(name, view) == view.planned


def test_without_people_there_is_no_roster() -> None:
    assert plan("peak_hours", FakeRosterView([], EVENING)) == []


def test_days_start_at_midnight_whenever_the_period_starts() -> None:
    incidents = [0.0] * 6 + [1.0] * 4 + [0.0] * 4 + [5.0] * 4 + [0.0] * 6
    view = FakeRosterView([(0, 0.0, 4.0), (1, 19.0, 23.0)], incidents, start_hour_of_week=12.0)
    first, second = plan("proportional", view)
    assert first.start_s == 6 * HOUR_S  # 18:00 of the first day, however busy the second
    assert second.start_s == 14 * HOUR_S


def test_a_day_without_a_forecast_stays_as_it_is() -> None:
    view = FakeRosterView([(0, 8.0, 12.0), (0, 30.0, 34.0)], EVENING + [0.0] * 24)
    assert plan("proportional", view)[1] == view.planned[1]


def test_nights_are_shared() -> None:
    nights = ([2.0] * 6 + [0.0] * 6 + [2.0] * 6 + [0.0] * 6) * 6
    shifts = [(who, 24.0 * day + 8, 24.0 * day + 14) for who in range(4) for day in range(6)]
    plans = plan("proportional", FakeRosterView(shifts, nights))
    at_night: dict[int, int] = defaultdict(int)
    for one in plans:
        at_night[one.volunteer_id] += (one.start_s / HOUR_S) % 24 < 6
    assert max(at_night.values()) - min(at_night.values()) <= 1


def test_teams_are_planned_apart() -> None:
    shifts = [(who, 8.0, 12.0) for who in range(4)]
    both = plan("uniform", FakeRosterView(shifts, EVENING, teams={2: "b", 3: "b"}))
    assert both[0][1:] == both[2][1:]


@given(
    st.lists(st.integers(0, 3), min_size=4, max_size=6),
    st.dictionaries(st.integers(1, 4), st.integers(1, 5), min_size=1),
)
def test_as_many_shifts_are_placed_as_there_are(
    required: list[int], counts: dict[int, int]
) -> None:
    placed = place_shifts(Wish(required, [float(need) for need in required]), counts)
    assert {length: len(starts) for length, starts in placed.items()} == counts
    assert all(0 <= s <= len(required) - n for n, starts in placed.items() for s in starts)


def test_the_need_is_covered_where_one_by_one_would_miss_it() -> None:
    required = [1, 4, 4, 3, 2, 4, 4]
    starts = place_shifts(Wish(required, [float(need) for need in required]), {2: 11})[2]
    have = [sum(start <= hour < start + 2 for start in starts) for hour in range(7)]
    assert all(a >= b for a, b in zip(have, required, strict=True))


@given(
    st.lists(st.integers(0, 3), min_size=4, max_size=6),
    st.lists(st.integers(0, 5), min_size=6, max_size=6),
    st.dictionaries(st.integers(1, 4), st.integers(1, 4), min_size=1),
)
def test_no_single_shift_does_more_good_elsewhere(
    required: list[int], weight: list[int], counts: dict[int, int]
) -> None:
    hours = len(required)
    wish = Wish(required, [float(one) for one in weight[:hours]])
    placed = place_shifts(wish, counts)
    shifts = [(start, length) for length, starts in placed.items() for start in starts]
    best = _good(wish, shifts)
    for number, (_, length) in enumerate(shifts):
        others = shifts[:number] + shifts[number + 1 :]
        for start in range(hours - length + 1):
            covered, relieved = _good(wish, [*others, (start, length)])
            assert (covered, relieved - 1e-6) <= best


def _good(wish: Wish, shifts: list[tuple[int, int]]) -> tuple[int, float]:
    """Return how much need is covered, and how much people on duty relieve each other."""
    hours = range(len(wish.required))
    have = [sum(start <= hour < start + length for start, length in shifts) for hour in hours]
    covered = sum(min(a, b) for a, b in zip(have, wish.required, strict=True))
    harmonic = [sum(1 / k for k in range(1, number + 1)) for number in have]
    return covered, sum(a * b for a, b in zip(wish.weight, harmonic, strict=True))
