"""Near repeats: soon after an incident and close to it, there are more.

Source: the near-repeat pattern of Johnson, Bernasco, Bowers, Elffers, Ratcliffe, Rengert and
Townsley (2007), Journal of Quantitative Criminology 23(3); as a cluster process with one
generation, after Neyman and Scott (1958), Journal of the Royal Statistical Society B 20(1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim_policies.clusters import Points, bring_together, scattered
from patrolsim_policies.self_exciting import poisson_numbers

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim import DemandDraws, DemandSetting, Occurrences

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NearRepeat:
    """Firsts, and repeats of them: at any time within a window, anywhere within a circle.

    Repeats have no repeats. Firsts are 1 / (1 + repeats) of the average of the kind, so that the
    average stays. Two incidents further apart than twice the window or the diameter have nothing
    to do with each other. O(n).
    """

    repeats: float
    window_s: float
    radius_m: float

    def draw(self, setting: DemandSetting, draws: DemandDraws) -> Occurrences:
        """Return firsts, from one window before the period on, and their repeats."""
        breaks_s, rate_per_s = setting.pieces(-self.window_s)
        times_s = draws.poisson(breaks_s, rate_per_s / (1 + self.repeats))
        ids = np.arange(times_s.size, dtype=np.int64)
        firsts = Points(times_s, *draws.places("place", ids))
        numbers = poisson_numbers(self.repeats, draws.uniforms("repeats", ids))
        first = np.repeat(ids, numbers)
        children = np.arange(first.size, dtype=np.int64)
        wait_s = self.window_s * draws.uniforms("delay", children)
        distance_m = self.radius_m * np.sqrt(draws.uniforms("radius", children))
        repeats = scattered(firsts, first, wait_s, distance_m, draws.uniforms("angle", children))
        return bring_together([firsts, repeats], setting.period_s)

    def expected_per_hour(self, setting: DemandSetting) -> Floats:
        """Return the mean number of each hour: firsts, and the window's mean of those before."""
        breaks_s, rate_per_s = setting.pieces(-self.window_s)
        firsts = rate_per_s / (1 + self.repeats)
        hours_s = np.minimum(np.arange(setting.hours + 1) * 3600.0, setting.period_s)
        spans_s = np.diff(breaks_s)
        total = np.concatenate([[0.0], np.cumsum(firsts * spans_s)])
        area = np.concatenate([[0.0], np.cumsum((total[:-1] + firsts * spans_s / 2) * spans_s)])

        def area_until(times_s: Floats) -> Floats:
            """Return the integral of the number of firsts so far."""
            piece = np.clip(np.searchsorted(breaks_s, times_s, "right") - 1, 0, spans_s.size - 1)
            into_s = times_s - breaks_s[piece]
            return area[piece] + (total[piece] + firsts[piece] * into_s / 2) * into_s

        older = area_until(hours_s) - area_until(hours_s - self.window_s)
        repeats = self.repeats / self.window_s * np.diff(older)
        return np.maximum(setting.per_hour(breaks_s, firsts) + repeats, 0.0)
