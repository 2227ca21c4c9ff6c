"""Models of incidents: what a plugin sees of a kind, and the times and places that it gives back.

A model is a pure function of the keyed random numbers of a replication. It is asked before any
policy decides, and the engine never sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Protocol

import numpy as np

from patrolsim.demand.arrivals import (
    WEEK_S,
    WeeklyRate,
    day_factors,
    draw_points,
    expected_a_day,
    unroll,
)
from patrolsim.units import DAY_S

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.demand.areas import Area
    from patrolsim.streams import RandomStreams

    Floats = npt.NDArray[np.float64]
    Ids = npt.NDArray[np.int64]

HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemandSetting:
    """What is known of a kind and of the period before anything is drawn.

    Attributes
    ----------
    kind
        Name of the kind.
    rate
        How often over the week, as `how_often`, `hours` and `days` say.
    start_s
        Second of the week at which the period starts; 0 is Monday 00:00.
    period_s
        Length of the period, seconds.
    """

    kind: str
    rate: WeeklyRate
    start_s: float
    period_s: float

    @property
    def mean_per_s(self) -> float:
        """Long-run average, incidents per second."""
        return expected_a_day(self.rate) / DAY_S

    @property
    def hours(self) -> int:
        """How many hours the period has, a begun one counted."""
        return ceil(self.period_s / HOUR_S)

    def pieces(self, from_s: float = 0.0, to_s: float | None = None) -> tuple[Floats, Floats]:
        """Return the rate of the kind as constant pieces.

        Parameters
        ----------
        from_s, to_s
            Span, seconds since the start of the period: before it negative; None for its end.

        Returns
        -------
        breaks_s, rate_per_s : ndarray of float64, shapes (n + 1,) and (n,)
            Break points from `from_s` to `to_s`, all midnights among them, and the rate between.
        """
        end_s = self.period_s if to_s is None else to_s
        breaks_s, rate_per_s = unroll(self.rate, (self.start_s + from_s) % WEEK_S, end_s - from_s)
        return breaks_s + from_s, rate_per_s

    def per_hour(self, breaks_s: Floats, rate_per_s: Floats) -> Floats:
        """Return the integral of a piecewise constant rate over each hour of the period.

        Parameters
        ----------
        breaks_s, rate_per_s
            As `pieces` gives them; the rate is 0 outside.
        """
        cumulative = np.concatenate([[0.0], np.cumsum(rate_per_s * np.diff(breaks_s))])
        edges_s = np.minimum(np.arange(self.hours + 1) * HOUR_S, self.period_s)
        counts: Floats = np.diff(np.interp(edges_s, breaks_s, cumulative))
        return counts


class DemandDraws:
    """The random numbers of a kind in one replication, and places of its area.

    Every number is keyed by the kind, a purpose and an id, so one more incident changes no other.

    Parameters
    ----------
    setting
        The kind and the period.
    streams
        The random numbers of the replication.
    area
        Where incidents of the kind happen.
    day_effect
        Coefficient of variation of the chance factor of each day; 0 for none.
    """

    def __init__(
        self, setting: DemandSetting, streams: RandomStreams, area: Area, day_effect: float
    ) -> None:
        self._setting = setting
        self._streams = streams
        self._area = area
        self._day_effect = day_effect

    def poisson(self, breaks_s: Floats, rate_per_s: Floats, purpose: str = "arrivals") -> Floats:
        """Return the times of a Poisson process, seconds, rising.

        The chance factors of the days, if the kind has them, are drawn here and multiply the rate.

        Parameters
        ----------
        breaks_s, rate_per_s
            A piecewise constant rate, as `DemandSetting.pieces` gives it.
        purpose
            Key of the draws: the same purpose gives the same gaps.
        """
        kind, rates = self._setting.kind, rate_per_s
        if self._day_effect > 0:
            rates = rates * day_factors(
                breaks_s, self._setting.start_s, self._day_effect, f"day/{kind}", self._streams
            )
        return draw_points(breaks_s, rates, self._streams.generator(f"{purpose}/{kind}"))

    def uniforms(self, purpose: str, ids: Ids) -> Floats:
        """Return a number strictly between 0 and 1 per id; shape as `ids`."""
        return self._streams.uniforms(f"model/{self._setting.kind}/{purpose}", ids)

    def generator(self, purpose: str) -> np.random.Generator:
        """Return a generator of its own for draws in bulk."""
        return self._streams.generator(f"model/{self._setting.kind}/{purpose}")

    def places(self, purpose: str, ids: Ids) -> tuple[Floats, Floats]:
        """Return x and y of a place in the area of the kind per id, metres; shape as `ids`."""
        return self._area.sample(ids, f"{purpose}/{self._setting.kind}", self._streams)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Occurrences:
    """The times and places that a model gives.

    Attributes
    ----------
    times_s
        Seconds since the start of the period, from 0 to below its length, not falling; shape (n,).
    x, y
        Where, in metres; shape (n,). None: anywhere in the area of the kind.
    """

    times_s: Floats
    x: Floats | None = None
    y: Floats | None = None


class IncidentModel(Protocol):
    """When and where incidents of a kind happen, instead of a Poisson process.

    Both methods are pure functions of their arguments.
    """

    def draw(self, setting: DemandSetting, draws: DemandDraws) -> Occurrences:
        """Return all incidents of a replication."""

    def expected_per_hour(self, setting: DemandSetting) -> Floats:
        """Return the expected incidents in each hour of the period; shape (setting.hours,)."""
