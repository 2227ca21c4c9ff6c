"""The made district has what it promises: gates, walls, an avenue, a lake, and the same bytes."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

from patrolsim.network.compiling import compile_map
from patrolsim.network.district import District, generate_district
from patrolsim.network.graphml import read_graphml, write_graphml
from patrolsim.network.maps import straight_m
from patrolsim.network.modes import ModeRules
from patrolsim.network.router import Router

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.network.compiling import CompiledMap

THROUGH = {"primary", "secondary", "tertiary", "unclassified"}
MODES = ("foot", "bike", "e-bike", "car")


@pytest.fixture(scope="module")
def district() -> District:
    return generate_district(seed=2025)


def compiled(district: District, folder: Path) -> CompiledMap:
    write_graphml(district.graph, folder / "map.graphml.gz")
    return compile_map(read_graphml(folder / "map.graphml.gz"), ModeRules(modes=MODES))


def ways(district: District, name: str) -> set[frozenset[int]]:
    """Return the pairs of ends of the streets whose name contains some words."""
    edges = district.graph.edges(data=True)
    return {frozenset((u, v)) for u, v, facts in edges if name in facts["name"]}


def test_a_seed_gives_the_same_bytes_each_time(tmp_path: Path) -> None:
    contents = []
    for number, seed in enumerate((7, 7, 8)):
        path = tmp_path / f"{number}.graphml.gz"
        write_graphml(generate_district(seed=seed).graph, path)
        contents.append(gzip.decompress(path.read_bytes()))
    assert contents[0] == contents[1]
    assert contents[0] != contents[2]


def test_it_is_as_large_as_a_district(district: District) -> None:
    positions = district.graph.nodes(data=True)
    lon, lat = (np.array([facts[axis] for _, facts in positions]) for axis in "xy")
    assert 2500 <= district.graph.number_of_nodes() <= 3500
    assert 5500 < np.ptp(lon) * 95_900 < 6700
    assert 4500 < np.ptp(lat) * 111_200 < 5700
    assert abs(lon.mean() - 114.38) < 0.01
    assert abs(lat.mean() - 30.43) < 0.01


def test_lengths_are_those_between_the_corners(district: District, tmp_path: Path) -> None:
    write_graphml(district.graph, tmp_path / "map.graphml")
    street_map = read_graphml(tmp_path / "map.graphml")
    ends = (street_map.tail, street_map.head)
    exact_m = straight_m(street_map.east, street_map.north, ends, True)
    np.testing.assert_allclose(street_map.length_m, exact_m, rtol=0.002, atol=0.02)
    assert street_map.length_m.min() > 1.0
    assert street_map.length_m.max() < 400.0


@pytest.mark.parametrize("seed", [2025, 3, 4])
def test_hardly_anything_is_cut_off_from_any_mode(seed: int, tmp_path: Path) -> None:
    for loss in compiled(generate_district(seed=seed), tmp_path).losses:
        assert loss.nodes_lost <= 0.01 * loss.nodes_total, str(loss)


def test_the_jammed_estate_has_one_slow_way_out(district: District) -> None:
    (estate,) = [area for area in district.areas if area.kind == "jammed"]
    assert estate.households > 2000
    gates = [
        facts
        for *_, facts in district.graph.edges(data=True)
        if "Dahuayuan" in facts["name"] and "Gate" in facts["name"]
    ]
    assert [facts["maxspeed"] for facts in gates if "access" not in facts] == [3, 3]
    assert len([facts for facts in gates if facts.get("access") == "closed"]) == 2
    open_streets = nx.Graph(
        (u, v) for u, v, facts in district.graph.edges(data=True) if "access" not in facts
    )
    inside = {node for pair in ways(district, "Dahuayuan 大花园 R") for node in pair}
    assert len(list(nx.edge_boundary(open_streets, inside))) == 1


def test_opening_the_candidate_makes_the_way_to_the_east_shorter(
    district: District, tmp_path: Path
) -> None:
    opened = generate_district(seed=2025)
    for *_, facts in opened.graph.edges(data=True):
        if "candidate" in facts["name"]:
            del facts["access"]
    (gate,) = ways(district, "candidate")
    times_us = []
    for variant in (district, opened):
        streets = compiled(variant, tmp_path).streets
        ends = [streets.node_ids.index(str(node)) for node in gate]
        times_us.append(Router(streets).times_to(ends[0], MODES.index("car"))[ends[1]])
    assert times_us[0] > 20 * times_us[1]


def test_walls_are_passed_at_gates_only(district: District) -> None:
    through = {
        node
        for u, v, facts in district.graph.edges(data=True)
        if facts["highway"] in THROUGH
        for node in (u, v)
    }
    for inner in (" Ring", " Lane", " Row", " Works Road"):
        assert not through & {node for pair in ways(district, inner) for node in pair}
    assert all(len(area.gates) >= 2 for area in district.areas)


def test_the_avenue_has_two_one_way_carriageways(district: District) -> None:
    edges = [
        (district.graph.nodes[v]["x"] - district.graph.nodes[u]["x"], facts["oneway"])
        for u, v, facts in district.graph.edges(data=True)
        if facts["name"].startswith("Wenxing Avenue")
    ]
    assert all(oneway for _, oneway in edges)
    assert 0.4 < np.mean([east > 0 for east, _ in edges]) < 0.6


def test_vehicles_turn_round_on_the_avenue_where_it_is_open(district: District) -> None:
    turns = [
        facts.get("access", "open")
        for *_, facts in district.graph.edges(data=True)
        if facts["name"].startswith("U-turn")
    ]
    assert sorted(turns) == ["closed"] * 6 + ["open"] * 4


def test_no_street_leads_over_the_lake(district: District) -> None:
    (lake,) = [area for area in district.areas if area.kind == "lake"]
    nodes = district.graph.nodes(data=True)
    wet = {
        node
        for node, facts in nodes
        if abs(facts["x"] - lake.middle[0]) < 0.0050 and abs(facts["y"] - lake.middle[1]) < 0.0040
    }
    assert not wet
    corner = lake.ring[4]
    away_m = min(
        np.hypot((facts["x"] - corner[0]) * 95_900, (facts["y"] - corner[1]) * 111_200)
        for _, facts in nodes
    )
    assert away_m > 200


def test_the_campus_and_the_park_are_for_feet_and_bicycles(
    district: District, tmp_path: Path
) -> None:
    streets = compiled(district, tmp_path).streets
    index = {node: number for number, node in enumerate(streets.node_ids)}
    for name in ("University 大学 Walk", "Wenxing Park 文星公园 Path"):
        nodes = [index[str(node)] for pair in ways(district, name) for node in pair]
        assert streets.usable[MODES.index("foot"), nodes].all()
        assert streets.usable[MODES.index("bike"), nodes].all()
        assert streets.usable[MODES.index("car"), nodes].mean() < 0.1


def test_named_places_lie_near_streets(district: District) -> None:
    lon, lat = (
        np.array([facts[axis] for _, facts in district.graph.nodes(data=True)]) for axis in "xy"
    )
    for name, place in district.places.items():
        away_m = np.hypot((lon - place[0]) * 95_900, (lat - place[1]) * 111_200).min()
        assert away_m < 120, name
