"""Curves: steps, what lies beyond the axis, and the times in the table."""

from __future__ import annotations

import numpy as np

from patrolsim.output_analysis import estimate_mean
from patrolsim.output_analysis.reaching import ReachCurve, reach_curve
from patrolsim.report.figures.curves import cover_figure, reach_figure
from patrolsim.report.figures.legends import Strategy

PLAN = Strategy("plan", 1)


def curve(*times_s: float, lost: int = 0, still: int = 0) -> ReachCurve:
    waited = np.array([*times_s, *[500.0] * (lost + still)])
    is_reached = np.arange(waited.size) < len(times_s)
    is_open = np.arange(waited.size) >= len(times_s) + lost
    return reach_curve(waited, is_reached, is_open)


def test_the_table_says_when_a_share_was_reached_and_when_never() -> None:
    figure = reach_figure({PLAN: curve(60.0, 120.0, 180.0, lost=1)})
    (row,) = figure.rows
    assert [cell if isinstance(cell, str) else cell.en for cell in row] == [
        "plan",
        "1.0 min",
        "2.0 min",
        "3.0 min",
        "not reached",
        "3",
        "1",
        "0",
    ]


def test_the_line_has_the_colour_and_the_dashes_of_its_strategy() -> None:
    drawing = reach_figure({PLAN: curve(60.0)}).drawing
    assert 'class="curve s1"' in drawing
    assert 'stroke-dasharray="7 3"' in drawing


def test_nothing_reached_is_a_flat_line() -> None:
    figure = reach_figure({PLAN: curve(lost=2, still=1)})
    assert "not reached" in figure.rows[0][1]


def test_thousands_of_steps_make_no_large_figure() -> None:
    figure = reach_figure({PLAN: curve(*np.linspace(1, 4000, 20_000).tolist())})
    assert len(figure.drawing) < 20_000


def test_cover_has_a_row_for_each_hour_that_was_looked_at() -> None:
    one = estimate_mean([0.5, 0.7])
    assert one is not None
    figure = cover_figure({PLAN: {17: one, 18: one}}, 600.0)
    assert [row[0] for row in figure.rows] == ["17:00", "18:00"]
