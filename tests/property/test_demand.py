"""What holds for all demand: pairing, prefixes, opening hours, rosters, files of any bytes."""

from __future__ import annotations

import gzip
import json
import tempfile
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolsim.demand.areas import PolygonArea
from patrolsim.demand.arrivals import draw_arrivals, expected_a_day, weekly_rate
from patrolsim.demand.replay import read_replay
from patrolsim.demand.sources import Channel, next_opening_us, second_of_week
from patrolsim.distributions import (
    LONGEST_US,
    Distribution,
    Empirical,
    Exponential,
    Fixed,
    Gamma,
    Lognormal,
    Triangular,
    Uniform,
    Weibull,
)
from patrolsim.errors import NetworkError, ScenarioError
from patrolsim.scenario.place_models import AreaModel
from patrolsim.streams import RandomStreams
from patrolsim.testing import Arc, make_kind, make_streets
from patrolsim.units import parse_days, to_us
from patrolsim.volunteers.roster import Shift, ShiftPattern, plan_team
from patrolsim.world.places import Gazetteer

KINDS = {"theft": (0, make_kind("theft"))}
US, DAY_S, MINUTE_US = 1_000_000, 86_400, 60_000_000
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
START = datetime(2025, 3, 10)  # noqa: DTZ001 - local time of nowhere

int64s = st.integers(-(2**63), 2**63 - 1)
seconds = st.floats(0, 1e6)
cvs = st.floats(0.01, 10)
distributions: st.SearchStrategy[Distribution] = st.one_of(
    st.builds(Fixed, seconds),
    st.tuples(seconds, seconds).map(lambda pair: Uniform(min(pair), max(pair))),
    st.builds(Exponential, seconds),
    st.builds(Lognormal, seconds, cvs),
    st.builds(Gamma, seconds, cvs),
    st.builds(Weibull, st.floats(0.1, 100), seconds),
    st.tuples(seconds, seconds, seconds).map(lambda three: Triangular(*sorted(three))),
    st.lists(seconds, min_size=1, max_size=5).map(lambda values: Empirical(tuple(values))),
)
units = st.floats(2.0**-54, 1 - 2.0**-53)
times_of_day = st.integers(0, 24 * 60 - 1).map(lambda minute: minute * 60.0)
spans = st.tuples(times_of_day, times_of_day)
multipliers = st.floats(0, 20)  # among them the smallest there are
day_sets = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
hours = st.dictionaries(spans, multipliers, max_size=3)
days = st.dictionaries(day_sets, multipliers, max_size=2)
starts = st.integers(0, 7 * 24 * 60 - 1).map(lambda minutes: START + timedelta(minutes=minutes))
channels = st.builds(
    Channel,
    delay=st.none(),
    handling=st.none(),
    days=day_sets,
    start_s=times_of_day,
    end_s=times_of_day,
)


@given(root=st.integers(0, 2**63 - 1), purpose=st.text(), ids=st.lists(int64s, max_size=5))
def test_draws_of_any_keys_lie_inside_the_unit_interval_one_by_one_or_many(
    root: int, purpose: str, ids: list[int]
) -> None:
    streams = RandomStreams(root, 0)
    many = streams.uniforms(purpose, np.array(ids, np.int64)).tolist()
    assert many == [streams.uniform(purpose, number) for number in ids]
    assert all(0 < number < 1 for number in many)


@given(known=distributions, u=st.lists(units, min_size=1, max_size=9))
def test_a_greater_number_is_never_a_shorter_duration(known: Distribution, u: list[float]) -> None:
    drawn = known.quantile_us(np.array(sorted(u)))
    assert drawn.tolist() == sorted(drawn.tolist())
    assert drawn.min() >= 0
    assert drawn.max() <= LONGEST_US
    assert [known.quantile_us(one) for one in sorted(u)] == drawn.tolist()


@given(mean=st.floats(1e-9, 1), profile=hours, week=days)
def test_the_average_of_a_rate_is_kept_by_every_profile_that_leaves_some_time(
    mean: float, profile: dict[tuple[float, float], float], week: dict[tuple[int, ...], float]
) -> None:
    rate = weekly_rate(mean, profile, week)
    assert rate.breaks_s.tolist() == sorted(set(rate.breaks_s.tolist()))
    assert (rate.breaks_s[0], rate.breaks_s[-1]) == (0, 7 * DAY_S)
    if rate.rate_per_s.any():
        assert expected_a_day(rate) == pytest.approx(mean * DAY_S, rel=1e-9)


@settings(deadline=None)
@given(
    profile=hours,
    week=days,
    start=starts,
    short_h=st.floats(0.1, 200),
    more_h=st.floats(0, 500),
    day_effect=st.sampled_from([0.0, 0.3, 1.0]),
)
def test_a_longer_period_never_changes_its_earlier_part(
    profile: dict[tuple[float, float], float],
    week: dict[tuple[int, ...], float],
    start: datetime,
    short_h: float,
    more_h: float,
    day_effect: float,
) -> None:
    rate = weekly_rate(30 / DAY_S, profile, week)
    short_us = round(short_h * 3600 * US)
    short, long = (
        draw_arrivals(
            rate,
            name="theft",
            start_s=second_of_week(start),
            horizon_us=horizon_us,
            day_effect=day_effect,
            streams=RandomStreams(1, 0),
        )
        for horizon_us in (short_us, short_us + round(more_h * 3600 * US))
    )
    assert long[long < short_us].tolist() == short.tolist()
    assert (np.diff(long) >= 0).all()


def is_open(channel: Channel, moment: datetime) -> bool:
    """Say whether a channel is open, by the clock alone."""
    second = moment.hour * 3600 + moment.minute * 60
    today, yesterday = moment.weekday(), (moment.weekday() - 1) % 7
    if channel.start_s < channel.end_s:
        return today in channel.days and channel.start_s <= second < channel.end_s
    began_today = today in channel.days and second >= channel.start_s
    return began_today or (yesterday in channel.days and second < channel.end_s)


@given(channel=channels, start=starts, minute=st.integers(0, 20 * 24 * 60))
def test_the_next_opening_is_the_first_open_minute(
    channel: Channel, start: datetime, minute: int
) -> None:
    opens_us = next_opening_us(minute * MINUTE_US, channel, start)
    first = minute
    while not is_open(channel, start + timedelta(minutes=first)):
        first += 1
    assert opens_us == first * MINUTE_US


@settings(deadline=None)
@given(
    people=st.integers(1, 30),
    patterns=st.lists(
        st.builds(
            ShiftPattern,
            days=day_sets,
            start_s=times_of_day,
            end_s=times_of_day,
            share=st.floats(0, 1),
        ),
        min_size=1,
        max_size=5,
    ),
    start=starts,
    length_h=st.integers(1, 240),
)
def test_shifts_of_a_person_lie_apart_in_the_period(
    people: int, patterns: list[ShiftPattern], start: datetime, length_h: int
) -> None:
    horizon_us = length_h * 3600 * US
    shifts = planned(range(people), patterns, start, horizon_us)
    assert shifts == sorted(shifts)
    for shift in shifts:
        assert 0 <= shift.start_us < shift.end_us <= horizon_us
    for before, after in pairwise(shifts):
        if before.volunteer_id == after.volunteer_id:
            assert before.end_us < after.start_us


@settings(deadline=None)
@given(channel=channels, start=starts, length_h=st.integers(1, 200), data=st.data())
def test_a_person_is_on_duty_at_the_hours_of_the_shift_and_at_no_other(
    channel: Channel, start: datetime, length_h: int, data: st.DataObject
) -> None:
    whole = ShiftPattern(
        days=channel.days, start_s=channel.start_s, end_s=channel.end_s, share=1.0
    )
    shifts = planned([0], [whole], start, length_h * 3600 * US)
    minute = data.draw(st.integers(0, length_h * 60 - 1))
    on_duty = any(s.start_us <= minute * MINUTE_US < s.end_us for s in shifts)
    assert on_duty == is_open(channel, start + timedelta(minutes=minute))


def planned(
    members: range | list[int], patterns: list[ShiftPattern], start: datetime, horizon_us: int
) -> list[Shift]:
    return plan_team(
        members,
        patterns,
        start=start,
        horizon_us=horizon_us,
        team="t",
        streams=RandomStreams(1, 0),
    )


corners = st.lists(st.floats(0.3, 1), min_size=5, max_size=12)


def star(radii: list[float], scale: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return a polygon round the origin with these distances of its corners."""
    angle = 2 * np.pi * np.arange(len(radii)) / len(radii)
    radius = scale * np.array(radii)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


@settings(deadline=None, max_examples=50)
@given(radii=corners)
def test_points_of_a_star_lie_between_its_rim_and_its_hole(radii: list[float]) -> None:
    outline, hole = star(radii, 100.0), star(radii, 50.0)
    ids = np.arange(40, dtype=np.int64)
    x, y = PolygonArea([[outline, hole]], np.ones(1)).sample(ids, "p", RandomStreams(1, 0))
    # Between which two corners a point lies, and how far out it is on the line between them.
    step = 2 * np.pi / len(radii)
    sector = np.floor(np.arctan2(y, x) % (2 * np.pi) / step).astype(int) % len(radii)
    first, second = outline[sector], np.roll(outline, -1, axis=0)[sector]
    reach = (x * (second[:, 1] - first[:, 1]) - y * (second[:, 0] - first[:, 0])) / (
        first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    )
    assert (reach > 0.5 - 1e-6).all()
    assert (reach < 1 + 1e-6).all()


def is_read_or_refused(content: bytes) -> bool:
    """Say whether a replay can be read, or is refused in words that begin with its name."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.csv"
        path.write_bytes(content)
        try:
            calls = read_replay(path, kinds=KINDS, own_kind="theft", start=START)
        except (ScenarioError, NetworkError) as error:
            return str(error).startswith(str(path))
    return all(0 <= call.occurred_us <= call.known_us <= call.ready_us for call in calls)


cells = st.one_of(
    st.text(max_size=8),
    st.floats().map(str),
    st.integers().map(str),
    st.sampled_from(["", "theft", "2025-03-10 01:00", "2025-03-09", "1", "0"]),
)
headers = st.permutations(
    ["time_s", "time", "x", "y", "kind", "priority", "known_s", "ready_s", "stage 0", "node"]
)


@settings(deadline=None)
@given(content=st.binary(max_size=200), is_packed=st.booleans())
def test_a_file_of_any_bytes_is_read_or_refused_in_words(content: bytes, is_packed: bool) -> None:  # noqa: FBT001 - drawn
    assert is_read_or_refused(gzip.compress(content) if is_packed else content)


@settings(deadline=None)
@given(header=headers, rows=st.lists(st.lists(cells, min_size=10, max_size=10), max_size=4))
def test_a_table_of_any_cells_is_read_or_refused_in_words(
    header: list[str], rows: list[list[str]]
) -> None:
    lines = [",".join(header), *(",".join(row) for row in rows)]
    assert is_read_or_refused("\n".join(lines).encode("utf-8", "surrogatepass"))


@given(time_s=st.floats(0, 1e9), work_s=st.floats(0, 1e6), priority=st.integers(1, 9))
def test_a_right_row_is_read_to_the_microsecond(
    time_s: float, work_s: float, priority: int
) -> None:
    text = f"time_s,x,y,stage 0,priority\n{time_s!r},0,0,{work_s!r},{priority}\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.csv"
        path.write_text(text, encoding="utf-8")
        (call,) = read_replay(path, kinds=KINDS, own_kind="theft", start=START)
    assert call.occurred_us == to_us(time_s)
    assert call.stage_us == (to_us(work_s),)
    assert call.priority == priority


jsons = st.recursive(
    st.none() | st.booleans() | st.floats(-500, 500) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "features", "geometry", "coordinates", "properties", "weight"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
rings = st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), max_size=6)
features = st.fixed_dictionaries(
    {
        "geometry": st.fixed_dictionaries(
            {
                "type": st.sampled_from(["Polygon", "MultiPolygon", "Point"]),
                "coordinates": st.one_of(
                    st.lists(rings, max_size=3), st.lists(st.lists(rings, max_size=2)), jsons
                ),
            }
        ),
        "properties": st.one_of(jsons, st.fixed_dictionaries({"weight": jsons})),
    }
)
collections = st.one_of(
    jsons,
    st.fixed_dictionaries(
        {"type": st.just("FeatureCollection"), "features": st.lists(features, max_size=3)}
    ),
)
STREETS = make_streets([(0.0, 0.0), (9.0, 0.0)], [Arc(0, 1, 1), Arc(1, 0, 1)])


@settings(deadline=None, max_examples=200)
@given(content=collections)
def test_polygons_of_any_form_are_read_or_refused_in_words(content: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "areas.geojson"
        path.write_text(json.dumps(content), encoding="utf-8")
        model = AreaModel.model_construct(polygons=path)
        try:
            area = Gazetteer(STREETS, None).area(model)
        except ScenarioError:
            return
    x, y = area.sample(np.arange(3, dtype=np.int64), "p", RandomStreams(1, 0))
    assert (np.abs(x) <= 500).all()
    assert (np.abs(y) <= 500).all()


@given(chosen=day_sets)
def test_the_days_of_a_profile_are_those_that_a_planner_writes(chosen: tuple[int, ...]) -> None:
    assert parse_days(", ".join(WEEKDAYS[day] for day in chosen)) == chosen
