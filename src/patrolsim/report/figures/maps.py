"""The map: median response by square, and the places that are not always covered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from markupsafe import Markup

from patrolsim.metrics.areas import SQUARE_M, column_and_row
from patrolsim.report.figures.figure import WIDTH, Figure
from patrolsim.report.figures.levels import KEY, Levels
from patrolsim.report.figures.svg import box, label, tag
from patrolsim.report.words.said import Said, bare, level
from patrolsim.report.words.texts import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from patrolsim.experiment.street_lines import StreetLines
    from patrolsim.experiment.views import Gap
    from patrolsim.output_analysis import Estimate

Where = TypeVar("Where", float, "npt.NDArray[np.float64]")

MOST_HEIGHT = 600.0
GRAINS = (0.2, 0.5, 1.0, 2.0)
"""How coarsely streets may be drawn, in units of the figure."""
MOST_LINES = 9000
"""With more street lines than that they are drawn more coarsely, and then only the longest."""
LEAST_FOR_NAME, LEAST_FOR_VALUE, LEAST_FOR_STRONG = 18.0, 30.0, 40.0
"""So wide must a square be drawn to hold its name, a value, and a value in large."""
NOT_COVERED = 0.005
"""A place that is covered all but half a percent of the time counts as covered."""


class Square(NamedTuple):
    """A square of the map: how many incidents in all, and their median response."""

    seen: int
    median_s: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Which part of the plane is drawn: metres to the units of the figure.

    Attributes
    ----------
    west, south, scale, height
        Corner in metres, units per metre, and height of the drawing.
    left
        How far from the left edge the corner is drawn.
    streets
        The lines of the map, drawn once per page; empty without a map.
    """

    west: float
    south: float
    scale: float
    height: float
    left: float = 0.0
    streets: Markup = field(default_factory=Markup)

    def at(self, x: Where, y: Where) -> tuple[Where, Where]:
        """Return where points are drawn."""
        east, north = (x - self.west) * self.scale, (y - self.south) * self.scale
        return self.left + east, self.height - north


def frame_of(lines: StreetLines | None, squares: Sequence[str]) -> Frame | None:
    """Return the frame of a map; None where there is nothing to draw.

    Parameters
    ----------
    lines
        The streets; the squares start at their south-western corner.
    squares
        Names of the squares that must be seen, when there are no streets.
    """
    if lines is not None and lines.from_x.size:
        xs, ys = (
            np.concatenate([lines.from_x, lines.to_x]),
            np.concatenate([lines.from_y, lines.to_y]),
        )
        west, south, east, north = (float(v) for v in (xs.min(), ys.min(), xs.max(), ys.max()))
    elif squares:
        places = [column_and_row(name) for name in squares]
        west = south = 0.0
        east = (max(column for column, _ in places) + 1) * SQUARE_M
        north = (max(row for _, row in places) + 1) * SQUARE_M
    else:
        return None
    scale = min(WIDTH / max(east - west, 1.0), MOST_HEIGHT / max(north - south, 1.0))
    frame = Frame(
        west=west,
        south=south,
        scale=scale,
        height=(north - south) * scale,
        left=(WIDTH - (east - west) * scale) / 2,
    )
    return frame if lines is None else replace(frame, streets=_streets(lines, frame))


def response_map(
    frame: Frame, squares: Mapping[str, Square], levels: Levels, few: int, who: tuple[str, int]
) -> Figure:
    """Return the map of the median response by square.

    Parameters
    ----------
    frame
        Where it lies.
    squares
        By name.
    levels
        The steps, the same for all strategies.
    few
        Of fewer incidents no median is shown, but their number.
    who
        The strategy, and its place in the scenario.
    """
    parts = [_square(frame, name, one, levels, few) for name, one in squares.items()]
    names = [_names(frame, name, one, few) for name, one in squares.items()]
    return Figure(
        name=f"map-{who[1]}",
        title=text("map_title", strategy=who[0]),
        about=text("map_about", strategy=who[0]),
        height=frame.height + KEY + 8,
        drawing=Markup().join([*parts, _use(frame), *names, levels.key(frame.height + 10)]),
        head=[text("square"), text("incidents_seen"), text("median")],
        rows=[[name, f"{one.seen:,}", _median(one, few)] for name, one in squares.items()],
        note=text("map_note", few=few),
        shared=frame.streets,
    )


def gap_map(frame: Frame, gaps: Sequence[Gap], target_s: float, who: tuple[str, int]) -> Figure:
    """Return the map of the places that nobody free could reach in time all day."""
    missing = [(gap, 1.0 - gap.covered.value) for gap in gaps]
    circles = [
        tag("circle", cx=x, cy=y, r=2 + 7 * share, class_="gap")
        for gap, share in missing
        if share > NOT_COVERED
        for x, y in (frame.at(gap.x, gap.y),)
    ]
    key = [
        part
        for number, share in enumerate((0.1, 0.5, 1.0))
        for part in (
            tag(
                "circle", cx=40 + 120 * number, cy=frame.height + 18, r=2 + 7 * share, class_="gap"
            ),
            label(54 + 120 * number, frame.height + 22, f"{share:.0%}", class_="soft"),
        )
    ]
    return Figure(
        name=f"gaps-{who[1]}",
        title=text("gaps_title", strategy=who[0], target=bare(target_s, "s")),
        about=text("gaps_about", n=len(circles), all=len(gaps)),
        height=frame.height + 34,
        drawing=Markup().join([_use(frame), *circles, *key]),
        head=[text("place_metres"), text("share_of_demand"), text("covered_share")],
        rows=[
            [f"{gap.x:.0f}, {gap.y:.0f}", bare(gap.weight, "share"), level(gap.covered, "share")]
            for gap in gaps[:20]
        ],
        note=text("gaps_note"),
        shared=frame.streets,
    )


def _square(frame: Frame, name: str, one: Square, levels: Levels, few: int) -> Markup:
    x, y, side = _place(frame, name)
    is_shown = one.seen >= few and one.median_s is not None
    step = f"h{levels.step_of(one.median_s.value)}" if is_shown and one.median_s else "none"
    return box(x, y, side, side, class_=f"cell {step}")


def _names(frame: Frame, name: str, one: Square, few: int) -> Markup:
    """Return name and value of a square, inside the part of it that is drawn."""
    x, y, side = _place(frame, name)
    left, right = max(x, 0.0), min(x + side, WIDTH)
    top, bottom = max(y, 0.0), min(y + side, frame.height)
    wide, high = right - left, bottom - top
    parts = []
    if min(wide, high) >= LEAST_FOR_NAME:
        parts.append(label(left + 2, top + 10, name, class_="soft small"))
    if wide >= LEAST_FOR_VALUE and high >= LEAST_FOR_NAME:
        value = f"({one.seen})"
        if one.seen >= few and one.median_s is not None:
            value = f"{one.median_s.value / 60:.1f}".replace("inf", "∞")
        size = "strong" if min(wide, high) >= LEAST_FOR_STRONG else "small"
        # A low square has its value in the middle, a high one below its name.
        lower = 7 if high >= LEAST_FOR_VALUE else 4
        x, y = (left + right) / 2, (top + bottom) / 2 + lower
        parts.append(label(x, y, value, class_=f"mid {size} halo"))
    return Markup().join(parts)


def _place(frame: Frame, name: str) -> tuple[float, float, float]:
    """Return the upper left corner of a square, and its side."""
    column, row = column_and_row(name)
    side = SQUARE_M * frame.scale
    return frame.left + column * side, frame.height - (row + 1) * side, side


def _median(one: Square, few: int) -> Said:
    return text("too_few", n=one.seen) if one.seen < few else level(one.median_s, "s")


def _use(frame: Frame) -> Markup:
    return tag("use", href="#streets") if frame.streets else Markup("")


def _streets(lines: StreetLines, frame: Frame) -> Markup:
    """Return all streets as one path, as finely as it may be."""
    drawn = _rounded(lines, frame, GRAINS[0])
    for grain in GRAINS[1:]:
        if len(drawn) > MOST_LINES:
            drawn = _rounded(lines, frame, grain)
    lengths = np.hypot(drawn[:, 2] - drawn[:, 0], drawn[:, 3] - drawn[:, 1])
    longest = np.sort(np.argsort(-lengths, kind="stable")[:MOST_LINES])
    steps = [f"M{a:g} {b:g}L{c:g} {d:g}" for a, b, c, d in drawn[longest].round(1).tolist()]
    return tag("path", d="".join(steps), class_="street", id="streets")


def _rounded(lines: StreetLines, frame: Frame, grain: float) -> npt.NDArray[np.float64]:
    """Return each line once, with its ends on a grid: x, y, x, y; shape (n, 4)."""
    start = np.stack(frame.at(lines.from_x, lines.from_y), axis=1)
    end = np.stack(frame.at(lines.to_x, lines.to_y), axis=1)
    start, end = np.round(start / grain), np.round(end / grain)
    is_level = start[:, 0] == end[:, 0]
    is_turned = (start[:, 0] > end[:, 0]) | (is_level & (start[:, 1] > end[:, 1]))
    first = np.where(is_turned[:, None], end, start)
    last = np.where(is_turned[:, None], start, end)
    ends = np.unique(np.concatenate([first, last], axis=1), axis=0)
    is_point = (ends[:, 0] == ends[:, 2]) & (ends[:, 1] == ends[:, 3])
    drawn: npt.NDArray[np.float64] = ends[~is_point] * grain
    return drawn
