"""SIPP staffing: the need of each hour, people within their own days and hours, nights shared."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from tests.plugins.fakes import HOUR_S, FakeRosterView
from tests.plugins.test_rosters import on_duty, plan, policy, roster_views

from patrolsim.errors import PluginError
from patrolsim_policies.sipp import lagged
from patrolsim_policies.staffing import late_share, least_staff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim import ShiftPlan

DAY = [0.5] * 8 + [2.0] * 4 + [6.0] * 4 + [2.0] * 4 + [0.5] * 4


def many(people: int, days: int = 1) -> list[tuple[int, float, float]]:
    """Return shifts of six hours from noon on, one for everybody each day."""
    return [
        (who, 24 * day + 12.0, 24 * day + 18.0) for who in range(people) for day in range(days)
    ]


@pytest.mark.parametrize("name", ["sipp", "lag_sipp"])
def test_every_hour_has_the_people_that_its_queue_needs(name: str) -> None:
    view = FakeRosterView(many(60), DAY, work_s=1800.0)
    plans = plan(name, view)
    counts = lagged(DAY, 0.5) if name == "lag_sipp" else DAY
    assert all(
        late_share(have, count * 0.5) <= 0.05
        for have, count in zip(on_duty(plans), counts, strict=True)
    )
    assert len(plans) < 60


def test_the_need_is_the_least_staff_of_the_tables() -> None:
    view = FakeRosterView(many(5), [23.0] * 24, work_s=HOUR_S)
    required = policy("sipp", wait_share=0.2).required(view, "team")
    assert set(required) == {least_staff(23.0, 0.2)}


def test_the_lag_moves_the_need_by_a_mean_work() -> None:
    view = FakeRosterView(many(60), DAY, work_s=2 * HOUR_S)
    plain, late = (policy(name).required(view, "team") for name in ("sipp", "lag_sipp"))
    assert late[2:] == plain[:-2]


def test_a_part_of_an_hour_moves_a_part_of_the_calls() -> None:
    assert lagged([0.0, 4.0, 0.0, 0.0], 0.25) == [0.0, 3.0, 1.0, 0.0]
    assert sum(lagged([0.0, 4.0, 0.0, 0.0], 1.5)) == pytest.approx(4.0)


def test_nights_are_shared() -> None:
    night = [3.0] * 6 + [0.0] * 18
    view = FakeRosterView(many(8, days=4), night * 4, work_s=600.0)
    plans = plan("sipp", view)
    per_person = Counter(one.volunteer_id for one in plans)
    assert sum(per_person.values()) == 4 * least_staff(0.5, 0.05)
    assert max(per_person.values()) - min(per_person[who] for who in range(8)) <= 1


def test_too_few_people_are_all_used_and_nobody_twice() -> None:
    view = FakeRosterView(many(2), [30.0] * 24)
    plans = plan("sipp", view)
    assert sorted(one.volunteer_id for one in plans) == [0, 1]


def test_shifts_stay_within_the_window_of_the_day() -> None:
    view = FakeRosterView(many(40), DAY, work_s=1800.0)
    plans = plan("sipp", view, first_hour=8, last_hour=20)
    assert all(one.start_s >= 8 * HOUR_S and one.end_s <= 20 * HOUR_S for one in plans)


def test_people_who_are_always_on_duty_stay_so_and_count() -> None:
    alone = plan("sipp", FakeRosterView(many(40), DAY, work_s=1800.0))
    kept = (99, 0.0, 24.0)
    helped = plan("sipp", FakeRosterView([*many(40), kept], DAY, work_s=1800.0))
    assert [one.volunteer_id for one in helped if one.end_s - one.start_s == 24 * HOUR_S] == [99]
    assert len(helped) - 1 < len(alone)


@pytest.mark.parametrize("name", ["sipp", "lag_sipp"])
def test_without_a_wait_share_it_is_refused(name: str) -> None:
    with pytest.raises(PluginError, match="above 0"):
        policy(name, wait_share=0.0)


@settings(max_examples=60, deadline=None)
@given(roster_views())
def test_nobody_works_longer_than_today_nor_on_other_days_nor_twice_at_a_time(view: Any) -> None:
    plans: Sequence[ShiftPlan] = plan("sipp", view)
    assert all(0 <= one.start_s < one.end_s <= view.period_s for one in plans)
    for who in {one.volunteer_id for one in plans}:
        mine = [one for one in plans if one.volunteer_id == who]
        own = [one for one in view.planned if one.volunteer_id == who]
        assert sum(p.end_s - p.start_s for p in mine) <= sum(p.end_s - p.start_s for p in own)
        assert all(one.end_s <= other.start_s for one, other in pairwise(sorted(mine)))
        offset_s = view.start_hour_of_week * HOUR_S
        days = [{(p.start_s + offset_s) // (24 * HOUR_S) for p in some} for some in (mine, own)]
        assert days[0] <= days[1]
