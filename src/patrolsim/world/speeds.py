"""From the speed changes of a scenario to the speed of each mode over the period."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, Protocol

from patrolsim.errors import Problem, ScenarioError
from patrolsim.network.warp import USUAL, SpeedProfile
from patrolsim.units import DAY_S, quoted, suggestion, to_us

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from patrolsim.scenario.speed_models import SpeedChangeModel

BEYOND_US = to_us(28 * DAY_S)
"""Speeds are known for so long after the period, for ways that have not ended then; afterwards
they are the usual ones. The longest way that the fast searches hold takes 25 days."""


class _Spell(NamedTuple):
    """A time in which a change holds, and the speed in thousandths of the usual one."""

    begin_us: int
    end_us: int
    thousandths: int


def solve_profiles(
    changes: Mapping[str, SpeedChangeModel],
    modes: Sequence[str],
    *,
    start: datetime,
    horizon_us: int,
) -> tuple[SpeedProfile, ...]:
    """Return the profile of each mode; empty when nothing ever changes.

    Where several changes meet, their shares are multiplied and the product is rounded to a
    thousandth, half to even, once.

    Parameters
    ----------
    changes
        The speed changes of the scenario, by name.
    modes
        The modes of the streets, in order.
    start, horizon_us
        First moment (local time) and length of the period.

    Raises
    ------
    ScenarioError
        If a change names a mode that the streets do not have.
    """
    if not changes:
        return ()
    spells: dict[str, list[_Spell]] = {mode: [] for mode in modes}
    for name, change in changes.items():
        _check_modes(name, change, modes)
        found = list(_spells(change, start, horizon_us + BEYOND_US))
        for mode in dict.fromkeys(change.modes or modes):
            spells[mode] += found
    return tuple(_profile(spells[mode]) for mode in modes)


def remarks_on_changes(
    changes: Mapping[str, SpeedChangeModel], *, start: datetime, horizon_us: int
) -> list[str]:
    """Return a sentence for each change that never holds within the period."""
    return [
        f"streets.speed_changes.{name} never holds within the period, and changes nothing"
        for name, change in changes.items()
        if not any(_spells(change, start, horizon_us))
    ]


class Timed(Protocol):
    """What says when something holds: a change of speed, an intervention."""

    @property
    def days(self) -> tuple[int, ...]:
        """The days of the week on which it begins, Monday is 0."""

    @property
    def hours(self) -> tuple[float, float]:
        """Begin and end within the day, in seconds."""

    @property
    def start(self) -> datetime | None:
        """First moment; None for since always."""

    @property
    def end(self) -> datetime | None:
        """Moment from which it holds no more; None for never."""


def spells_of(timed: Timed, start: datetime, horizon_us: int) -> tuple[tuple[int, int], ...]:
    """Return when something holds within a period and the weeks after it.

    Parameters
    ----------
    timed
        What says when.
    start, horizon_us
        First moment (local time) and length of the period.

    Returns
    -------
    tuple of pairs (begin, end)
        Microseconds since the start of the period, rising; spells that touch are one.
    """
    found: list[tuple[int, int]] = []
    for begin_us, end_us in _times(timed, start, horizon_us + BEYOND_US):
        if found and found[-1][1] >= begin_us:
            found[-1] = found[-1][0], end_us
        else:
            found.append((begin_us, end_us))
    return tuple(found)


def _check_modes(name: str, change: SpeedChangeModel, modes: Sequence[str]) -> None:
    for number, mode in enumerate(change.modes):
        if mode not in modes:
            hint = suggestion(mode, modes, otherwise=f"known: {', '.join(modes)}")
            problem = Problem(None, None, None, f"nobody moves by {quoted(mode)}", hint)
            raise ScenarioError(f"streets.speed_changes.{name}.modes.{number}", (problem,))


def _spells(change: SpeedChangeModel, start: datetime, end_us: int) -> Iterator[_Spell]:
    """Yield when a change holds, in order, cut at the start of the period and at an end."""
    for begin_us, finish_us in _times(change, start, end_us):
        yield _Spell(begin_us, finish_us, round(change.speed * USUAL))


def _times(timed: Timed, start: datetime, end_us: int) -> Iterator[tuple[int, int]]:
    """Yield when something begins and ends to hold, in order, cut at the period and at an end."""
    earliest_us = 0 if timed.start is None else max(0, _since_us(start, timed.start))
    latest_us = end_us if timed.end is None else min(end_us, _since_us(start, timed.end))
    begin_s, until_s = timed.hours
    length_s = (until_s - begin_s) % DAY_S or DAY_S
    midnight_s = start.hour * 3600 + start.minute * 60 + start.second
    for day in range(-1, int(end_us / 1e6 / DAY_S) + 2):
        if (start.weekday() + day) % 7 not in timed.days:
            continue
        first_s = day * DAY_S + begin_s - midnight_s
        begin_us = max(to_us(first_s), earliest_us)
        finish_us = min(to_us(first_s + length_s), latest_us)
        if begin_us < finish_us:
            yield begin_us, finish_us


def _since_us(start: datetime, moment: datetime) -> int:
    return to_us((moment - start).total_seconds())


def _profile(spells: Sequence[_Spell]) -> SpeedProfile:
    """Return the product of all spells over time, as few pieces as possible."""
    turns: dict[int, list[Fraction]] = defaultdict(list)
    for begin_us, end_us, thousandths in spells:
        share = Fraction(thousandths, USUAL)
        turns[begin_us].append(share)
        turns[end_us].append(1 / share)
    starts_us, speeds, share = [0], [USUAL], Fraction(1)
    for time_us, factors in sorted(turns.items()):
        for factor in factors:
            share *= factor
        speed = max(1, round(share * USUAL))
        if time_us == 0:
            speeds[0] = speed
        elif speed != speeds[-1]:
            starts_us.append(time_us)
            speeds.append(speed)
    return SpeedProfile(starts_us=tuple(starts_us), thousandths=tuple(speeds))
