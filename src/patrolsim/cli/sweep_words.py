"""What a row of values says: from each value to the next, and where more brings little."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from patrolsim.experiment.comparing import Verdict, find_plateau
from patrolsim.report.words.numbers import Scale, scale_of_gap
from patrolsim.report.words.verdicts import p_words, size_of, span_of

if TYPE_CHECKING:
    from patrolsim.cli.answer import Comparison
    from patrolsim.experiment.comparing import Pair

_NUMBER = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(.*)")


def enough_sentence(comparison: Comparison) -> str:
    """Return from which value on more brings little, where that is shown; else nothing."""
    found = find_plateau(comparison.results, comparison.neighbours, comparison.measures[0])
    if found is None or not _is_rising(comparison):
        return ""
    measure = comparison.measures[0]
    scale = scale_of_gap(found.most, measure.unit)
    value = comparison.question.labels[found.arm]
    less = scale.text(_rounded_up(found.most, scale))
    return (
        f"More than {value} brings less than {less}: no larger value up to {_last(comparison)} can"
        f" gain more in the {measure.words} (95 %, all of them together)."
    )


def _last(comparison: Comparison) -> str:
    return comparison.question.labels[comparison.question.arms[-1].name]


def _rounded_up(value: float, scale: Scale) -> float:
    """Return a value such that what is shown of it is no less than it."""
    step = scale.size / float(10**scale.digits)
    return math.ceil(value / step) * step


def _is_rising(comparison: Comparison) -> bool:
    """Return whether the values are numbers in one unit, each larger than the one before."""
    found = [_NUMBER.fullmatch(value) for value in comparison.question.axes[0].values]
    if not all(found) or len({one[2] for one in found if one}) > 1:
        return False
    numbers = [float(one[1]) for one in found if one]
    return all(a < b for a, b in pairwise(numbers))


def neighbour_sentences(comparison: Comparison) -> list[str]:
    """Return the step from each value to the next in the first measure."""
    first = comparison.measures[0]
    steps = [pair for pair in comparison.neighbours if pair.measure is first]
    return [f"{_step(comparison, pair)}: {_change(pair)}" for pair in steps]


def _step(comparison: Comparison, pair: Pair) -> str:
    labels = comparison.question.labels
    return f"{labels[pair.control]} to {labels[pair.arm]}"


def _change(pair: Pair) -> str:
    found = pair.estimate
    if found is None:
        return "nothing can be said"
    if pair.verdict is Verdict.SAME:
        return "exactly the same"
    size, span = size_of(found.value, pair.measure), span_of(found, pair.measure)
    if pair.verdict is Verdict.FEW:
        return f"{size} (singly {span}; too few for an interval)" if found.n > 1 else size
    if pair.verdict.is_decided:
        return f"{size} ({span}; {p_words(pair)})"
    if found.tells_direction:
        return f"{size}, which may be chance ({span}; {p_words(pair)})"
    return f"not decided ({span}; {p_words(pair)})"
