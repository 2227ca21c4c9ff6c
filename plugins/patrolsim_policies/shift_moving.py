"""Moves the shifts of a roster to other hours of their day: what all roster policies here share.

Nobody works more or less: everybody keeps the days, the number and the lengths of their shifts.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from patrolsim import Parameter, ShiftPlan
from patrolsim_policies.staffing import cover_shifts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from patrolsim import RosterView

HOUR_S = 3600.0
DAY_H = 24
WHOLE_DAY_S = 20 * HOUR_S
"""From this length on somebody is taken to be always on duty, and stays so."""
NIGHT = (22, 6)
"""Hours of the day that count as a burden, to be shared fairly."""
MOST_PASSES = 100
"""So often single shifts change places at most; each time more people are where they help."""

WINDOW = {
    "first_hour": Parameter(
        kind="count", default=0, about="No shift starts before this hour of the day."
    ),
    "last_hour": Parameter(
        kind="count", default=24, about="Every shift ends by this hour of the day."
    ),
}


class Wish(NamedTuple):
    """What a team should have on duty in each hour of the period.

    Attributes
    ----------
    required
        People needed; covered first.
    weight
        Where people beyond that do most good: they are placed in proportion to it.
    """

    required: Sequence[int]
    weight: Sequence[float]


def read_window(parameters: Mapping[str, Any]) -> tuple[int, int]:
    """Return the hours of the day between which shifts may lie.

    Raises
    ------
    ValueError
        If they are not two hours of a day, the first before the last.
    """
    first, last = parameters["first_hour"], parameters["last_hour"]
    if not 0 <= first < last <= DAY_H:
        raise ValueError("first_hour must be before last_hour, and last_hour at most 24")
    return first, last


def move_shifts(
    view: RosterView, wish_of: Callable[[str], Wish], window: tuple[int, int]
) -> list[ShiftPlan]:
    """Return the planned roster with every shift moved to where its team wishes.

    Parameters
    ----------
    view
        What is known before the period.
    wish_of
        What a team wishes, by its name.
    window
        Hours of the day between which a moved shift lies.
    """
    teams: dict[str, list[ShiftPlan]] = defaultdict(list)
    for plan in view.planned:
        teams[view.team_of(plan.volunteer_id)].append(plan)
    moved = [
        plan
        for team in sorted(teams)
        for plan in _TeamRoster(view, wish_of(team), window).move(teams[team])
    ]
    return sorted(moved)


def place_shifts(wish: Wish, counts: Mapping[int, int]) -> dict[int, list[int]]:
    """Return the hours at which the shifts of one day start, by their length in hours.

    Shifts of one length cover the need with as few as possible, exactly; those that are left
    over, shifts of several lengths, and shifts that are too few are placed one by one, the
    longest first: where most people are missing, then where the people on duty would be
    busiest, then as early as possible. At last single shifts change places while that helps.

    Parameters
    ----------
    wish
        Need and weight of each hour of the day.
    counts
        How many shifts there are of each length; none is longer than the day.
    """
    starts: dict[int, list[int]] = {length: [] for length in sorted(counts, reverse=True)}
    if len(counts) == 1:
        (length, count) = next(iter(counts.items()))
        starts[length] = _exact_starts(wish, length, count)
    cover = [0] * len(wish.required)
    for length, chosen in starts.items():
        for start in chosen:
            _add(cover, start, length)
    for length, chosen in starts.items():
        while len(chosen) < counts[length]:
            chosen.append(_best_start(wish, cover, length)[1])
            _add(cover, chosen[-1], length)
    for _ in range(MOST_PASSES):
        moves = [_improve(wish, cover, length, chosen) for length, chosen in starts.items()]
        if not any(moves):
            break
    return {length: sorted(chosen) for length, chosen in starts.items()}


def _improve(wish: Wish, cover: list[int], length: int, chosen: list[int]) -> bool:
    """Move one shift of each start to where it does more good; say whether any was moved."""
    is_better = False
    for start in sorted(set(chosen)):
        _add(cover, start, length, -1)
        here = _gains(wish, cover, length)[start]
        gain, best = _best_start(wish, cover, length)
        if gain > here:
            chosen.remove(start)
            chosen.append(best)
            is_better = True
        _add(cover, best if gain > here else start, length)
    return is_better


def _exact_starts(wish: Wish, length: int, count: int) -> list[int]:
    """Return the starts that cover the need with the fewest shifts; none if there are too few."""
    hours = len(wish.required)
    fewest = cover_shifts(wish.required, length, range(hours - length + 1))
    if sum(fewest) > count:
        return []
    return [start for start, number in enumerate(fewest) for _ in range(number)]


def _best_start(wish: Wish, cover: Sequence[int], length: int) -> tuple[tuple[float, float], int]:
    """Return the start at which one more shift does most good, after that good."""
    gains = _gains(wish, cover, length)
    best = max(gains)
    return best, gains.index(best)


def _gains(wish: Wish, cover: Sequence[int], length: int) -> list[tuple[float, float]]:
    """Return for each start the missing people a shift would be, and how busy it would be."""
    missing = [float(have < need) for have, need in zip(cover, wish.required, strict=True)]
    busy = [weight / (have + 1) for have, weight in zip(cover, wish.weight, strict=True)]
    return list(zip(_sums(missing, length), _sums(busy, length), strict=True))


def _sums(values: Sequence[float], length: int) -> list[float]:
    """Return the sum of each run of `length` values, rounded so that equal runs are equal."""
    total = [0.0, *accumulate(values)]
    return [round(total[end] - total[end - length], 9) for end in range(length, len(total))]


def _add(cover: list[int], start: int, length: int, number: int = 1) -> None:
    for hour in range(start, start + length):
        cover[hour] += number


class _TeamRoster:
    """The shifts of one team, moved day by day."""

    def __init__(self, view: RosterView, wish: Wish, window: tuple[int, int]) -> None:
        self._wish = wish
        self._window = window
        self._period_h = math.floor(view.period_s / HOUR_S)
        self._offset_h = view.start_hour_of_week % DAY_H
        self._own: dict[int, list[ShiftPlan]] = defaultdict(list)
        self._night_h: dict[int, int] = defaultdict(int)

    def move(self, planned: Sequence[ShiftPlan]) -> list[ShiftPlan]:
        """Return all shifts of the team."""
        days: dict[int, list[ShiftPlan]] = defaultdict(list)
        for plan in sorted(planned):
            day = math.floor((plan.start_s / HOUR_S + self._offset_h) / DAY_H)
            if self._is_movable(plan, self._hours(day)):
                days[day].append(plan)
            else:
                self._own[plan.volunteer_id].append(plan)
        for day in sorted(days):
            self._move_day(self._hours(day), days[day])
        return [plan for plans in self._own.values() for plan in plans]

    def _hours(self, day: int) -> range:
        """Return the hours of the period in which the moved shifts of a day may lie."""
        midnight = math.ceil(day * DAY_H - self._offset_h)
        first, last = self._window
        hours = min(self._period_h, len(self._wish.required))
        return range(max(midnight + first, 0), min(midnight + last, hours))

    def _is_movable(self, plan: ShiftPlan, hours: range) -> bool:
        is_part_of_a_day = plan.end_s - plan.start_s < WHOLE_DAY_S
        is_wanted = any(self._wish.weight[hour] > 0 for hour in hours)
        return is_part_of_a_day and _length_h(plan) <= len(hours) and is_wanted

    def _move_day(self, hours: range, shifts: Sequence[ShiftPlan]) -> None:
        counts: dict[int, int] = defaultdict(int)
        people: dict[int, list[ShiftPlan]] = defaultdict(list)
        for shift in shifts:
            counts[_length_h(shift)] += 1
            people[shift.volunteer_id].append(shift)
        day = slice(hours.start, hours.stop)
        placed = place_shifts(Wish(self._wish.required[day], self._wish.weight[day]), counts)
        pool = {
            length: sorted((hours[start] for start in starts), key=self._burden(length))
            for length, starts in placed.items()
        }
        self._deal(people, pool)

    def _deal(self, people: Mapping[int, Sequence[ShiftPlan]], pool: dict[int, list[int]]) -> None:
        """Give everybody their new shifts: nights to those who have had fewest so far."""
        order = sorted(people, key=lambda who: (-len(people[who]), self._night_h[who], who))
        for who in order:
            picks = self._pick(people[who], pool, self._own[who])
            if picks is None:
                self._own[who] += people[who]
                continue
            for shift, start in zip(people[who], picks, strict=True):
                pool[_length_h(shift)].remove(start)
                self._own[who].append(_moved(shift, start))
                self._night_h[who] += self._nights(start, _length_h(shift))

    def _pick(
        self,
        shifts: Sequence[ShiftPlan],
        pool: Mapping[int, Sequence[int]],
        taken: Sequence[ShiftPlan],
    ) -> list[int] | None:
        """Return a free start for each shift of a person; None when they would overlap."""
        picks: list[int] = []
        mine = list(taken)
        for shift in shifts:
            free = (_moved(shift, start) for start in pool[_length_h(shift)])
            chosen = next((new for new in free if not _overlaps(new, mine)), None)
            if chosen is None:
                return None
            mine.append(chosen)
            picks.append(round(chosen.start_s / HOUR_S))
        return picks

    def _burden(self, length: int) -> Callable[[int], tuple[int, int]]:
        return lambda start: (-self._nights(start, length), start)

    def _nights(self, start: int, length: int) -> int:
        """Return how many hours of a shift lie in the night."""
        evening, morning = NIGHT
        of_day = [
            (hour + math.floor(self._offset_h)) % DAY_H for hour in range(start, start + length)
        ]
        return sum(hour >= evening or hour < morning for hour in of_day)


def _length_h(shift: ShiftPlan) -> int:
    """Return the length of a shift in hours, rounded up."""
    return math.ceil(round((shift.end_s - shift.start_s) / HOUR_S, 6))


def _moved(shift: ShiftPlan, start: int) -> ShiftPlan:
    start_s = start * HOUR_S
    return ShiftPlan(shift.volunteer_id, start_s, start_s + shift.end_s - shift.start_s)


def _overlaps(shift: ShiftPlan, others: Sequence[ShiftPlan]) -> bool:
    return any(shift.start_s < other.end_s and other.start_s < shift.end_s for other in others)
