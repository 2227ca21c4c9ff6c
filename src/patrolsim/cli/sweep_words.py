"""What a row of values says: from each value to the next, and where more brings little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.cli.verdicts import p_words, size_of, span_of
from patrolsim.experiment.comparing import Verdict

if TYPE_CHECKING:
    from patrolsim.cli.comparison import Comparison
    from patrolsim.experiment.comparing import Pair


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
    return f"not decided ({span}; {p_words(pair)})"
