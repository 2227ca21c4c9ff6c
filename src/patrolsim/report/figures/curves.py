"""Curves over time: which share is reached within a time, and cover through the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from patrolsim.report.figures.figure import WIDTH, Figure
from patrolsim.report.figures.legends import legend
from patrolsim.report.figures.palette import DASHES, place
from patrolsim.report.figures.scales import Axis, rounded_up, tick_label, ticks
from patrolsim.report.figures.svg import label, line, marker, path
from patrolsim.report.words.said import Said, bare, level
from patrolsim.report.words.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from patrolsim.output_analysis import Estimate
    from patrolsim.output_analysis.reaching import ReachCurve
    from patrolsim.report.figures.legends import Strategy

LEFT, RIGHT, HEIGHT = 42.0, WIDTH - 22.0, 210.0
MOST_STEPS = 300
"""More steps would not be seen."""
MOST_SHOWN = 0.99
"""Of each curve so much of what is reached lies on the axis."""
MARKS = (0.25, 0.5, 0.75, 0.9)
"""Shares at which the table says the time."""


def reach_figure(curves: Mapping[Strategy, ReachCurve]) -> Figure:
    """Return the figure of the shares that are reached within a time."""
    drawing, top = legend(list(curves), 10.0)
    end_s = rounded_up(max((_shown_to(curve) for curve in curves.values()), default=0.0), "s")
    x = Axis(0.0, end_s, LEFT, RIGHT)
    y = Axis(0.0, 1.0, top + HEIGHT, top)
    lines = [_steps(curve, strategy.rank, x, y) for strategy, curve in curves.items()]
    return Figure(
        name="response",
        title=text("reach_title"),
        about=text("reach_about", end=bare(end_s, "s")),
        height=top + HEIGHT + 40,
        drawing=Markup().join([drawing, *_grid(x, y, "s"), _name(y, text("reach_axis")), *lines]),
        head=[
            text("strategy"),
            *(text("reach_share", share=f"{m:.0%}") for m in MARKS),
            *_counts(),
        ],
        rows=[_reach_row(strategy.name, curve) for strategy, curve in curves.items()],
        note=text("reach_note", later=sum(_later(curve, end_s) for curve in curves.values())),
    )


def cover_figure(hours: Mapping[Strategy, Mapping[int, Estimate]], target_s: float) -> Figure:
    """Return the figure of the share of the demand that is covered, hour by hour."""
    drawing, top = legend(list(hours), 10.0)
    x = Axis(0.0, 24.0, LEFT, RIGHT)
    y = Axis(0.0, 1.0, top + HEIGHT, top)
    lines = [_hours(found, strategy.rank, x, y) for strategy, found in hours.items()]
    marks = [
        line((x.at(hour), y.start), (x.at(hour), y.end), "rule") for hour in (0, 6, 12, 18, 24)
    ]
    names = [
        label(x.at(hour), y.start + 15, f"{hour:02d}:00", class_="soft mid")
        for hour in (0, 6, 12, 18, 24)
    ]
    return Figure(
        name="cover-by-hour",
        title=text("cover_title", target=bare(target_s, "s")),
        about=text("cover_about"),
        height=top + HEIGHT + 40,
        drawing=Markup().join([drawing, *_levels(x, y), *marks, *names, *lines]),
        head=[text("hour"), *(strategy.name for strategy in hours)],
        rows=[
            [f"{hour:02d}:00", *(level(found.get(hour), "share") for found in hours.values())]
            for hour in sorted({hour for found in hours.values() for hour in found})
        ],
        note=text("cover_note"),
    )


def _grid(x: Axis, y: Axis, unit: str) -> Iterator[Markup]:
    yield from _levels(x, y)
    for value in ticks(x.low, x.high, 6, unit):
        yield line((x.at(value), y.start), (x.at(value), y.end), "rule")
        yield label(x.at(value), y.start + 15, tick_label(value, unit), class_="soft mid")


def _levels(x: Axis, y: Axis) -> Iterator[Markup]:
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield line((x.start, y.at(value)), (x.end, y.at(value)), "rule")
        yield label(x.start - 5, y.at(value) + 4, tick_label(value, "share"), class_="soft end")


def _name(y: Axis, said: Said) -> Markup:
    return label(WIDTH - 12, y.start + 32, said, class_="soft end")


def _steps(curve: ReachCurve, rank: int, x: Axis, y: Axis) -> Markup:
    """Return the curve; a step is shown at its foot and at its top."""
    keep = max(1, -(-curve.time_s.size // MOST_STEPS))
    points = [(x.at(0.0), y.at(0.0))]
    last = 0.0
    pairs = zip(curve.time_s[::keep].tolist(), curve.share[::keep].tolist(), strict=True)
    for time_s, share in pairs:
        if time_s > x.high:
            break
        points += [(x.at(time_s), y.at(last)), (x.at(time_s), y.at(share))]
        last = share
    points.append((x.end, y.at(last)))
    return path(points, class_=f"curve s{place(rank)}", stroke_dasharray=DASHES[place(rank)])


def _hours(found: Mapping[int, Estimate], rank: int, x: Axis, y: Axis) -> Markup:
    points = [(x.at(hour + 0.5), y.at(one.value)) for hour, one in sorted(found.items())]
    dashes = DASHES[place(rank)]
    parts = [path(points, class_=f"curve s{place(rank)}", stroke_dasharray=dashes)]
    parts += [marker(px, py, rank) for px, py in points[:: max(1, len(points) // 6)]]
    return Markup().join(parts)


def _shown_to(curve: ReachCurve) -> float:
    if not curve.time_s.size:
        return 0.0
    wanted = MOST_SHOWN * float(curve.share[-1])
    return float(curve.time_s[int((curve.share < wanted).sum())])


def _later(curve: ReachCurve, end_s: float) -> int:
    return int((curve.time_s > end_s).sum())


def _counts() -> list[Said]:
    return [text(key) for key in ("reached_count", "lost_count", "open_count")]


def _reach_row(name: str, curve: ReachCurve) -> list[Said | str]:
    counts = [f"{count:,}" for count in (curve.reached, curve.lost, curve.open_at_end)]
    return [name, *(_time_of(curve, share) for share in MARKS), *counts]


def _time_of(curve: ReachCurve, share: float) -> Said:
    """Return when a share was reached."""
    place_of = int((curve.share < share - 1e-12).sum())
    if place_of >= curve.time_s.size:
        return text("not_reached_share")
    return bare(float(curve.time_s[place_of]), "s")
