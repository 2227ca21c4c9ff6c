"""How a team grows by mentors: a pure function of the scenario and the date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from patrolsim.units import to_us

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDING = 1e-9
"""A share of people that misses a whole number by less is that number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A team that starts small and trains its own new people.

    Attributes
    ----------
    start
        How many people there are at the start.
    number
        How many there are in the end.
    mentors
        Share of those who are there who bring one person each in a round of training.
    takes_us
        Length of a round.
    """

    start: int
    number: int
    mentors: float
    takes_us: int


def headcounts(growth: Growth) -> list[int]:
    """Return how many people there are at the start of each round, up to the full number.

    n(0) = start; n(k + 1) = min(number, n(k) + max(1, floor(mentors n(k)))): compound growth in
    whole people. At least one person brings somebody along, or the team would stand still.
    """
    counts = [min(growth.start, growth.number)]
    while counts[-1] < growth.number:
        mentors = max(1, int(growth.mentors * counts[-1] + ROUNDING))
        counts.append(min(growth.number, counts[-1] + mentors))
    return counts


def join_times_us(growth: Growth, start: datetime) -> list[int]:
    """Return when each member joins, by number, in microseconds since the start of the period.

    Those of the start are there from 0. The new people of a round are spread evenly over it, and
    each joins at the first midnight that is not before the end of their training.

    Parameters
    ----------
    growth
        The programme.
    start
        First moment of the period, local time.
    """
    counts = headcounts(growth)
    joins_us = [0] * counts[0]
    for round_number, (before, after) in enumerate(pairwise(counts)):
        begin_us = round_number * growth.takes_us
        joins_us += [
            _midnight_from_us(begin_us + growth.takes_us * place // (after - before), start)
            for place in range(1, after - before + 1)
        ]
    return joins_us


def present_at(joins_us: Sequence[int], time_us: int) -> int:
    """Return how many people there are at a time."""
    return sum(joins <= time_us for joins in joins_us)


def _midnight_from_us(time_us: int, start: datetime) -> int:
    """Return the first midnight at or after a time, in microseconds since the start."""
    moment = start + timedelta(microseconds=time_us)
    midnight = datetime.combine(moment.date(), time.min)
    if midnight < moment:
        midnight += timedelta(days=1)
    return to_us((midnight - start).total_seconds())
