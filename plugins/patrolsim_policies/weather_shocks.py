"""Spells of weather that make incidents more or less frequent, after a lag.

Source: multipliers with a lag as published for emergency calls, for example 1.096 in heat at a lag
of 0 to 10 hours and 1.175 in cold at 7 to 22 hours (Nanjing; Journal of Global Health 2025). The
process is a Poisson process whose rate is constant between changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim import Occurrences

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim import DemandDraws, DemandSetting

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WeatherShocks:
    """The rate of the kind, times the factor of every spell whose effect is on.

    A spell from a to b has its effect from a + the least lag to b + the greatest one; where the
    effects of two spells overlap, their factors multiply. The average of the kind is that of a
    time without spells. O(n + pieces x spells).

    Attributes
    ----------
    spells
        From, to (seconds since the start of the period) and factor of each.
    lag_s
        The least and the greatest lag.
    """

    spells: tuple[tuple[float, float, float], ...]
    lag_s: tuple[float, float]

    def draw(self, setting: DemandSetting, draws: DemandDraws) -> Occurrences:
        """Return the points of the process; places are those of the kind."""
        times_s = draws.poisson(*self.pieces(setting))
        return Occurrences(times_s=times_s[times_s < setting.period_s])

    def expected_per_hour(self, setting: DemandSetting) -> Floats:
        """Return the integral of the rate over each hour."""
        return setting.per_hour(*self.pieces(setting))

    def pieces(self, setting: DemandSetting) -> tuple[Floats, Floats]:
        """Return break points and rates with all effects."""
        breaks_s, rate_per_s = setting.pieces()
        effects = [(a + self.lag_s[0], b + self.lag_s[1], factor) for a, b, factor in self.spells]
        edges = [edge for effect in effects for edge in effect[:2] if 0 < edge < setting.period_s]
        cuts_s = np.union1d(breaks_s, np.array(edges))
        piece = np.searchsorted(breaks_s, cuts_s[:-1], "right") - 1
        rates = rate_per_s[piece]
        for start_s, end_s, factor in effects:
            is_on = (cuts_s[:-1] >= start_s) & (cuts_s[:-1] < end_s)
            rates = np.where(is_on, rates * factor, rates)
        return cuts_s, rates
