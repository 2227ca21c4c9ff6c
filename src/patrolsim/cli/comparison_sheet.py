"""A comparison as sentences and tables: the verdict first, then the numbers behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.cli.bound_words import bound_rows, bound_sentences
from patrolsim.cli.sheet import Headline, Listed, Table
from patrolsim.cli.stop_words import leading_sentences
from patrolsim.cli.sweep_words import neighbour_sentences
from patrolsim.experiment.comparing import Verdict, sound_arms
from patrolsim.experiment.estimates import estimate_one
from patrolsim.output_analysis import FEW
from patrolsim.report.words.numbers import ends, scale_of_gap, written
from patrolsim.report.words.verdicts import number_of, p_text, unit_of_days

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.cli.answer import Comparison
    from patrolsim.cli.sheet import Block
    from patrolsim.experiment.comparing import Pair
    from patrolsim.experiment.measures import Measure

FAILED = "failed"


def blocks_of(comparison: Comparison) -> list[Block]:
    """Return what people read of a comparison."""
    first, *others = leading_sentences(comparison)
    return [
        Headline(first),
        *others,
        _levels(comparison),
        _legend(comparison),
        *_differences(comparison),
        Listed("From each value to the next", neighbour_sentences(comparison)),
        Listed("To be known", list(_warnings(comparison))),
        Listed("Failed", [str(failure) for failure in comparison.results.failures]),
    ]


def _levels(comparison: Comparison) -> Table:
    title = f"{comparison.question.title}: {_replications(comparison)}"
    head = [comparison.question.noun, *(measure.words for measure in comparison.measures)]
    names = comparison.results.strategies
    rows = [_level_row(comparison, name) for name in names]
    return Table(title, [head, *rows, *bound_rows(comparison)])


def _replications(comparison: Comparison) -> str:
    results = comparison.results
    numbers = [len(results.replications_of(name)) for name in sound_arms(results)] or [0]
    seed = comparison.question.scenario.scenario.seed
    days = unit_of_days(comparison.question.scenario.scenario.period.length)
    least = "" if min(numbers) == max(numbers) else f"{min(numbers):,} to "
    return f"{least}{number_of(max(numbers), days)}, seed {seed}"


def _level_row(comparison: Comparison, name: str) -> list[str]:
    results, measures = comparison.results, comparison.measures
    label = comparison.question.labels[name]
    if name not in sound_arms(results):
        return [label, FAILED, *([""] * (len(measures) - 1))]
    lines = [estimate_one(results, name, measure) for measure in measures]
    return [label, *(written(line.estimate, _unit_in_cell(line.measure)) for line in lines)]


def _unit_in_cell(measure: Measure) -> str:
    """Return the unit of a measure; none where the heading says what is counted."""
    return "" if measure.unit == "incidents" else measure.unit


def _legend(comparison: Comparison) -> str:
    results = comparison.results
    fewest = min((len(results.replications_of(n)) for n in sound_arms(results)), default=0)
    if fewest < 2:  # noqa: PLR2004 - a single value has no range
        return "One replication: no interval can be given."
    if fewest < FEW:
        return f"In brackets the range over replications: fewer than {FEW} give no interval."
    return "In brackets and after ±: 95 % intervals over replications."


def _differences(comparison: Comparison) -> Iterator[Block]:
    if not comparison.pairs:
        return
    control = comparison.question.labels[comparison.question.control]
    span = _span_head(comparison)
    noun = comparison.question.noun
    p = "Holm p" if _tested(comparison) > 1 else "p"
    head = ["measure", noun, "difference", span, p, "verdict", "pairing"]
    rows = [_difference_row(comparison, pair) for pair in _by_measure(comparison)]
    yield Table(f"Differences to {control}, pair by pair", [head, *rows])
    yield _family(comparison)


def _by_measure(comparison: Comparison) -> list[Pair]:
    return [
        pair
        for measure in comparison.measures
        for pair in comparison.pairs
        if pair.measure is measure
    ]


def _span_head(comparison: Comparison) -> str:
    few = any(pair.verdict is Verdict.FEW for pair in comparison.pairs)
    return "range" if few else "95 % interval"


def _difference_row(comparison: Comparison, pair: Pair) -> list[str]:
    label = comparison.question.labels[pair.arm]
    found = pair.estimate
    if found is None:
        return [pair.measure.words, label, "-", "-", "-", pair.verdict.value, "-"]
    scale = scale_of_gap(found.value, _unit_in_cell(pair.measure))
    is_same = pair.verdict is Verdict.SAME
    low, high = ends(found)
    return [
        pair.measure.words,
        label,
        scale.text(found.value).replace("percentage points", "pp"),
        f"{scale.number(low)} to {scale.number(high)}" if found.n > 1 else "-",
        "-" if is_same else p_text(pair.adjusted_p),
        pair.verdict.value,
        "-" if is_same else _factor(pair.reduction),
    ]


def _factor(reduction: float | None) -> str:
    if reduction is None:
        return "-"
    return "all" if reduction == float("inf") else f"{reduction:.1f}x"


def _tested(comparison: Comparison) -> int:
    """Return how many differences are tested together."""
    return max(pair.family for pair in comparison.pairs)


def _family(comparison: Comparison) -> str:
    """Return how the table of differences is read: what is adjusted for what."""
    tested = _tested(comparison)
    pairing = "Pairing: how many times smaller it made the variance of the difference."
    if not tested:
        return pairing
    if tested == 1:
        return f"Decided when p is 0.05 or less. {pairing}"
    arms = len({pair.arm for pair in comparison.pairs})
    measures = len(comparison.measures)
    left_out = arms * measures - tested
    less = f", less {left_out} about which nothing can be said" if left_out else ""
    return (
        f"Holm p: adjusted for all {tested} comparisons of this table"
        f" ({_counted(arms, 'arm')} x {_counted(measures, 'measure')}{less});"
        f" decided when it is 0.05 or less. Each interval is 95 % on its own. {pairing}"
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _warnings(comparison: Comparison) -> Iterator[str]:
    """Yield what a reader must know before he believes the numbers."""
    yield from comparison.question.remarks
    results, question = comparison.results, comparison.question
    for name in sound_arms(results):
        for measure in comparison.measures:
            note = estimate_one(results, name, measure).note
            if note:
                yield f"{question.labels[name]}: the {measure.words} {note}."
    yield from _without_difference(comparison)
    yield from _unlike_days(comparison)
    yield from bound_sentences(comparison)
    if results.is_interrupted:
        yield "Interrupted: only what was finished by then is compared."


def _without_difference(comparison: Comparison) -> Iterator[str]:
    """Yield the measures of which there is no difference, though there are pairs."""
    for measure in comparison.measures:
        arms = [
            comparison.question.labels[pair.arm]
            for pair in comparison.pairs
            if pair.measure is measure and pair.verdict is Verdict.NOTHING
        ]
        if arms:
            yield (
                f"{', '.join(arms)}: nothing can be said about the {measure.words}: there is no"
                " value on one of the two sides, or it has no end, so many were never reached."
            )


def _unlike_days(comparison: Comparison) -> Iterator[str]:
    results, question = comparison.results, comparison.question
    control = results.control
    unlike = [
        question.labels[name]
        for name in sound_arms(results)
        if name != control and not results.meet_the_same_days(name, control)
    ]
    if unlike:
        names = ", ".join(unlike)
        yield (
            f"{names}: not the same incidents as {question.labels[control]}. The pairs share the"
            " seed only, and pairing helps as far as their days are alike."
        )
