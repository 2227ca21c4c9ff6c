"""Incidents that set off others: what has happened makes more of it likely for a while, near by.

Source: the self-exciting point process of Hawkes (1971), Biometrika 58(1); drawn as a branching
process (Hawkes and Oakes 1974); used for crime by Mohler, Short, Brantingham, Schoenberg and Tita
(2011), Journal of the American Statistical Association 106(493).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim_policies.clusters import Points, bring_together, scattered

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim import DemandDraws, DemandSetting, Occurrences

    Floats = npt.NDArray[np.float64]

BURN_IN = 12.0
"""The process begins so many of its own memories before the period: what is lost of the mean is
exp(-12) of the children, six in a million."""


@dataclass(frozen=True, slots=True)
class SelfExciting:
    """A background, and children of every incident, children's children included.

    The intensity is ``mu(t) + sum over the past of theta omega exp(-omega (t - t_i))``. The
    background mu follows the hours and days of the kind and is (1 - theta) of its average; each
    incident has Poisson(theta) children, after an exponential time with mean 1 / omega, scattered
    round it by a normal distribution. So the long-run average is that of the kind, and the
    variance of long counts over their mean is 1 / (1 - theta)^2. O(n).
    """

    children: float
    delay_s: float
    spread_m: float

    @property
    def burn_in_s(self) -> float:
        """How long before the period the process begins, seconds."""
        return BURN_IN * self.delay_s / (1 - self.children)

    def draw(self, setting: DemandSetting, draws: DemandDraws) -> Occurrences:
        """Return the background and all that grows out of it."""
        breaks_s, rate_per_s = setting.pieces(-self.burn_in_s)
        times_s = draws.poisson(breaks_s, (1 - self.children) * rate_per_s)
        x, y = draws.places("place", np.arange(times_s.size, dtype=np.int64))
        generations = [Points(times_s, x, y)]
        while generations[-1].times_s.size:
            number = len(generations)
            generations.append(self._children(generations[-1], number, draws))
        return bring_together(generations, setting.period_s)

    def _children(self, parents: Points, generation: int, draws: DemandDraws) -> Points:
        """Return the children of a generation; all of them, so that numbers stay put."""
        ids = np.arange(parents.times_s.size, dtype=np.int64)
        numbers = poisson_numbers(self.children, draws.uniforms(f"children {generation}", ids))
        parent = np.repeat(ids, numbers)
        children = np.arange(parent.size, dtype=np.int64)
        wait_s = -self.delay_s * np.log(draws.uniforms(f"delay {generation}", children))
        radius = np.sqrt(-2 * np.log(draws.uniforms(f"radius {generation}", children)))
        angle = draws.uniforms(f"angle {generation}", children)
        return scattered(parents, parent, wait_s, self.spread_m * radius, angle)

    def expected_per_hour(self, setting: DemandSetting) -> Floats:
        """Return the mean intensity of each hour, exactly.

        The part z that children add solves ``z' = theta omega mu - (1 - theta) omega z``, from 0
        at the beginning of the burn-in.
        """
        breaks_s, rate_per_s = setting.pieces(-self.burn_in_s)
        hours_s = np.minimum(np.arange(setting.hours + 1) * 3600.0, setting.period_s)
        edges_s = np.union1d(breaks_s, hours_s)
        piece = np.clip(np.searchsorted(breaks_s, edges_s[:-1], "right") - 1, 0, None)
        background = (1 - self.children) * rate_per_s[piece]
        added = self._added(background, np.diff(edges_s))
        total = np.concatenate([[0.0], np.cumsum(background * np.diff(edges_s) + added)])
        counts: Floats = np.diff(total[np.searchsorted(edges_s, hours_s)])
        return np.maximum(counts, 0.0)

    def _added(self, background: Floats, spans_s: Floats) -> Floats:
        """Return what children add to each span of constant background, one after the other."""
        omega = 1 / self.delay_s
        decay = (1 - self.children) * omega
        rest = self.children / (1 - self.children) * background
        fading = np.exp(-decay * spans_s)
        z, added = 0.0, np.empty(spans_s.size)
        for number, (target, faded, span_s) in enumerate(
            zip(rest.tolist(), fading.tolist(), spans_s.tolist(), strict=True)
        ):
            added[number] = target * span_s + (z - target) * (1 - faded) / decay
            z = target + (z - target) * faded
        return added


def poisson_numbers(mean: float, uniforms: Floats) -> npt.NDArray[np.int64]:
    """Return Poisson numbers by inversion; shape as `uniforms`."""
    terms = [math.exp(-mean)]
    while sum(terms) < 1 - 1e-16 and len(terms) < 1000:  # noqa: PLR2004 - rounding may stop below 1
        terms.append(terms[-1] * mean / len(terms))
    return np.searchsorted(np.cumsum(terms), uniforms).astype(np.int64)
