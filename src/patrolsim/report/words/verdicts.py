"""What a comparison says in words: how much, which way, how sure. All commands speak so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.experiment.comparing import Verdict
from patrolsim.report.words.numbers import Scale, ends, scale_of_gap

if TYPE_CHECKING:
    from patrolsim.experiment.comparing import Pair
    from patrolsim.experiment.measures import Measure
    from patrolsim.output_analysis import Estimate

SMALLEST_P = 0.001
DAY_S, WEEK_S = 86_400.0, 7 * 86_400.0


def unit_of_days(length_s: float) -> str:
    """Return what one replication of a period is called, in the plural: days, weeks or neither."""
    if length_s == DAY_S:
        return "days"
    return "weeks" if length_s == WEEK_S else "replications"


def number_of(n: int, plural: str) -> str:
    """Return a number with its noun: ``1 day``, ``30 days``, ``1,000 replications``."""
    return f"{n:,} {plural if n != 1 else plural.removesuffix('s')}"


def size_of(value: float, measure: Measure, scale: Scale | None = None) -> str:
    """Return a difference without its sign, and which way: ``20.0 s shorter``."""
    found = scale or scale_of_gap(value, measure.unit)
    return f"{found.text(abs(value))} {_way(value, measure)}"


def span_of(found: Estimate, measure: Measure) -> str:
    """Return interval or range of a difference without signs.

    ``16.7 to 23.3 s`` where it lies on one side of 0, the same side as the value; else
    ``between 5.0 s shorter and 3.0 s longer``.
    """
    low, high = ends(found)
    least, most = sorted((abs(low), abs(high)))
    if low * high >= 0 and low + high != 0:
        scale = scale_of_gap(found.value, measure.unit)
        return f"{scale.number(least)} to {scale.text(most)}"
    scale = scale_of_gap(most, measure.unit)
    left, right = size_of(low, measure, scale), size_of(high, measure, scale)
    return f"between {left} and {right}"


def sentence(pair: Pair, days: str = "replications") -> str:
    """Return what the paired replications say about an arm and the control, without a stop."""
    what = pair.measure.words
    found = pair.estimate
    if found is None:
        return f"nothing can be said about the {what}"
    if pair.verdict is Verdict.SAME:
        return f"the {what} is exactly the same in {_all_of(found.n, days)}"
    if found.n == 1:
        size = size_of(found.value, pair.measure)
        return f"the {what} is {size} in {_all_of(1, days)}, which proves nothing"
    size = size_of(found.value, pair.measure)
    if pair.verdict is Verdict.FEW:
        runs = f"{number_of(found.n, f'paired {days}')}, singly {span_of(found, pair.measure)}"
        return f"the {what} is {size} ({runs}; too few for an interval)"
    if pair.verdict.is_decided:
        return f"the {what} is {size} ({evidence(pair, days)})"
    doubt = f"these data cannot tell whether the {what} differs"
    if found.tells_direction:
        # Alone it would be decided; among all comparisons that are shown it is not.
        doubt += f": {size} may be chance among {pair.family} comparisons"
    return f"{doubt} ({evidence(pair, days)})"


def evidence(pair: Pair, days: str) -> str:
    """Return how sure a difference is: interval, adjusted p, pairs."""
    if pair.estimate is None:
        return "no value"
    parts = [f"95 %: {span_of(pair.estimate, pair.measure)}"]
    if pair.adjusted_p is not None:
        parts.append(f"{p_words(pair)}")
    return "; ".join([*parts, number_of(pair.estimate.n, f"paired {days}")])


def p_words(pair: Pair) -> str:
    """Return the p value of a pair with its kind."""
    kind = "Holm p" if pair.family > 1 else "p"
    return f"{kind} {p_text(pair.adjusted_p, with_sign=True)}"


def p_text(p: float | None, *, with_sign: bool = False) -> str:
    """Return a p value to three digits, ``<0.001`` below that."""
    if p is None:
        return "-"
    if p < SMALLEST_P:
        return "< 0.001" if with_sign else "<0.001"
    return f"{'= ' if with_sign else ''}{p:.3f}"


def advice(pair: Pair, days: str) -> str:
    """Return how many replications would decide a pair; empty for a decided one."""
    found = pair.estimate
    if pair.verdict is not Verdict.UNDECIDED or found is None:
        return ""
    if pair.advised is None:
        return f"No number of {days} that one would care to run is likely to decide it."
    size = size_of(found.value, pair.measure)
    wanted = number_of(pair.advised, days)
    return f"If the difference is as large as it looks ({size}), about {wanted} would decide it."


def reduction_words(pair: Pair) -> str:
    """Return what the pairing brought to a difference; empty when that is unknown."""
    if pair.reduction is None:
        return ""
    if pair.reduction == float("inf"):
        return "pairing left the difference no variance at all"
    if pair.reduction < 1:
        times = f"{1 / pair.reduction:.1f} times"
        return f"pairing made the variance of the difference {times} as large"
    return f"pairing cut the variance of the difference {pair.reduction:.1f} times"


def _way(value: float, measure: Measure) -> str:
    if measure.unit in {"s", "s per hot spot"}:
        return "longer" if value > 0 else "shorter"
    return "higher" if value > 0 else "lower"


def _all_of(n: int, days: str) -> str:
    return f"the only {days.removesuffix('s')}" if n == 1 else f"all {number_of(n, days)}"
