"""The first sentences of a comparison: who is better, by how much, how sure, and at what price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from patrolsim.experiment.comparing import Verdict, sound_arms
from patrolsim.experiment.estimates import estimate_one
from patrolsim.experiment.measures import Better
from patrolsim.report.words.verdicts import (
    advice,
    evidence,
    number_of,
    reduction_words,
    sentence,
    size_of,
    span_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.experiment.comparing import Pair
    from patrolsim.experiment.measures import Measure
    from patrolsim.experiment.results import Results


class Comparison(Protocol):
    """What the sentences must know of a comparison."""

    @property
    def measures(self) -> Sequence[Measure]:
        """What is shown, the most important first."""

    @property
    def results(self) -> Results:
        """What was done."""

    @property
    def pairs(self) -> Sequence[Pair]:
        """Each arm against the control."""

    @property
    def days(self) -> str:
        """What a replication is called, in the plural."""

    def spoken(self, arm: str) -> str:
        """Return what an arm is called in the middle of a sentence."""


OPPOSITE = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}


def headline(comparison: Comparison) -> str:
    """Return the sentence about the first measure that stands above all numbers."""
    results = comparison.results
    if results.control not in sound_arms(results):
        control = comparison.spoken(results.control)
        return f"Nothing can be compared: {control}, the control, failed."
    leading = leading_pairs(comparison)
    if not leading:
        return _alone(comparison)
    return _of_one(comparison, leading[0]) if len(leading) == 1 else _of_many(comparison, leading)


def other_sentences(comparison: Comparison) -> list[str]:
    """Return what else must be said first: the price of the gain, and what would decide it."""
    leading = leading_pairs(comparison)
    found = [_other_ways(comparison, pair) for pair in leading]
    found.append(_gain_of_pairing(leading))
    if len(leading) == 1:
        found.append(advice(leading[0], comparison.days))
    else:
        found.append(_advice_for_many(comparison, leading))
    return [text for text in found if text]


def leading_pairs(comparison: Comparison) -> list[Pair]:
    """Return the pairs of the first measure, arm by arm."""
    return [pair for pair in comparison.pairs if pair.measure is comparison.measures[0]]


def _alone(comparison: Comparison) -> str:
    """Return the level of the only arm that there is."""
    from patrolsim.report.words.numbers import written

    measure, name = comparison.measures[0], comparison.results.control
    found = estimate_one(comparison.results, name, measure).estimate
    level = written(found, measure.unit)
    n = number_of(len(comparison.results.replications_of(name)), comparison.days)
    return f"{comparison.spoken(name)}: the {measure.words} is {level} ({n})."


def _of_one(comparison: Comparison, pair: Pair) -> str:
    arm, control = comparison.spoken(pair.arm), comparison.spoken(pair.control)
    days = comparison.days
    found = pair.estimate
    if pair.verdict is Verdict.UNDECIDED and found is not None:
        return (
            f"Not decided between {arm} and {control}: the {pair.measure.words} of {arm} is"
            f" {_may_be(pair)} ({_evidence_left(pair, days)})."
        )
    if pair.verdict.is_decided:
        return f"{arm} is {_than(pair)} {control}: {sentence(pair, days)}."
    if pair.verdict is Verdict.FEW:
        return f"Too few {days} to decide: with {arm} against {control}, {sentence(pair, days)}."
    return f"{arm} against {control}: {sentence(pair, days)}."


def _of_many(comparison: Comparison, pairs: Sequence[Pair]) -> str:
    """Return the best that is decided, and what is not."""
    days = comparison.days
    gains = [pair for pair in pairs if pair.verdict in {Verdict.BETTER, Verdict.HIGHER}]
    first = _best_of(comparison, gains, days) if gains else _none_better(comparison, pairs, days)
    rest = [pair for pair in pairs if pair.verdict not in {Verdict.BETTER, Verdict.HIGHER}]
    said = [_listed(comparison, rest, verdict) for verdict in Verdict]
    return " ".join([first, *(text for text in said if text)])


def _best_of(comparison: Comparison, gains: Sequence[Pair], days: str) -> str:
    """Return the arm with the largest decided gain."""
    best = max(gains, key=lambda pair: abs(pair.estimate.value) if pair.estimate else 0.0)
    arm, control = comparison.spoken(best.arm), comparison.spoken(best.control)
    text = f"{arm} is {_than(best)} {control}: {sentence(best, days)}."
    others = [comparison.spoken(pair.arm) for pair in gains if pair is not best]
    if others:
        more = "is" if len(others) == 1 else "are"
        text += f" {_joined(others)} {more} {_than(best)} {control} too, by less."
    return text


def _none_better(comparison: Comparison, pairs: Sequence[Pair], days: str) -> str:
    control = comparison.spoken(comparison.results.control)
    n = max((pair.estimate.n for pair in pairs if pair.estimate), default=0)
    what = comparison.measures[0].words
    gain = "higher" if comparison.measures[0].better is Better.NEITHER else "better"
    runs = number_of(n, f"paired {days}")
    return f"None is shown to be {gain} than {control} in the {what}, after {runs}."


_LISTED = {
    Verdict.WORSE: "Worse",
    Verdict.LOWER: "Lower",
    Verdict.SAME: "Exactly the same",
    Verdict.UNDECIDED: "Not decided",
    Verdict.FEW: "Too few replications to decide",
    Verdict.NOTHING: "Nothing can be said of",
}


def _listed(comparison: Comparison, pairs: Sequence[Pair], verdict: Verdict) -> str:
    names = [comparison.spoken(pair.arm) for pair in pairs if pair.verdict is verdict]
    return f"{_LISTED[verdict]}: {', '.join(names)}." if names else ""


def _other_ways(comparison: Comparison, pair: Pair) -> str:
    """Return what is decided of an arm beside the first measure, if that changes the picture.

    After a gain the losses count, and after a loss the gains; where the first measure decides
    nothing, all that is decided.
    """
    against = OPPOSITE.get(pair.verdict)
    moved = [
        other
        for other in comparison.pairs
        if other.arm == pair.arm
        and other is not pair
        and (other.verdict is against or (against is None and other.verdict.is_decided))
    ]
    if not moved:
        return ""
    clauses = "; ".join(sentence(other, comparison.days) for other in moved)
    return f"But with {comparison.spoken(pair.arm)} {clauses}."


def _gain_of_pairing(pairs: Sequence[Pair]) -> str:
    """Return by how much pairing helped the first measure, over all arms."""
    told = [pair for pair in pairs if pair.verdict is not Verdict.SAME and pair.reduction]
    told.sort(key=lambda pair: pair.reduction or 0.0)
    if len(told) > 1:
        least, most = (f"{pair.reduction or 0.0:.1f}" for pair in (told[0], told[-1]))
        return (
            "Without pairing the variance of the differences would be"
            f" {least} to {most} times as large."
        )
    text = reduction_words(told[0]) if told else ""
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _advice_for_many(comparison: Comparison, pairs: Sequence[Pair]) -> str:
    """Return how many replications the undecided arms would take, were things as they look."""
    advised = [pair.advised for pair in pairs if pair.verdict is Verdict.UNDECIDED]
    if not advised:
        return ""
    known = [number for number in advised if number is not None]
    days = comparison.days
    if len(known) < len(advised):
        return f"No number of {days} that one would care to run is likely to decide all of them."
    return (
        f"If the differences are as large as they look, about {number_of(max(known), days)} would"
        " decide all of them."
    )


def _may_be(pair: Pair) -> str:
    """Return the interval of an undecided difference in words."""
    found = pair.estimate
    if found is None:
        return "unknown"
    if found.tells_direction:
        # Alone it would be decided; among all comparisons that are shown it is not.
        size = size_of(found.value, pair.measure)
        return f"{size}, which may be chance among {pair.family} comparisons"
    return span_of(found, pair.measure)


def _evidence_left(pair: Pair, days: str) -> str:
    parts = evidence(pair, days)
    found = pair.estimate
    if found is not None and not found.tells_direction:
        return parts.replace(f"95 %: {span_of(found, pair.measure)}", "95 %", 1)
    return parts


def _than(pair: Pair) -> str:
    """Return ``better than`` and the like."""
    return f"{pair.verdict.value} than"


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
