"""Axes have round ticks, and hold what they are made for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.report.figures.levels import Levels
from patrolsim.report.figures.palette import LEVELS
from patrolsim.report.figures.scales import Axis, rounded_up, tick_label, ticks

UNITS = st.sampled_from(["s", "share", "incidents"])
SIZES = st.floats(1e-6, 1e7)


@given(SIZES, UNITS)
def test_an_axis_from_0_holds_its_value(value: float, unit: str) -> None:
    end = rounded_up(value, unit)
    assert value <= end * (1 + 1e-9)
    assert end <= 2.6 * value or unit == "s"


@given(st.floats(-1e6, 1e6), SIZES, UNITS)
def test_ticks_lie_on_the_axis_and_are_few(low: float, span: float, unit: str) -> None:
    found = ticks(low, low + span, 5, unit)
    slack = 1e-6 * max(span, abs(low))
    assert len(found) <= 6
    assert all(low - slack <= value <= low + span + slack for value in found)


def test_times_have_steps_that_people_count_in() -> None:
    assert ticks(0, 1500, 5, "s") == [0, 300, 600, 900, 1200, 1500]
    assert ticks(-40, 10, 4, "s") == [-30, -15, 0]
    assert tick_label(300, "s") == ("5 min", "5 分钟")
    assert tick_label(0.25, "share").en == "25%"


def test_a_value_beyond_the_end_stands_at_the_end() -> None:
    axis = Axis(0, 10, 100, 200)
    assert (axis.at(5), axis.at(99), axis.at(-3)) == (150, 200, 100)


@given(st.lists(st.one_of(st.floats(0, 1e5), st.just(float("inf"))), max_size=9))
def test_every_value_has_a_step(values: list[float]) -> None:
    levels = Levels.up_to(values)
    steps = [levels.step_of(value) for value in sorted(values)]
    assert steps == sorted(steps)
    assert all(0 <= step < LEVELS for step in steps)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_nothing_has_an_axis_all_the_same(value: float) -> None:
    assert rounded_up(value, "s") == 1.0
