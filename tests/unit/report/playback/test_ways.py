"""People stand on the page where they stood in the simulation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from tests.unit.report.playback.days import (
    Ask,
    ask_page,
    random_asks,
    runs_of,
    town_runs,
    true_positions,
)
from tests.validation.test_manhattan import allow_redispatch, scenario_folder

from patrolsim.report.playback.mapping import Grid, grid_of
from patrolsim.report.playback.trace import write_trace
from patrolsim.report.playback.ways import Wayfinder
from patrolsim.report.playback.window import window_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from patrolsim.experiment.results import Run

NEAR_M = 1.0
INSTANTS = 1000
WHERE = "return given.asks.map(([run, who, time]) => page.runs[run].ways.position(who, time));"


def farthest_m(runs: Sequence[Run], first_day: int | None = None) -> float:
    """Return how far off the page anybody is at random instants, at most."""
    window = window_of(runs[0].world.horizon_us, first_day)
    grid = grid_of(runs[0].world, [run.log for run in runs], window)
    asks = random_asks(runs, window, grid.origin_us, INSTANTS)
    found = ask_page(write_trace(runs, window), WHERE, asks=asks)
    truth = true_positions(runs, asks, grid.origin_us)
    return max(distance_m(grid, *pair) for pair in zip(found, truth, strict=True))


def distance_m(grid: Grid, units: list[float], place: tuple[float, float]) -> float:
    x, y = (0.1 * unit for unit in units)
    return math.hypot(x + grid.west_m - place[0], y + grid.south_m - place[1])


def test_an_evening_in_town_is_drawn_where_it_happened(tmp_path: Path) -> None:
    assert farthest_m(town_runs(tmp_path / "town")) < NEAR_M


def test_several_shifts_a_person_and_a_later_day_are_drawn_where_they_happened(
    tmp_path: Path,
) -> None:
    runs = town_runs(tmp_path / "town", "period.length=4 days")
    assert farthest_m(runs, first_day=3) < NEAR_M


@pytest.mark.slow
def test_the_district_is_drawn_where_it_happened() -> None:
    from patrolsim.cli.shipped import shipped_scenario

    folder = shipped_scenario("miaoshan")
    assert folder is not None
    assert farthest_m(runs_of(folder)) < NEAR_M


@pytest.mark.slow
def test_ambulances_of_manhattan_are_drawn_where_they_were(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = scenario_folder(shared_data, tmp_path / "home", "calls_home", None)
    assert farthest_m(runs_of(folder), first_day=55) < NEAR_M


@pytest.mark.slow
def test_ambulances_that_are_redirected_are_drawn_where_they_were(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = scenario_folder(
        shared_data, tmp_path / "redispatch", "calls_700_redispatch", "fleet_700"
    )
    allow_redispatch(folder)
    scenario = folder / "scenario.yaml"
    text = scenario.read_text(encoding="utf-8")
    assert "length: 60 days" in text
    scenario.write_text(text.replace("length: 60 days", "length: 3 h"), encoding="utf-8")
    assert farthest_m(runs_of(folder)) < NEAR_M


def test_nobody_is_anywhere_before_the_first_shift(tmp_path: Path) -> None:
    runs = town_runs(tmp_path / "town", "period.length=1 day")
    trace = write_trace(runs, window_of(runs[0].world.horizon_us))
    # The first wardens come at 08:00.
    assert ask_page(trace, WHERE, asks=[Ask(0, 0, 3_600_000.0)]) == [None]


def test_an_unknown_version_is_refused_in_words(tmp_path: Path) -> None:
    runs = town_runs(tmp_path / "town")
    trace = write_trace(runs, window_of(runs[0].world.horizon_us))
    script = "return [refusal(given.header), refusal({...given.header, version: 2}), refusal({})];"
    assert ask_page(trace, script) == [
        "",
        "this page reads version 1 of the trace, and this is version 2",
        "this is no trace of patrolsim",
    ]


def test_a_way_as_it_was_walked_has_a_corner_for_each_change(tmp_path: Path) -> None:
    run = town_runs(tmp_path / "town")[0]
    legs = run.log.legs
    finder = Wayfinder(run.world, legs)
    for row in range(len(legs.start_us)):
        moments = finder.moments(row)
        times = [moment.time_us for moment in moments]
        assert times == sorted(times)
        assert times[0] == legs.start_us[row]
        assert times[-1] == legs.end_us[row]
