"""Rosters: who is on duty when, from the shifts of a team and their shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.units import DAY_S, to_us

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from patrolsim.streams import RandomStreams

FULL = 1.0 + 1e-9
"""Shares that add up to at most this are taken by different people."""


class Shift(NamedTuple):
    """One person on duty from start to end, in microseconds since the period's start."""

    volunteer_id: int
    start_us: int
    end_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPattern:
    """A shift that repeats every week.

    Attributes
    ----------
    days
        Days of the week on which it starts, 0 for Monday.
    start_s, end_s
        Seconds of the day; an end not after the start means the next day.
    share
        Share of the team that has it.
    first_date, last_date
        Between which days it starts, both included; None for no bound.
    away
        Spans of days, both ends included, on which it does not start.
    """

    days: tuple[int, ...]
    start_s: float
    end_s: float
    share: float
    first_date: date | None = None
    last_date: date | None = None
    away: tuple[tuple[date, date], ...] = ()

    def starts_on(self, day: date) -> bool:
        """Whether it starts on a day."""
        if day.weekday() not in self.days:
            return False
        is_early = self.first_date is not None and day < self.first_date
        is_late = self.last_date is not None and day > self.last_date
        return not (is_early or is_late or any(a <= day <= b for a, b in self.away))


def plan_team(
    members: Sequence[int],
    patterns: Sequence[ShiftPattern],
    *,
    start: datetime,
    horizon_us: int,
    team: str,
    streams: RandomStreams,
) -> list[Shift]:
    """Return the shifts of a team's members over a period.

    Without patterns everybody is always on duty. Patterns whose shares add up to at most 100 %
    are taken by different people; the next pattern beyond that starts again with all of them.

    Parameters
    ----------
    members
        Numbers of the volunteers.
    patterns
        The team's shifts.
    start, horizon_us
        First moment (local time) and length of the period.
    team, streams
        The key of the draw that says who has which pattern: the same people in every replication.
    """
    if not patterns:
        return [Shift(member, 0, horizon_us) for member in members]
    shifts: list[Shift] = []
    for member, own in sorted(_deal(members, patterns, team, streams).items()):
        spans = [span for pattern in own for span in _spans(pattern, start, horizon_us)]
        shifts += [Shift(member, *span) for span in _merge(spans)]
    return shifts


def after_joining(shifts: Sequence[Shift], joins_us: Mapping[int, int]) -> list[Shift]:
    """Return the shifts of people who are not there from the start: nothing before they join.

    Parameters
    ----------
    shifts
        As they would be for people who are always there.
    joins_us
        When each volunteer joins; 0 for whoever is not named.
    """
    cut = [s._replace(start_us=max(s.start_us, joins_us.get(s.volunteer_id, 0))) for s in shifts]
    return [shift for shift in cut if shift.start_us < shift.end_us]


def _deal(
    members: Sequence[int], patterns: Sequence[ShiftPattern], team: str, streams: RandomStreams
) -> dict[int, list[ShiftPattern]]:
    """Say who has which patterns: next in turn, in an order that is drawn once."""
    order = sorted(members, key=lambda member: (streams.uniform(f"roster/{team}", member), member))
    own: dict[int, list[ShiftPattern]] = {member: [] for member in members}
    used, first = 0.0, 0
    for pattern in patterns:
        if used + pattern.share > FULL:
            used, first = 0.0, 0
        used += pattern.share
        # A share above nothing is somebody, as long as there is anybody without a shift.
        last = max(round(used * len(order)), first + (pattern.share > 0))
        for member in order[first:last]:
            own[member].append(pattern)
        first = last
    return own


def _spans(pattern: ShiftPattern, start: datetime, horizon_us: int) -> list[tuple[int, int]]:
    """Return when a pattern falls into the period, cut at its ends."""
    midnight_s = start.hour * 3600 + start.minute * 60 + start.second
    length_s = (pattern.end_s - pattern.start_s) % DAY_S or DAY_S
    days = int(horizon_us / 1e6 / DAY_S) + 2
    spans = []
    for day in range(-1, days):
        if not pattern.starts_on((start + timedelta(days=day)).date()):
            continue
        begin_s = day * DAY_S + pattern.start_s - midnight_s
        begin_us, end_us = to_us(begin_s), to_us(begin_s + length_s)
        begin_us, end_us = max(begin_us, 0), min(end_us, horizon_us)
        if begin_us < end_us:
            spans.append((begin_us, end_us))
    return spans


def _merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that touch or overlap."""
    merged: list[tuple[int, int]] = []
    for begin_us, end_us in sorted(spans):
        if merged and begin_us <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end_us, merged[-1][1]))
        else:
            merged.append((begin_us, end_us))
    return merged
