from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from patrolsim.errors import NetworkError
from patrolsim.network.city import read_city

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS: dict[str, Any] = {
    "travel_modes": [
        {"mode": "siren", "offroad_speed_kmh": 18.0},
        {"mode": "calm", "offroad_speed_kmh": 9},
    ],
    "travel_mode_by_priority": {"highPriority": "siren", "lowPriority": "calm"},
    "map_scale_km_per_degree": {"x": 80.0, "y": 110.0},
    "redispatch": [["lowPriority", "highPriority"]],
}
TABLES = {
    "nodes.csv": "node,lon,lat,offroad_access\n1,114.0,30,1\n2,114.1,30,0\n",
    "edges.csv": "u,v,length_m,time_siren_s,time_calm_s\n1,2,8000,400,800\n2,1,8000,400,800\n",
    "stations.csv": "index,lon,lat,capacity\n1,114.0,30,5\n2,114.05,30.01,5\n",
    "hospitals.csv": "index,lon,lat\n1,114.1,30\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def refusal(folder: Path, **changes: Any) -> str:
    with pytest.raises(NetworkError) as caught:
        read_city(folder, {**SETTINGS, **changes})
    return str(caught.value).replace(f"{folder}/", "")


def test_a_city_has_its_modes_places_priorities_and_diversions(folder: Path) -> None:
    city = read_city(folder, SETTINGS)
    streets = city.map.streets
    assert [mode.name for mode in streets.modes] == ["siren", "calm"]
    assert [mode.off_road_mps for mode in streets.modes] == [5.0, 2.5]
    assert streets.weight_us.tolist() == [[400_000_000] * 2, [800_000_000] * 2]
    assert city.places["stations"] == ((114.0, 30.0), (114.05, 30.01))
    assert city.places["hospitals"] == ((114.1, 30.0),)
    assert city.mode_by_priority == {1: 0, 3: 1}
    assert city.ordinary_mode == 1
    assert city.diversions == {(3, 1)}
    assert city.map.may_enter.tolist() == [True, False]


def test_the_scales_of_the_city_make_its_metres(folder: Path) -> None:
    streets = read_city(folder, SETTINGS).map.streets
    assert streets.x.tolist() == pytest.approx([-4000.0, 4000.0])


def test_a_city_needs_no_scales_no_diversions_and_no_places(folder: Path) -> None:
    (folder / "stations.csv").unlink()
    settings = {key: SETTINGS[key] for key in ("travel_modes", "travel_mode_by_priority")}
    city = read_city(folder, settings)
    assert city.places["stations"] == ()
    assert city.diversions == frozenset()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"travel_modes": None}, "travel_modes needs modes"),
        ({"travel_modes": [{"mode": "siren"}]}, "each entry needs a mode and a number"),
        ({"travel_modes": ["siren"]}, "each entry needs a mode"),
        ({"travel_modes": 5}, "each entry needs a mode"),
        (
            {"travel_modes": [{"mode": "siren", "offroad_speed_kmh": float("nan")}]},
            "offroad_speed_kmh above 0",
        ),
        ({"travel_modes": SETTINGS["travel_modes"] * 2}, "names a mode twice"),
        ({"travel_mode_by_priority": {}}, "travel_mode_by_priority is missing"),
        (
            {"travel_mode_by_priority": {"highPriority": "sirn"}},
            "there is no mode 'sirn' (did you mean 'siren'?)",
        ),
        ({"travel_mode_by_priority": {"urgent": "siren"}}, "'urgent' is no priority"),
        ({"redispatch": [["lowPriority"]]}, "redispatch needs pairs"),
        ({"redispatch": 7}, "redispatch needs pairs"),
        ({"map_scale_km_per_degree": {"x": 1}}, "needs x and y"),
        ({"map_scale_km_per_degree": {"x": 1, "y": 0}}, "needs x and y above 0"),
    ],
)
def test_a_wrong_setting_is_named(folder: Path, changes: dict[str, Any], message: str) -> None:
    assert message in refusal(folder, **changes)


def test_a_wrong_place_is_named_by_file_and_line(folder: Path) -> None:
    (folder / "stations.csv").write_text("lon,lat\n114,30\nnan,30\n114,x\n", encoding="utf-8")
    lines = refusal(folder).splitlines()
    assert lines[0] == "stations.csv:3: lon, lat is 'nan', '30'; both must be numbers"
    assert len(lines) == 2


def test_a_missing_table_is_named(folder: Path) -> None:
    (folder / "edges.csv").unlink()
    assert "there is no edges.csv or edges.csv.gz beside city.yaml" in refusal(folder)


def test_a_missing_column_of_seconds_is_named(folder: Path) -> None:
    (folder / "edges.csv").write_text("u,v,time_siren_s\n1,2,5\n", encoding="utf-8")
    assert "edges.csv:1: the column time_calm_s is missing" in refusal(folder)


def test_manhattan_is_read_as_it_is(shared_data: Path) -> None:
    from patrolsim.scenario.reader import read_settings

    folder = shared_data / "networks" / "manhattan_jemss"
    city = read_city(folder, read_settings(folder / "city.yaml"))
    assert city.map.streets.weight_us.shape == (2, 24_437)
    assert city.map.may_enter.sum() == 13_655
    assert [loss.nodes_lost for loss in city.map.losses] == [0, 0]
    assert {group: len(points) for group, points in city.places.items()} == {
        "stations": 8,
        "hospitals": 10,
    }
    assert city.mode_by_priority == {1: 0, 2: 0, 3: 1}
    east, length_m = np.ptp(city.map.streets.x), np.ptp(city.map.streets.y)
    assert (float(east), float(length_m)) == pytest.approx((9_050, 19_050), rel=0.02)
