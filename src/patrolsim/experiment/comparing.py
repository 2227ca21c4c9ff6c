"""Comparisons of arms on the same replications: how large, how sure, decided or not.

The verdict on a pair is that of Holm's procedure over all pairs that are shown together, so that
among many comparisons that hide no difference at all, in 95 % of cases none is called one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.experiment.estimates import (
    difference,
    influence,
    shared_readings,
    with_value_in_both,
)
from patrolsim.experiment.measures import Better
from patrolsim.output_analysis import (
    FEW,
    LEVEL,
    holm,
    p_value,
    upper_bound,
    variance_reduction,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from patrolsim.experiment.estimates import Reading
    from patrolsim.experiment.measures import Measure
    from patrolsim.experiment.results import Results
    from patrolsim.output_analysis import Estimate, Influence

MOST_ADVISED = 100_000
"""More replications than that nobody is advised to run."""
POWER = 0.8
"""How often the advised number of replications decides, if the difference is as it looks."""


class Verdict(Enum):
    """What can be said of a difference."""

    BETTER = "better"
    WORSE = "worse"
    HIGHER = "higher"
    """Decided, of a measure of which neither way is better."""
    LOWER = "lower"
    SAME = "exactly the same"
    """In each replication."""
    UNDECIDED = "not decided"
    FEW = "too few replications"
    NOTHING = "nothing can be said"
    """No replication has a value for both, or a time has no end."""

    @property
    def is_decided(self) -> bool:
        """Whether there is a difference, as sure as Holm's procedure asks for."""
        return self in {Verdict.BETTER, Verdict.WORSE, Verdict.HIGHER, Verdict.LOWER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One measure of an arm minus that of another, on the replications that both have finished.

    Attributes
    ----------
    arm, control, measure
        What is compared.
    estimate
        Of arm minus control; None when nothing can be said.
    p, adjusted_p
        Two-sided, for "there is no difference": alone, and by Holm over its family; None where
        there are too few replications for an interval.
    family
        How many comparisons the adjustment covers.
    reduction
        By which factor the pairing cut the variance of the difference; None without a variance,
        infinite when all differences are the same.
    verdict
        What can be said.
    advised
        About how many replications would decide it, were the difference as large as it looks;
        None when it is decided, or that would take more than `MOST_ADVISED`.
    """

    arm: str
    control: str
    measure: Measure
    estimate: Estimate | None
    p: float | None = None
    adjusted_p: float | None = None
    family: int = 1
    reduction: float | None = None
    verdict: Verdict = Verdict.NOTHING
    advised: int | None = None

    @property
    def is_gain(self) -> bool:
        """Whether the arm is decidedly better."""
        return self.verdict is Verdict.BETTER


def compare_with_control(results: Results, measures: Sequence[Measure]) -> list[Pair]:
    """Return each measure of each arm minus the control, as one family of comparisons.

    Arms that failed are left out; without its control nothing can be compared.
    """
    arms = sound_arms(results)
    if results.control not in arms:
        return []
    others = [name for name in arms if name != results.control]
    return judge(
        compare_pair(results, arm, results.control, measure)
        for arm in others
        for measure in measures
    )


def compare_neighbours(results: Results, measures: Sequence[Measure]) -> list[Pair]:
    """Return each measure of each arm minus the arm before it, as one family of comparisons."""
    arms = sound_arms(results)
    pairs = zip(arms[1:], arms, strict=False)
    return judge(
        compare_pair(results, later, earlier, measure)
        for later, earlier in pairs
        for measure in measures
    )


class Plateau(NamedTuple):
    """From which arm on those after it gain little.

    Attributes
    ----------
    arm
        The arm.
    most
        What any of those after it gains over it at most, in the unit of the measure; above 0.
    """

    arm: str
    most: float


def find_plateau(results: Results, steps: Sequence[Pair], measure: Measure) -> Plateau | None:
    """Return from which arm on the arms after it, in their order, gain little over it.

    It is the last one that is decidedly better than the one before. The bounds on the gains of
    all later arms over it hold together at `LEVEL`, by Bonferroni.

    Returns
    -------
    Plateau or None
        None when no step is a gain or the last one is, or there are too few replications.
    """
    gains = [pair.arm for pair in steps if pair.measure is measure and pair.is_gain]
    arms = sound_arms(results)
    later = arms[arms.index(gains[-1]) + 1 :] if gains else []
    if not later or measure.better is Better.NEITHER:
        return None
    # What an arm gains is what the plateau loses against it, whichever way is better.
    flip = measure.better is Better.LOWER
    ends = [(gains[-1], arm) if flip else (arm, gains[-1]) for arm in later]
    found = [_linearised(results, one, other, measure) for one, other in ends]
    alpha = (1 - LEVEL) / len(later)
    bounds = [upper_bound(one, alpha) for one in found if one is not None and one.n >= FEW]
    if len(bounds) < len(later) or not 0 < max(bounds) < math.inf:
        return None
    return Plateau(gains[-1], max(bounds))


def _linearised(results: Results, one: str, other: str, measure: Measure) -> Influence | None:
    """Return the difference of two arms with the pull of each replication on it."""
    readings, base = shared_readings(results, one, other, measure)
    found = [influence(some, measure) for some in with_value_in_both(readings, base)]
    return None if found[0] is None or found[1] is None else found[0].minus(found[1])


def sound_arms(results: Results) -> list[str]:
    """Return the arms that did not fail and have finished something, in their order."""
    failed = {failure.task.strategy for failure in results.failures}
    return [
        name for name in results.strategies if name not in failed and results.replications_of(name)
    ]


def compare_pair(results: Results, arm: str, control: str, measure: Measure) -> Pair:
    """Return one measure of an arm minus another, alone and without a verdict yet."""
    readings, base = shared_readings(results, arm, control, measure)
    estimate = difference(readings, base, measure)
    if estimate is None:
        return Pair(arm=arm, control=control, measure=measure, estimate=None)
    return Pair(
        arm=arm,
        control=control,
        measure=measure,
        estimate=estimate,
        p=None if estimate.is_from_few else p_value(estimate),
        reduction=_reduction(readings, base, measure),
    )


def _reduction(
    readings: Sequence[Reading], base: Sequence[Reading], measure: Measure
) -> float | None:
    """Return by which factor pairing cut the variance; None where that has no meaning yet."""
    one, other = (influence(some, measure) for some in with_value_in_both(readings, base))
    if one is None or other is None or one.n < FEW:
        return None
    return variance_reduction(one, other)


def judge(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the pairs with p values adjusted over all of them, and their verdicts.

    Pairs about which nothing can be said, or of too few replications, are in no family.
    """
    found = list(pairs)
    tested = [pair.p for pair in found if pair.p is not None]
    adjusted = iter(holm(tested))
    return [
        _judged(pair, None if pair.p is None else next(adjusted), len(tested)) for pair in found
    ]


def _judged(pair: Pair, adjusted_p: float | None, family: int) -> Pair:
    verdict = _verdict(pair, adjusted_p)
    advised = _advised(pair, family) if verdict is Verdict.UNDECIDED else None
    return replace(pair, adjusted_p=adjusted_p, family=family, verdict=verdict, advised=advised)


def _verdict(pair: Pair, adjusted_p: float | None) -> Verdict:
    found = pair.estimate
    if found is None:
        return Verdict.NOTHING
    if found.smallest == found.largest == found.value == 0:
        return Verdict.SAME
    if found.is_from_few:
        return Verdict.FEW
    if adjusted_p is None:
        return Verdict.NOTHING
    if adjusted_p > 1 - LEVEL:
        return Verdict.UNDECIDED
    return _direction(pair.measure.better, is_up=found.value > 0)


def _direction(better: Better, *, is_up: bool) -> Verdict:
    if better is Better.NEITHER:
        return Verdict.HIGHER if is_up else Verdict.LOWER
    return Verdict.BETTER if is_up == (better is Better.HIGHER) else Verdict.WORSE


def _advised(pair: Pair, family: int) -> int | None:
    """Return about how many replications would decide a pair, were it as it looks.

    The half-width shrinks with the root of the number of replications; the level is that of the
    first step of Holm's procedure, the strictest.
    """
    from scipy.special import ndtri

    found = pair.estimate
    if found is None or found.value == 0 or found.standard_error is None:
        return None
    sure = float(ndtri(1 - (1 - LEVEL) / (2 * family)) + ndtri(POWER))
    wanted = found.n * (sure * found.standard_error / abs(found.value)) ** 2
    if wanted > MOST_ADVISED:
        return None
    return _two_digits(max(found.n + 1, math.ceil(wanted)))


def _two_digits(number: int) -> int:
    """Return a number rounded up to two digits: the rest would pretend."""
    step = int(10 ** max(len(str(number)) - 2, 0))
    return -(-number // step) * step
