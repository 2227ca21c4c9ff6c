"""The days that are shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.report.playback.window import (
    DAY_US,
    MOST_DAYS,
    Window,
    WindowError,
    origin_us,
    window_of,
)


def test_a_short_period_is_shown_whole() -> None:
    assert window_of(DAY_US // 4) == Window(
        from_us=0, to_us=DAY_US // 4, first_day=1, days=1, of=1
    )


def test_of_a_long_period_a_week_is_shown() -> None:
    window = window_of(60 * DAY_US, first_day=57)
    assert (window.from_us, window.to_us) == (56 * DAY_US, 60 * DAY_US)
    assert (window.first_day, window.days, window.of) == (57, 4, 60)


@pytest.mark.parametrize("day", [0, 4, -1])
def test_a_day_that_the_period_has_not_is_refused(day: int) -> None:
    with pytest.raises(WindowError, match="the period has days 1 to 3"):
        window_of(3 * DAY_US, first_day=day)


@given(st.integers(1, 400 * DAY_US), st.data())
def test_milliseconds_from_the_origin_to_the_end_fit_into_four_bytes(
    horizon_us: int, data: st.DataObject
) -> None:
    first_day = data.draw(st.integers(1, -(-horizon_us // DAY_US)))
    window = window_of(horizon_us, first_day)
    assert 0 <= origin_us(window) <= window.from_us < window.to_us <= horizon_us
    assert window.to_us - window.from_us <= MOST_DAYS * DAY_US
    assert (window.to_us - origin_us(window)) // 1000 < 2**32
