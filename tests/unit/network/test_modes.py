from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest

from patrolsim.errors import NetworkError
from patrolsim.network.graph import map_of_graph
from patrolsim.network.modes import ModeRules, solve_weights
from patrolsim.network.streets import CLOSED_US

ALL = ("foot", "bike", "e-bike", "car")
SHORT = {"f": "foot", "b": "bike", "c": "car"}


def weights(facts: dict[str, Any], *, back: bool = False, **rules: Any) -> dict[str, int]:
    """Return the microseconds of each mode on a street of 1 km; modes without a way are absent."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="metres")
    graph.add_node(0, x=0.0, y=0.0)
    graph.add_node(1, x=1000.0, y=0.0)
    graph.add_edge(0, 1, **{"length": 1000.0, **facts})
    modes = rules.pop("modes", ALL)
    solved = solve_weights(map_of_graph(graph), ModeRules(modes=modes, **rules), np.array([back]))
    column = dict(zip(modes, solved[:, 0].tolist(), strict=True))
    return {mode: us for mode, us in column.items() if us != CLOSED_US}


def kmh(us: int) -> float:
    return 3600e6 / us


@pytest.mark.parametrize(
    ("facts", "who"),
    [
        ({}, "fbc"),
        ({"highway": "residential"}, "fbc"),
        ({"highway": "footway"}, "fb"),
        ({"highway": "path"}, "fb"),
        ({"highway": "cycleway"}, "fb"),
        ({"highway": "pedestrian"}, "fb"),
        ({"highway": "steps"}, "f"),
        ({"highway": "['residential', 'steps']"}, "f"),
        ({"highway": "elevator"}, "f"),
        ({"highway": "motorway"}, "c"),
        ({"highway": "motorway_link"}, "c"),
        ({"highway": "trunk"}, "fbc"),
        ({"highway": "trunk", "motorroad": "yes"}, "c"),
        ({"highway": "construction"}, ""),
        ({"highway": "construction", "foot": "yes"}, ""),
        ({"access": "no"}, ""),
        ({"access": "private"}, ""),
        ({"access": "closed"}, ""),
        ({"access": "closed", "foot": "yes"}, ""),
        ({"access": "private", "foot": "yes"}, "f"),
        ({"access": "no", "bicycle": "designated"}, "b"),
        ({"access": "destination"}, "fbc"),
        ({"access": "yes", "highway": "footway"}, "fb"),
        ({"foot": "no"}, "bc"),
        ({"foot": "yes", "highway": "motorway"}, "fc"),
        ({"bicycle": "no"}, "fc"),
        ({"bicycle": "use_sidepath"}, "fc"),
        ({"bicycle": "dismount"}, "fbc"),
        ({"vehicle": "no"}, "f"),
        ({"motor_vehicle": "no"}, "fb"),
        ({"motor_vehicle": "no", "motorcar": "yes"}, "fbc"),
        ({"motor_vehicle": "yes", "highway": "pedestrian"}, "fbc"),
        ({"motor_vehicle": "yes", "highway": "steps"}, "f"),
        ({"motor_vehicle": "private"}, "fb"),
        ({"access": "['yes', 'no']"}, ""),
    ],
)
def test_who_may_use_a_street(facts: dict[str, str], who: str) -> None:
    expected = {SHORT[sign] for sign in who} | ({"e-bike"} if "b" in who else set())
    assert set(weights(facts)) == expected


@pytest.mark.parametrize(
    ("facts", "who"),
    [
        ({}, {"foot"}),
        ({"oneway:bicycle": "no"}, {"foot", "bike", "e-bike"}),
        ({"cycleway": "opposite_lane"}, {"foot", "bike", "e-bike"}),
        ({"cycleway:left": "opposite"}, {"foot", "bike", "e-bike"}),
        ({"cycleway": "lane"}, {"foot"}),
        ({"foot": "no"}, set()),
        ({"bicycle": "no", "oneway:bicycle": "no"}, {"foot"}),
    ],
)
def test_who_may_go_against_a_one_way_street(facts: dict[str, str], who: set[str]) -> None:
    assert set(weights(facts, back=True)) == who


def test_usual_speeds_are_those_of_the_sources() -> None:
    speeds = {mode: round(kmh(us), 2) for mode, us in weights({"highway": "primary"}).items()}
    assert speeds == {"foot": 4.8, "bike": 13.46, "e-bike": 17.09, "car": 42.0}


@pytest.mark.parametrize(
    ("facts", "rules", "expected_kmh"),
    [
        ({"highway": "secondary_link"}, {}, 35.0),
        ({"highway": "['primary', 'residential']"}, {}, 21.0),
        ({"highway": "nobody knows"}, {}, 21.0),
        ({}, {}, 21.0),
        ({"maxspeed": "50"}, {}, 35.0),
        ({"maxspeed": "50 mph"}, {}, 56.33),
        ({"maxspeed": "['50', '30']"}, {}, 21.0),
        ({"maxspeed": "walk", "highway": "primary"}, {}, 42.0),
        ({"maxspeed": "50", "speed_kph": "44"}, {}, 44.0),
        ({"speed_kph": "44", "travel_time": "100"}, {}, 36.0),
        ({"speed_kph": "0", "highway": "primary"}, {}, 42.0),
        ({"highway": "primary"}, {"speeds_mps": {"car": 5.0}}, 18.0),
        ({"maxspeed": "50"}, {"speeds_mps": {"car": 5.0}}, 35.0),
        ({"travel_time": "100"}, {"speeds_mps": {"car": 5.0}}, 36.0),
        ({"highway": "primary"}, {"road_speeds_mps": {"primary": 10.0}}, 36.0),
        ({"highway": "primary_link"}, {"road_speeds_mps": {"primary": 10.0}}, 36.0),
        (
            {"highway": "primary_link"},
            {"road_speeds_mps": {"primary": 10.0, "primary_link": 5.0}},
            18.0,
        ),
        (
            {"highway": "primary", "travel_time": "1"},
            {"road_speeds_mps": {"primary": 10.0}},
            36.0,
        ),
        ({"highway": "odd"}, {"road_speeds_mps": {"odd": 10.0}}, 36.0),
    ],
)
def test_how_fast_cars_are(
    facts: dict[str, str], rules: dict[str, Any], expected_kmh: float
) -> None:
    assert kmh(weights(facts, **rules)["car"]) == pytest.approx(expected_kmh, abs=0.01)


def test_a_scenario_sets_the_speed_of_a_mode() -> None:
    assert weights({}, modes=("foot",), speeds_mps={"foot": 2.0}) == {"foot": 500_000_000}


def test_a_time_of_zero_takes_a_microsecond() -> None:
    assert weights({"travel_time": "0"})["car"] == 1


def test_turning_round_is_for_walkers_and_bicycles() -> None:
    rules = ModeRules(modes=ALL)
    assert [rules.mode(name).turns_round for name in ALL] == [True, True, False, False]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"speeds_mps": {"boat": 1.0}}, "speeds: there is no 'boat'"),
        ({"speeds_mps": {"fot": 1.0}}, "did you mean 'foot'"),
        ({"road_speeds_mps": {"primry": 1.0}}, "did you mean 'primary'"),
        ({"speeds_mps": {"foot": 0.0}}, "must be above 0"),
        ({"off_road_mps": float("nan")}, "must be above 0"),
    ],
)
def test_a_speed_of_nothing_known_is_refused(rules: dict[str, Any], message: str) -> None:
    with pytest.raises(NetworkError, match=message):
        weights({}, **rules)
