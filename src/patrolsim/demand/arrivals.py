"""When incidents happen: a Poisson process whose rate follows the week, drawn by inversion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.distributions import Gamma
from patrolsim.units import DAY_S, US_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from patrolsim.streams import RandomStreams

    Rates = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
    """Break points in seconds, shape (n + 1,), and the rate of each piece."""

WEEK_S = 7 * DAY_S
LEAST_MEAN = 1e-9
"""A profile with a smaller average leaves no time at which something could happen."""
Span = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyRate:
    """A rate that is constant between break points of the week and repeats every week.

    Attributes
    ----------
    breaks_s
        Seconds of the week at which the rate changes, rising, from 0 to the length of a week;
        shape (n + 1,).
    rate_per_s
        The rate in each of the n pieces.
    """

    breaks_s: npt.NDArray[np.float64]
    rate_per_s: npt.NDArray[np.float64]


def weekly_rate(
    mean_per_s: float,
    hours: Mapping[Span, float],
    days: Mapping[tuple[int, ...], float],
) -> WeeklyRate:
    """Return the rate with the profile of a scenario and the given average over the week.

    A profile that leaves (almost) no time gives a rate of 0.

    Parameters
    ----------
    mean_per_s
        Long-run average, in incidents per second.
    hours
        How much more or less often in spans of the day (seconds; an end not after its start
        means the next day).
    days
        The same by day of the week, 0 for Monday.
    """
    cuts = {0.0, DAY_S, *(edge % DAY_S for span in hours for edge in span)}
    day_breaks = np.array(sorted(cuts))
    starts = day_breaks[:-1]
    of_hour = np.array([_product(hours, start) for start in starts.tolist()])
    of_day = np.array([_product_of_day(days, day) for day in range(7)])
    profile = (of_day[:, None] * of_hour[None, :]).ravel()
    breaks_s = np.append((DAY_S * np.arange(7)[:, None] + starts[None, :]).ravel(), WEEK_S)
    mean = float(np.dot(profile, np.diff(breaks_s))) / WEEK_S
    rate = profile * (mean_per_s / mean) if mean > LEAST_MEAN else np.zeros(len(profile))
    return WeeklyRate(breaks_s=breaks_s, rate_per_s=rate)


def expected_a_day(rate: WeeklyRate) -> float:
    """Return the long-run average of a rate, in incidents a day."""
    return float(np.dot(rate.rate_per_s, np.diff(rate.breaks_s))) / 7


def draw_arrivals(  # noqa: PLR0913 - all that the rate of a kind depends on
    rate: WeeklyRate,
    *,
    name: str,
    start_s: float,
    horizon_us: int,
    day_effect: float,
    streams: RandomStreams,
    weather: Callable[[Rates], Rates] | None = None,
) -> npt.NDArray[np.int64]:
    """Return the times of all incidents of a kind, in microseconds since the period's start.

    The cumulative rate is inverted at the points of a Poisson process of rate 1, so a longer
    period leaves its earlier part unchanged, and other kinds change nothing.

    Parameters
    ----------
    rate
        The weekly rate.
    name
        Name of the kind: the key of its streams.
    start_s
        Second of the week at which the period starts.
    horizon_us
        Length of the period.
    day_effect
        Coefficient of variation of the chance factor of each day; 0 for none.
    streams
        The random numbers of the replication.
    weather
        Changes the rates by the weather of the replication; None for none.

    References
    ----------
    Cinlar (1975), Introduction to Stochastic Processes, section 4.7 (inversion).
    """
    breaks_s, pieces = unroll(rate, start_s, horizon_us / US_PER_S)
    if day_effect > 0:
        pieces = pieces * day_factors(breaks_s, start_s, day_effect, f"day/{name}", streams)
    if weather is not None:
        breaks_s, pieces = weather((breaks_s, pieces))
    times_s = draw_points(breaks_s, pieces, streams.generator(f"arrivals/{name}"))
    times_us = np.rint(times_s * US_PER_S).astype(np.int64)
    inside: npt.NDArray[np.int64] = times_us[times_us < horizon_us]
    return inside


def day_factors(
    breaks_s: npt.NDArray[np.float64],
    start_s: float,
    day_effect: float,
    purpose: str,
    streams: RandomStreams,
) -> npt.NDArray[np.float64]:
    """Return the chance factor of the day in which each piece of a rate lies; mean 1.

    Parameters
    ----------
    breaks_s
        Break points of the rate, midnights among them, seconds since the period's start; shape
        (n + 1,).
    start_s
        Second of the week at which the period starts.
    day_effect
        Coefficient of variation of the factor, above 0.
    purpose, streams
        The key of the draws, and the random numbers of the replication.
    """
    days = np.floor((breaks_s[:-1] + start_s) / DAY_S + 1e-9).astype(np.int64)
    return Gamma(1.0, day_effect).quantiles_s(streams.uniforms(purpose, days))


def draw_points(
    breaks_s: npt.NDArray[np.float64],
    rate_per_s: npt.NDArray[np.float64],
    generator: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """Return the points of a Poisson process with a piecewise constant rate, in seconds, rising.

    Parameters
    ----------
    breaks_s, rate_per_s
        Break points, shape (n + 1,), and the rate of each piece, shape (n,).
    generator
        Its exponential gaps are those of a process of rate 1, which is stretched.
    """
    cumulative = np.concatenate([[0.0], np.cumsum(rate_per_s * np.diff(breaks_s))])
    points = _unit_poisson(cumulative[-1], generator)
    piece = np.searchsorted(cumulative, points, side="right") - 1
    times_s: npt.NDArray[np.float64] = (
        breaks_s[piece] + (points - cumulative[piece]) / rate_per_s[piece]
    )
    return times_s


def unroll(
    rate: WeeklyRate, start_s: float, length_s: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the break points (seconds since the period's start) and rates of a period.

    Midnights are break points too, so that a day's factor holds for the whole piece.
    """
    weeks = int(np.ceil((start_s + length_s) / WEEK_S)) + 1
    breaks_s = np.concatenate([rate.breaks_s[:-1] + WEEK_S * week for week in range(weeks)])
    rates = np.tile(rate.rate_per_s, weeks)
    breaks_s = breaks_s - start_s
    first = int(np.searchsorted(breaks_s, 0.0, side="right")) - 1
    last = int(np.searchsorted(breaks_s, length_s, side="left"))
    inside = np.concatenate([[0.0], breaks_s[first + 1 : last], [length_s]])
    return inside, rates[first:last]


def _unit_poisson(end: float, generator: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return the points of a Poisson process of rate 1 before `end`."""
    block = int(end + 6 * np.sqrt(end) + 16)
    gaps = generator.exponential(1.0, block)
    while np.cumsum(gaps)[-1] < end:
        gaps = np.concatenate([gaps, generator.exponential(1.0, block)])
    # One sum over all gaps: its bits do not depend on how many are drawn at a time.
    points = np.cumsum(gaps)
    return points[points < end]


def _product(hours: Mapping[Span, float], second: float) -> float:
    factor = 1.0
    for (start_s, end_s), times in hours.items():
        inside = start_s <= second < end_s
        if end_s <= start_s:
            inside = second >= start_s or second < end_s
        factor *= times if inside else 1.0
    return factor


def _product_of_day(days: Mapping[tuple[int, ...], float], day: int) -> float:
    factor = 1.0
    for members, times in days.items():
        factor *= times if day in members else 1.0
    return factor
