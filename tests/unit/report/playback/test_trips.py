"""Trips for kepler.gl."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.unit.report.playback.days import runs_of, town_runs

from patrolsim.cli.shipped import shipped_scenario
from patrolsim.eventlog import OFF_ROAD_STEP, Purpose
from patrolsim.report.playback import PlaybackError, trips_geojson

if TYPE_CHECKING:
    from pathlib import Path


def test_trips_need_a_map_with_degrees(tmp_path: Path) -> None:
    with pytest.raises(PlaybackError, match="the map is given in metres"):
        trips_geojson(town_runs(tmp_path / "town"))


@pytest.mark.slow
def test_a_trip_passes_the_corners_of_its_leg_at_their_times() -> None:
    folder = shipped_scenario("miaoshan")
    assert folder is not None
    run = runs_of(folder, ["period.length=9 h"])[0]
    features = json.loads(trips_geojson([run]))["features"]
    legs, streets = run.log.legs, run.world.streets
    assert len(features) == len(legs.start_us)
    assert streets.lon is not None
    assert streets.lat is not None
    start_s = run.world.start.replace(tzinfo=UTC).timestamp()
    planned_us = legs.step_end_us[legs.first_step[1:] - 1]
    whole = (legs.purpose == Purpose.PATROL) & (legs.end_us == planned_us)
    compared = 0
    for row in np.flatnonzero(whole).tolist():
        steps = slice(legs.first_step[row], legs.first_step[row + 1])
        arcs = legs.step_arc[steps]
        if (arcs == OFF_ROAD_STEP).any():
            continue
        heads = streets.head[arcs]
        found = np.array(features[row]["geometry"]["coordinates"])[1:]
        assert found[:, 0] == pytest.approx(streets.lon[heads], abs=1e-6)
        assert found[:, 1] == pytest.approx(streets.lat[heads], abs=1e-6)
        assert found[:, 3] - start_s == pytest.approx(legs.step_end_us[steps] / 1e6, abs=0.002)
        compared += 1
    assert compared > 100


@pytest.mark.slow
def test_every_trip_lies_in_the_district_and_time_never_falls() -> None:
    folder = shipped_scenario("miaoshan")
    assert folder is not None
    run = runs_of(folder, ["period.length=9 h"])[1]
    for feature in json.loads(trips_geojson([run]))["features"]:
        points = np.array(feature["geometry"]["coordinates"])
        assert len(points) >= 2
        assert (np.diff(points[:, 3]) >= 0).all()
        assert ((points[:, 0] > 114.3) & (points[:, 0] < 114.45)).all()
        assert ((points[:, 1] > 30.4) & (points[:, 1] < 30.5)).all()
        assert feature["properties"]["strategy"] == "hot_spots"
