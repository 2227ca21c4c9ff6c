"""Differences to the control with their intervals, measure by measure: a forest plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from patrolsim.experiment.measures import Better
from patrolsim.output_analysis import FEW
from patrolsim.report.figures.figure import WIDTH, Figure
from patrolsim.report.figures.legends import Strategy, legend
from patrolsim.report.figures.palette import place
from patrolsim.report.figures.scales import Axis, tick_label, ticks
from patrolsim.report.figures.svg import label, line, marker
from patrolsim.report.words.numbers import ends
from patrolsim.report.words.said import Said, gap, title_of
from patrolsim.report.words.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from patrolsim.experiment.comparing import Pair
    from patrolsim.experiment.measures import Measure

ROW, HEAD, TICKS = 20.0, 24.0, 22.0
LEFT, RIGHT = 12.0, 300.0
_BETTER = {
    Better.LOWER: "left_is_better",
    Better.HIGHER: "right_is_better",
    Better.NEITHER: "neither_is_better",
}


def forest(pairs: Sequence[Pair], measures: Sequence[Measure], ranks: Mapping[str, int]) -> Figure:
    """Return the figure of the pairs about which something can be said.

    Parameters
    ----------
    pairs
        Judged together.
    measures
        Which, in order.
    ranks
        Place of each strategy in the scenario.
    """
    told = [pair for pair in pairs if pair.estimate is not None]
    arms = dict.fromkeys(pair.arm for pair in pairs)
    drawing, y = legend([Strategy(arm, ranks[arm]) for arm in arms], 10.0)
    parts = [drawing]
    for measure in measures:
        chosen = [pair for pair in told if pair.measure is measure]
        if chosen:
            part, y = _panel(measure, chosen, ranks, y)
            parts.append(part)
    return Figure(
        name="differences",
        title=text(_title(told), control=pairs[0].control),
        about=text("forest_about", control=pairs[0].control, n=len(told)),
        height=y,
        drawing=Markup().join(parts),
        # The same numbers stand in the table of differences.
        head=(),
        rows=(),
        note=text("forest_note"),
    )


def _title(told: Sequence[Pair]) -> str:
    """Return the key of the title: it promises no intervals where there are none."""
    fewest = min(pair.estimate.n for pair in told if pair.estimate is not None)
    if fewest < 2:  # noqa: PLR2004 - a single value has no range
        return "forest_title_one"
    return "forest_title_few" if fewest < FEW else "forest_title"


def _panel(
    measure: Measure, pairs: Sequence[Pair], ranks: Mapping[str, int], top: float
) -> tuple[Markup, float]:
    y = top + HEAD
    bottom = y + ROW * len(pairs)
    axis = _axis(pairs)
    parts = [
        label(4, y - 8, title_of(measure), class_="strong"),
        label(WIDTH - 4, y - 8, text(_BETTER[measure.better]), class_="soft end"),
        *_grid(axis, measure, y, bottom),
    ]
    for number, pair in enumerate(pairs):
        parts += _mark(axis, pair, ranks[pair.arm], y + ROW * (number + 0.5))
    return Markup().join(parts), bottom + TICKS


def _axis(pairs: Sequence[Pair]) -> Axis:
    found = [end for pair in pairs if pair.estimate for end in (*ends(pair.estimate), 0.0)]
    low, high = min(found), max(found)
    if low == high:
        low, high = -1.0, 1.0
    edge = 0.06 * (high - low)
    return Axis(low - edge, high + edge, LEFT, RIGHT)


def _grid(axis: Axis, measure: Measure, top: float, bottom: float) -> Iterator[Markup]:
    for value in ticks(axis.low, axis.high, 4, measure.unit):
        x = axis.at(value)
        yield line((x, top), (x, bottom), "zero" if value == 0 else "rule")
        yield label(x, bottom + 13, tick_label(value, measure.unit), class_="soft mid small")


def _mark(axis: Axis, pair: Pair, rank: int, y: float) -> Iterator[Markup]:
    found = pair.estimate
    if found is None:
        return
    if found.n > 1:
        low, high = ends(found)
        look = "range" if found.is_from_few else "bar"
        yield line((axis.at(low), y), (axis.at(high), y), f"{look} s{place(rank)}")
    yield marker(axis.at(found.value), y, rank, is_hollow=not pair.verdict.is_decided)
    yield label(WIDTH - 4, y + 4, _size(pair), class_="end")


def _size(pair: Pair) -> Said:
    unit = "" if pair.measure.unit == "incidents" else pair.measure.unit
    said = gap(pair.estimate.value if pair.estimate else 0.0, unit)
    return Said(said.en.replace("percentage points", "pp"), said.zh)
