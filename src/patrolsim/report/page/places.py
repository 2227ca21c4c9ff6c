"""Where people wait long, and where and when nobody could come in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.experiment.views import cover_by_hour, cover_by_place
from patrolsim.report.figures.curves import cover_figure
from patrolsim.report.figures.levels import Levels
from patrolsim.report.figures.maps import Square, frame_of, gap_map, response_map
from patrolsim.report.page.blocks import Figures, Paragraph, Section
from patrolsim.report.page.response import strategies_of
from patrolsim.report.page.told import FEW_INCIDENTS
from patrolsim.report.words.said import bare
from patrolsim.report.words.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from patrolsim.report.figures.figure import Figure
    from patrolsim.report.figures.maps import Frame
    from patrolsim.report.page.blocks import Block
    from patrolsim.report.page.told import Told

MOST_MAPS = 6
"""With more strategies the maps of the first are drawn; the table by square has all."""


def places(told: Told) -> Section:
    """Return the section."""
    return Section(name="places", title=text("places"), blocks=list(_blocks(told)))


def _blocks(told: Told) -> Iterator[Block]:
    frame = frame_of(told.run.street_lines(), told.groups("area"))
    if frame is None:
        yield Paragraph(text=text("nothing_to_show"))
        return
    if not frame.streets:
        yield Paragraph(text=text("no_streets"))
    if len(told.strategies) > MOST_MAPS:
        yield Paragraph(text=text("first_maps", n=MOST_MAPS))
    yield Figures(figures=list(_response_maps(told, frame)))
    yield from _cover(told, frame)


def _response_maps(told: Told, frame: Frame) -> Iterator[Figure]:
    squares = {name: _squares(told, name) for name in told.strategies[:MOST_MAPS]}
    levels = Levels.up_to(
        one.median_s.value
        for found in squares.values()
        for one in found.values()
        if one.median_s is not None and one.seen >= FEW_INCIDENTS
    )
    for name, found in squares.items():
        yield response_map(frame, found, levels, FEW_INCIDENTS, (name, told.rank(name)))


def _squares(told: Told, strategy: str) -> Mapping[str, Square]:
    return {
        area: Square(seen, told.estimate(strategy, "response_median_pooled_s", f"area={area}"))
        for area in told.groups("area")
        if (seen := told.seen(strategy, f"area={area}"))
    }


def _cover(told: Told, frame: Frame) -> Iterator[Block]:
    """Yield the hours and the places that are not covered."""
    target_s = _target_s(told)
    if target_s is None:
        yield Paragraph(text=text("no_cover"))
        return
    yield Paragraph(text=text("cover_means", target=bare(target_s, "s")))
    hours = {one: cover_by_hour(told.results, one.name) for one in strategies_of(told)}
    figures = [cover_figure(hours, target_s)]
    for name in told.strategies[:MOST_MAPS]:
        gaps = cover_by_place(told.results, name)
        figures.append(gap_map(frame, gaps, target_s, (name, told.rank(name))))
    yield Figures(figures=figures)


def _target_s(told: Told) -> float | None:
    """Return the target that cover is measured by; None where it was not measured."""
    for name in told.strategies:
        for one in told.results.metrics_of(name, told.results.replications_of(name)):
            if one.cover is not None and one.cover.by_point.size:
                return one.cover.target_s
    return None
