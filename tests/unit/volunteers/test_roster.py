"""Rosters: days, hours and shares made into shifts of people."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from patrolsim.streams import RandomStreams
from patrolsim.volunteers.roster import Shift, ShiftPattern, after_joining, plan_team

HOUR_US = 3600 * 1_000_000
MONDAY = datetime(2025, 3, 10)  # noqa: DTZ001 - local time of nowhere
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


def pattern(
    start_h: float, end_h: float, *, share: float = 1.0, days: tuple[int, ...] = EVERY_DAY
) -> ShiftPattern:
    return ShiftPattern(days=days, start_s=start_h * 3600, end_s=end_h * 3600, share=share)


def plan(
    *patterns: ShiftPattern, people: int = 1, hours: float = 24, start: datetime = MONDAY
) -> list[Shift]:
    return plan_team(
        range(100, 100 + people),
        patterns,
        start=start,
        horizon_us=round(hours * HOUR_US),
        team="helpers",
        streams=RandomStreams(1, 0),
    )


def spans(*patterns: ShiftPattern, **options: object) -> list[tuple[float, float]]:
    """Return start and end in hours of the shifts of one person."""
    shifts = plan(*patterns, **options)  # type: ignore[arg-type]
    return [(shift.start_us / HOUR_US, shift.end_us / HOUR_US) for shift in shifts]


def test_without_shifts_everybody_is_always_on_duty() -> None:
    assert plan(people=2) == [Shift(100, 0, 24 * HOUR_US), Shift(101, 0, 24 * HOUR_US)]


def test_a_shift_lies_at_its_hours_on_its_days() -> None:
    assert spans(pattern(7, 9, days=(0, 2)), hours=72) == [(7, 9), (55, 57)]


def test_a_shift_over_midnight_ends_on_the_next_day() -> None:
    assert spans(pattern(22, 2, days=(0,)), hours=72) == [(22, 26)]


def test_a_shift_that_began_the_day_before_counts_from_the_start_of_the_period() -> None:
    assert spans(pattern(22, 2)) == [(0, 2), (22, 24)]
    assert spans(pattern(22, 2, days=(6,))) == [(0, 2)]


def test_a_shift_is_cut_at_the_end_of_the_period() -> None:
    assert spans(pattern(7, 9), hours=8) == [(7, 8)]
    assert spans(pattern(7, 9), hours=7) == []


def test_hours_are_those_of_the_clock_when_the_period_starts_at_noon() -> None:
    noon = MONDAY + timedelta(hours=12)
    assert spans(pattern(7, 9), start=noon, hours=24) == [(19, 21)]
    assert spans(pattern(11, 13), start=noon, hours=24) == [(0, 1), (23, 24)]
    assert spans(pattern(7, 9, days=(0,)), start=noon, hours=24) == []


def test_shifts_that_touch_or_overlap_are_one() -> None:
    assert spans(pattern(7, 9), pattern(9, 11), pattern(10, 12)) == [(7, 12)]
    assert spans(pattern(0, 24), hours=72) == [(0, 72)]


def test_hours_round_the_clock_that_start_in_the_morning_leave_no_gap() -> None:
    assert spans(pattern(8, 8), hours=48) == [(0, 48)]


def test_shares_up_to_the_whole_go_to_different_people() -> None:
    shifts = plan(pattern(7, 9, share=0.3), pattern(17, 19, share=0.7), people=10)
    assert len({shift.volunteer_id for shift in shifts}) == 10
    starts = Counter(shift.start_us // HOUR_US for shift in shifts)
    assert starts == {7: 3, 17: 7}


def test_people_beyond_the_shares_are_off_duty() -> None:
    assert len(plan(pattern(7, 9, share=0.25), people=20)) == 5


def test_shares_beyond_the_whole_start_again_with_everybody() -> None:
    shifts = plan(pattern(7, 9), pattern(17, 19, share=0.5), people=10)
    starts = Counter(shift.start_us // HOUR_US for shift in shifts)
    assert starts == {7: 10, 17: 5}


def test_three_thirds_are_a_whole() -> None:
    patterns = [pattern(hour, hour + 2, share=1 / 3) for hour in (7, 9, 11)]
    shifts = plan(*patterns, people=9)
    assert Counter(shift.start_us // HOUR_US for shift in shifts) == {7: 3, 9: 3, 11: 3}


def test_the_smallest_share_is_somebody_and_nobody_has_two() -> None:
    shifts = plan(pattern(7, 8, share=0.01), pattern(9, 10, share=0.01), people=10)
    assert sorted(shift.start_us // HOUR_US for shift in shifts) == [7, 9]
    assert len({shift.volunteer_id for shift in shifts}) == 2


def test_a_share_of_nothing_is_nobody() -> None:
    assert plan(pattern(7, 9, share=0.0), people=10) == []


@pytest.mark.parametrize("people", [1, 2, 3, 7, 100])
def test_more_shares_than_people_give_nobody_two(people: int) -> None:
    patterns = [pattern(hour, hour + 1, share=0.05) for hour in range(20)]
    shifts = plan(*patterns, people=people)
    assert max(Counter(shift.volunteer_id for shift in shifts).values()) == 1


def test_shifts_come_sorted_by_person_and_start() -> None:
    shifts = plan(pattern(17, 19), pattern(7, 9), people=5, hours=72)
    assert shifts == sorted(shifts)


def test_who_has_which_shift_is_drawn_for_each_team_by_itself() -> None:
    def early(team: str) -> set[int]:
        shifts = plan_team(
            range(40),
            [pattern(7, 9, share=0.5), pattern(9, 11, share=0.5)],
            start=MONDAY,
            horizon_us=24 * HOUR_US,
            team=team,
            streams=RandomStreams(1, 0),
        )
        return {shift.volunteer_id for shift in shifts if shift.start_us == 7 * HOUR_US}

    assert early("a") == early("a")
    assert early("a") != early("b")
    assert early("a") != set(range(20))


def days_of(**bounds: object) -> list[int]:
    """Return the days of March 2025 on which a shift of 8 to 10 starts, in a week from Monday."""
    shift = ShiftPattern(
        days=EVERY_DAY,
        start_s=8 * 3600.0,
        end_s=10 * 3600.0,
        share=1.0,
        **bounds,  # type: ignore[arg-type]
    )
    return [10 + shift.start_us // (24 * HOUR_US) for shift in plan(shift, hours=7 * 24)]


def test_a_shift_starts_between_its_dates_both_included() -> None:
    found = days_of(first_date=date(2025, 3, 11), last_date=date(2025, 3, 13))
    assert found == [11, 12, 13]


def test_a_shift_does_not_start_on_the_days_that_are_excepted() -> None:
    holidays = (
        (date(2025, 3, 12), date(2025, 3, 14)),
        (date(2025, 3, 16), date(2025, 3, 16)),
    )
    assert days_of(away=holidays) == [10, 11, 15]


def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_starts() -> None:
    night = ShiftPattern(
        days=EVERY_DAY,
        start_s=22 * 3600.0,
        end_s=2 * 3600.0,
        share=1.0,
        away=((date(2025, 3, 11), date(2025, 3, 11)),),
    )
    assert spans(night, hours=72) == [(0, 2), (22, 26), (70, 72)]


def test_nobody_is_on_duty_before_they_join() -> None:
    shifts = [Shift(1, 0, 50), Shift(1, 60, 90), Shift(2, 0, 50), Shift(3, 0, 20)]
    joined = after_joining(shifts, {1: 40, 3: 30})
    assert joined == [Shift(1, 40, 50), Shift(1, 60, 90), Shift(2, 0, 50)]
