"""The first section: the answer in a sentence, and the numbers behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.experiment.comparing import Verdict
from patrolsim.experiment.measures import INCIDENTS
from patrolsim.output_analysis import FEW
from patrolsim.report.figures.forest import forest
from patrolsim.report.page.blocks import Figures, Paragraph, Section, Table
from patrolsim.report.words.numbers import ends
from patrolsim.report.words.said import (
    Said,
    first_sentence,
    further_sentences,
    gap,
    level,
    number_of,
    same,
    title_of,
    verdict_of,
)
from patrolsim.report.words.texts import text
from patrolsim.report.words.verdicts import p_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.experiment.comparing import Pair
    from patrolsim.experiment.measures import Measure
    from patrolsim.report.page.blocks import Block, Text
    from patrolsim.report.page.told import Told

SINGLE = 2
"""From so many replications on there is a range."""


def answer(told: Told) -> Section:
    """Return the section."""
    return Section(name="answer", title=text("answer"), blocks=list(_blocks(told)))


def _blocks(told: Told) -> Iterator[Block]:
    yield Paragraph(text=first_sentence(told), is_lead=True)
    for sentence in further_sentences(told):
        yield Paragraph(text=sentence)
    for warning in warnings_of(told):
        yield Paragraph(text=warning, is_warning=True)
    yield _levels(told)
    if told.pairs:
        if any(pair.estimate is not None for pair in told.pairs):
            ranks = {name: told.rank(name) for name in told.strategies}
            yield Figures(figures=[forest(told.pairs, told.measures, ranks)])
        yield _differences(told)


def warnings_of(told: Told) -> Iterator[Said]:
    """Yield what a reader must know before he believes the numbers."""
    if told.replications < SINGLE:
        yield text("one_replication")
    elif told.replications < FEW:
        yield text("few_replications", n=number_of(told.replications, told.days), few=FEW)
    if told.results.is_interrupted:
        yield text("interrupted")
    for failure in told.results.failures:
        yield text("failed", strategy=failure.task.strategy, why=str(failure.error))
    for name in told.strategies:
        if not told.seen(name, "all"):
            yield text("no_incidents", strategy=name)
    lost = [f"{name} {n:,}" for name in told.strategies if (n := _lost(told, name))]
    if lost:
        yield text("lower_bound", lost=", ".join(lost))


def _lost(told: Told, name: str) -> int:
    """Return how many incidents a mean leaves out, since nobody came."""
    metrics = told.results.metrics_of(name, told.results.replications_of(name))
    return sum(one.responses.known - one.responses.reached_s.size for one in metrics)


def _levels(told: Told) -> Table:
    measures = (INCIDENTS, *told.measures)
    return Table(
        caption=text("levels", n=number_of(told.replications, told.days)),
        head=[text("strategy"), *(title_of(measure) for measure in measures)],
        rows=[_level_row(told, name, measures) for name in told.results.strategies],
        note=legend(told),
    )


def legend(told: Told) -> Said:
    """Return how the numbers of a table are read."""
    if told.replications < SINGLE:
        return text("legend_one")
    if told.replications < FEW:
        return text("legend_few", few=FEW)
    return text("legend_interval")


def _level_row(told: Told, name: str, measures: tuple[Measure, ...]) -> list[Text]:
    if name not in told.strategies:
        return [told.strategy(name), text("has_failed"), *[""] * (len(measures) - 1)]
    return [
        told.strategy(name),
        *(level(told.estimate(name, m.name), unit_in_cell(m)) for m in measures),
    ]


def unit_in_cell(measure: Measure) -> str:
    """Return the unit of a measure; none where the heading says what is counted."""
    return "" if measure.unit == "incidents" else measure.unit


def _differences(told: Told) -> Table:
    span = "interval" if told.replications >= FEW else "range"
    head = ("measure", "strategy", "difference", span, "holm_p", "verdict", "pairing")
    control = told.results.control
    return Table(
        caption=text("differences", control=control),
        head=[text(key) for key in head],
        rows=[
            _difference_row(told, pair)
            for measure in told.measures
            for pair in told.pairs
            if pair.measure is measure
        ],
        note=_note(told),
        is_long=True,
    )


def _note(told: Told) -> Said:
    """Return how the table is read."""
    tested = [pair for pair in told.pairs if pair.p is not None]
    if not tested:
        return text("differences_note_few")
    return text("differences_note", n=tested[0].family)


def _difference_row(told: Told, pair: Pair) -> list[Text]:
    found, title = pair.estimate, title_of(pair.measure)
    if found is None:
        return [title, told.strategy(pair.arm), "-", "-", "-", verdict_of(pair), "-"]
    unit = unit_in_cell(pair.measure)
    low, high = ends(found)
    span = text("span", low=gap(low, unit), high=gap(high, unit)) if found.n >= SINGLE else "-"
    return [
        title,
        told.strategy(pair.arm),
        gap(found.value, unit),
        span,
        p_text(pair.adjusted_p),
        verdict_of(pair),
        _factor(pair),
    ]


def _factor(pair: Pair) -> Text:
    if pair.reduction is None or pair.verdict is Verdict.SAME:
        return "-"
    if pair.reduction == float("inf"):
        return text("all_variance")
    return same(f"{pair.reduction:.1f}×")
