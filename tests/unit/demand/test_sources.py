"""Sources of incidents: every attribute from a stream of its own, channels with their hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from patrolsim.demand.areas import PointArea
from patrolsim.demand.arrivals import weekly_rate
from patrolsim.demand.sources import (
    Channel,
    Source,
    draw_source,
    next_opening_us,
    report_times,
    second_of_week,
)
from patrolsim.distributions import Exponential, Fixed
from patrolsim.eventlog import NEVER_US
from patrolsim.network.streets import Stop
from patrolsim.streams import RandomStreams
from patrolsim.testing import make_kind

if TYPE_CHECKING:
    from patrolsim.demand.table import IncidentTable
    from patrolsim.incidents import Kind

US, HOUR_S, DAY_S = 1_000_000, 3600, 86_400
MONDAY = datetime(2025, 3, 10)  # noqa: DTZ001 - local time of nowhere
STREAMS = RandomStreams(1, 0)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
OFFICE = Channel(
    delay=None, handling=None, days=(0, 1, 2, 3, 4), start_s=8 * 3600, end_s=17 * 3600
)
ALWAYS = replace(OFFICE, days=EVERY_DAY, start_s=0.0, end_s=float(DAY_S))
NIGHT = replace(OFFICE, days=(4,), start_s=22 * 3600, end_s=2 * 3600)


def kind(**changes: object) -> Kind:
    made = make_kind("theft", places=(None, None))
    stages = tuple(replace(stage, takes=Exponential(600)) for stage in made.stages)
    return replace(replace(made, stages=stages), **changes)  # type: ignore[arg-type]


def source(**changes: object) -> Source:
    plain = Source(
        index=3,
        kind=kind(),
        rate=weekly_rate(50 / DAY_S, {}, {}),
        day_effect=0.0,
        area=PointArea(np.arange(3.0), np.zeros(3), np.ones(3), 20.0),
        channel=None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def snap(x: np.ndarray[tuple[int], np.dtype[np.float64]], y: object) -> list[Stop]:
    assert isinstance(y, np.ndarray)
    return [Stop(e, n, (0,), (0,)) for e, n in zip(x.tolist(), y.tolist(), strict=True)]


def draw(wanted: Source, *, days: int = 7, streams: RandomStreams = STREAMS) -> IncidentTable:
    return draw_source(
        wanted, start=MONDAY, horizon_us=days * DAY_S * US, streams=streams, snap=snap
    )


def test_every_column_has_a_row_for_each_incident() -> None:
    table = draw(source())
    n = len(table)
    assert n > 250
    assert table.kind.tolist() == [3] * n
    assert table.stage_us.shape == (n, 2)
    assert [stop.x for stop in table.stops] == table.x.tolist()
    assert table.patience_us.tolist() == [NEVER_US] * n
    assert not table.escalates.any()


ATTRIBUTES = ("occurred_us", "stage_us", "patience_us", "escalates", "x", "y")
CHANGES: dict[str, tuple[Source, tuple[str, ...]]] = {
    "one stage less": (source(kind=kind(stages=kind().stages[:1])), ("stage_us",)),
    "patience": (source(kind=kind(patience=Exponential(60))), ("patience_us",)),
    "escalation": (source(kind=kind(escalates=0.5)), ("escalates",)),
    "another place": (
        source(area=PointArea(np.zeros(1), np.zeros(1), np.ones(1), 0.0)),
        ("x", "y"),
    ),
    "a channel": (source(channel=replace(ALWAYS, delay=Exponential(60))), ()),
}


@pytest.mark.parametrize(("changed", "moved"), CHANGES.values(), ids=CHANGES)
def test_one_attribute_never_shifts_the_draws_of_another(
    changed: Source, moved: tuple[str, ...]
) -> None:
    plain, other = draw(source()), draw(changed)
    for name in ATTRIBUTES:
        is_same = np.array_equal(getattr(plain, name), getattr(other, name))
        assert is_same == (name not in moved), name


def test_a_longer_period_leaves_every_attribute_of_the_earlier_part() -> None:
    wanted = source(
        kind=kind(patience=Exponential(60), escalates=0.5),
        day_effect=0.5,
        channel=replace(OFFICE, delay=Exponential(600), handling=Exponential(60)),
    )
    short, long = draw(wanted, days=3), draw(wanted, days=30)
    for name in (*ATTRIBUTES, "known_us", "ready_us"):
        assert np.array_equal(getattr(long, name)[: len(short)], getattr(short, name)), name
    assert long.stops[: len(short)] == short.stops


def test_incidents_escalate_with_their_chance() -> None:
    table = draw(source(kind=kind(escalates=0.25)), days=100)
    assert table.escalates.mean() == pytest.approx(0.25, abs=0.02)


def test_without_a_channel_an_incident_is_known_at_once() -> None:
    table = draw(source())
    assert np.array_equal(table.known_us, table.occurred_us)
    assert np.array_equal(table.ready_us, table.occurred_us)


def test_a_report_comes_after_its_delay_and_is_handled_after_that() -> None:
    channel = replace(ALWAYS, delay=Fixed(60), handling=Fixed(5))
    known, ready = report_times(np.array([7, 9]), channel, "theft", MONDAY, STREAMS)
    assert known.tolist() == [7 + 60 * US, 9 + 60 * US]
    assert ready.tolist() == [7 + 65 * US, 9 + 65 * US]


def test_a_report_waits_for_the_next_opening_after_its_delay() -> None:
    channel = replace(OFFICE, delay=Fixed(HOUR_S), handling=Fixed(60))
    occurred = np.array([16, 20]) * HOUR_S * US
    known, ready = report_times(occurred, channel, "theft", MONDAY, STREAMS)
    assert (known / US / HOUR_S).tolist() == [32, 32]
    assert (ready - known).tolist() == [60 * US, 60 * US]


@pytest.mark.parametrize(
    ("channel", "hours", "opens"),
    [
        (OFFICE, 7.99, 8),
        (OFFICE, 8, 8),
        (OFFICE, 16.99, 16.99),
        (OFFICE, 17, 32),
        (OFFICE, 4 * 24 + 18, 7 * 24 + 8),
        (NIGHT, 0, 4 * 24 + 22),
        (NIGHT, 5 * 24 + 1.5, 5 * 24 + 1.5),
        (NIGHT, 5 * 24 + 2, 11 * 24 + 22),
        (ALWAYS, 3.25, 3.25),
        (replace(OFFICE, days=()), 3, NEVER_US / US / HOUR_S),
    ],
)
def test_the_next_opening_keeps_days_and_hours(
    channel: Channel, hours: float, opens: float
) -> None:
    found = next_opening_us(round(hours * HOUR_S * US), channel, MONDAY)
    assert found / US / HOUR_S == pytest.approx(opens)


def test_opening_hours_are_those_of_the_clock_wherever_the_period_starts() -> None:
    for late in (timedelta(hours=9, minutes=30), timedelta(days=4, hours=23), timedelta(days=6)):
        start = MONDAY + late
        opened = start + timedelta(microseconds=next_opening_us(0, OFFICE, start))
        if start.weekday() < 5 and 8 <= start.hour < 17:
            assert opened == start
        else:
            assert (opened.hour, opened.minute, opened.weekday()) == (8, 0, 0)


def test_a_night_that_began_before_the_period_is_open_at_its_start() -> None:
    assert next_opening_us(0, NIGHT, MONDAY + timedelta(days=5, hours=1)) == 0


def test_only_a_channel_round_the_clock_is_always_open() -> None:
    assert ALWAYS.is_always_open()
    assert replace(ALWAYS, start_s=7 * 3600, end_s=7 * 3600).is_always_open()
    assert not OFFICE.is_always_open()
    assert not replace(ALWAYS, days=(0,)).is_always_open()


def test_the_second_of_the_week_counts_from_monday() -> None:
    assert second_of_week(MONDAY) == 0
    assert second_of_week(MONDAY + timedelta(days=8, hours=2, seconds=3)) == DAY_S + 7203
