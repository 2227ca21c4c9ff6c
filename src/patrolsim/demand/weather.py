"""Weather that comes and goes by chance: while it lasts, several kinds happen more often.

Spells begin as a Poisson process and may overlap. They are drawn before the run, the same for
all kinds; who plans knows only how often they come.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from patrolsim.units import DAY_S, US_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from patrolsim.distributions import Distribution
    from patrolsim.streams import RandomStreams

    Floats = npt.NDArray[np.float64]
    Rates = tuple[Floats, Floats]
    """Break points in seconds, shape (n + 1,), and the rate of each piece."""

Spell: TypeAlias = tuple[int, int]
"""Begin and end, in microseconds since the start of the period."""

EVERY_MONTH = tuple(range(1, 13))
RARELY = 2.0**-40
"""Chance that a spell that began before those that are drawn lasts into the period."""
LONGEST_LEAD_S = 400 * DAY_S
GRID = 256
"""Quantiles of the duration over which the share of a season is averaged."""
HOURS_OF_A_YEAR = 365 * 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """One sort of weather.

    Attributes
    ----------
    name
        What the scenario calls it.
    per_s
        How often it comes, in spells per second over the whole year.
    lasts
        How long a spell lasts.
    months
        The months in which it begins, 1 to 12.
    share
        The long-run share of the time in which it holds.
    """

    name: str
    per_s: float
    lasts: Distribution
    months: tuple[int, ...] = EVERY_MONTH
    share: float = field(init=False)

    def __post_init__(self) -> None:
        """Work the share of the time out, once for all kinds."""
        object.__setattr__(self, "share", _share(self))

    @property
    def per_s_in_season(self) -> float:
        """How often it comes in the months in which it does, in spells per second."""
        return self.per_s / float(np.mean(_is_in_season(self)))


def draw_spells(
    weather: Weather, *, start: datetime, horizon_us: int, streams: RandomStreams
) -> tuple[Spell, ...]:
    """Return when the weather holds within a period, rising; spells that touch are one.

    A longer period leaves its earlier part unchanged.
    """
    lead_s = min(float(weather.lasts.quantile_us(1 - RARELY)) / US_PER_S, LONGEST_LEAD_S)
    generator = streams.generator(f"weather/{weather.name}")
    begins_s = list(_begins_s(weather, start, (-lead_s, horizon_us / US_PER_S), generator))
    begins_us = np.rint(np.array(begins_s) * US_PER_S).astype(np.int64)
    ids = np.arange(len(begins_us), dtype=np.int64)
    ends_us = begins_us + weather.lasts.quantile_us(
        streams.uniforms(f"weather lasts/{weather.name}", ids)
    )
    found: list[Spell] = []
    for begin_us, end_us in zip(begins_us.tolist(), ends_us.tolist(), strict=True):
        spell = max(begin_us, 0), min(end_us, horizon_us)
        if spell[0] >= spell[1]:
            continue
        if found and found[-1][1] >= spell[0]:
            found[-1] = found[-1][0], max(found[-1][1], spell[1])
        else:
            found.append(spell)
    return tuple(found)


def in_weather(
    times: Sequence[tuple[Weather, float]],
    spells: Mapping[str, Sequence[Spell]],
    rates: Rates,
) -> Rates:
    """Return rates that follow the weather and keep their long-run average.

    Parameters
    ----------
    times
        How many times as often it happens in each weather.
    spells
        When each weather holds, by its name.
    rates
        The rates without weather.
    """
    breaks_s, pieces = rates
    for weather, factor in times:
        edges_s = [edge_us / US_PER_S for spell in spells[weather.name] for edge_us in spell]
        inside = [edge for edge in edges_s if breaks_s[0] < edge < breaks_s[-1]]
        cuts_s = np.unique(np.concatenate([breaks_s, inside]))
        old = np.searchsorted(breaks_s, cuts_s[:-1], side="right") - 1
        # an odd number of edges at or before a moment: it lies inside a spell
        holds = np.searchsorted(edges_s, cuts_s[:-1], side="right") % 2 == 1
        mean = 1 + (factor - 1) * weather.share
        breaks_s, pieces = cuts_s, pieces[old] * np.where(holds, factor, 1.0) / mean
    return breaks_s, pieces


def _begins_s(
    weather: Weather, start: datetime, span_s: tuple[float, float], generator: np.random.Generator
) -> Iterator[float]:
    """Yield when spells begin: gaps of a Poisson process, spent in the months of the season."""
    if weather.per_s <= 0:
        return
    per_s, left = weather.per_s_in_season, generator.exponential(1.0)
    for begin_s, end_s in _seasons(weather, start, span_s):
        now_s = begin_s
        while now_s + left / per_s < end_s:
            now_s += left / per_s
            yield now_s
            left = generator.exponential(1.0)
        left -= (end_s - now_s) * per_s


def _seasons(
    weather: Weather, start: datetime, span_s: tuple[float, float]
) -> Iterator[tuple[float, float]]:
    """Yield the months of the season within a span of seconds, counted from a start."""
    month = (start + timedelta(seconds=span_s[0])).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    begin_s = (month - start).total_seconds()
    while begin_s < span_s[1]:
        following = (month + timedelta(days=31)).replace(day=1)
        end_s = (following - start).total_seconds()
        if month.month in weather.months:
            yield max(begin_s, span_s[0]), min(end_s, span_s[1])
        month, begin_s = following, end_s


def _share(weather: Weather) -> float:
    """Return the long-run share of the time in which at least one spell holds.

    The number of spells that hold is that of customers in a queue with servers for all: Poisson
    with the mean number of spells that began not longer ago than they last.

    References
    ----------
    Eick, Massey and Whitt (1993), The physics of the M_t/G/infinity queue, theorem 1.
    """
    if len(weather.months) == len(EVERY_MONTH):
        return float(-np.expm1(-weather.per_s * weather.lasts.mean_s))
    season = np.concatenate([[0.0], np.cumsum(_is_in_season(weather))])
    lasts_us = weather.lasts.quantile_us((np.arange(GRID) + 0.5) / GRID)
    hours = np.arange(HOURS_OF_A_YEAR)
    began = np.zeros(HOURS_OF_A_YEAR)
    for lasts_h in (lasts_us / US_PER_S / 3600).tolist():
        years, rest = np.divmod(hours - lasts_h, HOURS_OF_A_YEAR)
        before = years * season[-1] + np.interp(rest, np.arange(HOURS_OF_A_YEAR + 1), season)
        began += (season[:-1] - before) / GRID
    holding = weather.per_s_in_season * 3600 * began
    return float(np.mean(-np.expm1(-holding)))


def _is_in_season(weather: Weather) -> Floats:
    """Return 1 for each hour of a year of 365 days that lies in the season, else 0."""
    first = datetime(2001, 1, 1)  # noqa: DTZ001 - the days of any year
    days = [(first + timedelta(days=day)).month in weather.months for day in range(365)]
    return np.repeat(np.array(days, np.float64), 24)
