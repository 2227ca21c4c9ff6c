from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest

from patrolsim.errors import NetworkError
from patrolsim.network.compiling import compile_map
from patrolsim.network.modes import ModeRules
from patrolsim.network.sources import Limits
from patrolsim.network.streets import CLOSED_US, Mode
from patrolsim.network.tables import read_tables

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.network.maps import StreetMap

NODES = "node,lon,lat\na,114.00,30\nb,114.01,30\nc,114.02,30\n"
EDGES = "u,v,length_m\na,b,10\nb,a,10\nb,c,20\n"
ALL = ("foot", "bike", "e-bike", "car")


def read(folder: Path, nodes: str = NODES, edges: str = EDGES, **times: str) -> StreetMap:
    (folder / "nodes.csv").write_text(nodes, encoding="utf-8")
    (folder / "edges.csv").write_text(edges, encoding="utf-8")
    return read_tables(folder / "nodes.csv", folder / "edges.csv", times=times)


def refusal(folder: Path, nodes: str = NODES, edges: str = EDGES, **times: str) -> str:
    with pytest.raises(NetworkError) as caught:
        read(folder, nodes, edges, **times)
    return str(caught.value).replace(f"{folder}/", "")


def test_without_a_column_oneway_each_row_is_one_direction(tmp_path: Path) -> None:
    street_map = read(tmp_path)
    assert street_map.tail.tolist() == [0, 1, 1]
    assert street_map.twin.tolist() == [1, 0, -1]
    assert street_map.is_degrees


def test_with_a_column_oneway_the_other_rows_lead_both_ways(tmp_path: Path) -> None:
    edges = "u,v,length_m,oneway\na,b,10,no\nb,c,20,yes\nc,a,30,-1\nc,c,5,\n"
    street_map = read(tmp_path, edges=edges)
    ends = list(zip(street_map.tail.tolist(), street_map.head.tolist(), strict=True))
    assert ends == [(0, 1), (1, 0), (1, 2), (0, 2), (2, 2)]
    assert street_map.twin.tolist() == [1, 0, -1, -1, -1]
    assert street_map.length_m.tolist() == [10, 10, 20, 30, 5]


def test_positions_may_be_metres_and_lengths_may_be_missing(tmp_path: Path) -> None:
    nodes = "node,x,y\na,0,0\nb,3,4\n"
    street_map = read(tmp_path, nodes, "u,v,length\na,b,\nb,a,7\n")
    assert not street_map.is_degrees
    assert street_map.length_m.tolist() == [5.0, 7.0]


def test_a_table_needs_no_lengths_at_all(tmp_path: Path) -> None:
    assert read(tmp_path, "node,x,y\na,0,0\nb,3,4\n", "u,v\na,b\n").length_m.tolist() == [5.0]


def test_modes_may_have_columns_of_seconds(tmp_path: Path) -> None:
    edges = "u,v,length_m,fast\na,b,10,1.5\nb,a,10,\nb,c,20,0\n"
    street_map = read(tmp_path, edges=edges, van="fast")
    assert street_map.times_s["van"].tolist()[::2] == [1.5, 0.0]
    van = Mode(name="van", off_road_mps=1.0, turns_round=False)
    rules = ModeRules(modes=("van", "foot"), own={"van": van})
    streets = compile_map(street_map, rules).streets
    assert streets.weight_us[0].tolist() == [1_500_000, CLOSED_US, 1, CLOSED_US]
    assert streets.modes[0] is van


def test_a_closed_gate_is_shut_to_modes_with_times_of_their_own(tmp_path: Path) -> None:
    edges = "u,v,length_m,fast,access\na,b,10,1,closed\nb,a,10,1,private\nb,c,20,1,yes\n"
    van = Mode(name="van", off_road_mps=1.0, turns_round=False)
    rules = ModeRules(modes=("van",), own={"van": van})
    streets = compile_map(read(tmp_path, edges=edges, van="fast"), rules).streets
    assert streets.weight_us[0].tolist() == [CLOSED_US, CLOSED_US, 1_000_000]


def test_nodes_may_be_closed_to_entry(tmp_path: Path) -> None:
    nodes = "node,lon,lat,offroad_access\na,114,30,1\nb,114.01,30,0\nc,114.02,30,\n"
    assert read(tmp_path, nodes).may_enter.tolist() == [True, False, True]


def test_a_way_column_tells_parallel_streets_apart(tmp_path: Path) -> None:
    edges = "u,v,length_m,osm_way\na,b,10,1\na,b,10,2\nb,a,10,2\n"
    assert read(tmp_path, edges=edges).twin.tolist() == [-1, 2, 1]


def test_files_may_be_gzipped_with_blanks_a_mark_and_windows_lines(tmp_path: Path) -> None:
    nodes = "\ufeffnode , lon,lat\r\n a ,114.00,30\r\n\r\nb,114.01,30\r\n"
    (tmp_path / "nodes.csv.gz").write_bytes(gzip.compress(nodes.encode()))
    (tmp_path / "edges.csv").write_text('u,v,length_m\n"a","b",10\n', encoding="utf-8")
    street_map = read_tables(tmp_path / "nodes.csv.gz", tmp_path / "edges.csv")
    assert street_map.node_ids == ("a", "b")


@pytest.mark.parametrize(
    ("nodes", "edges", "message"),
    [
        ("", EDGES, "nodes.csv:1: is empty"),
        ("node,lon\na,1\n", EDGES, "nodes.csv:1: needs the columns node and lon, lat"),
        ("node;lon;lat\na;1;2\n", EDGES, "separate columns by commas"),
        ("node,lon,lat\n", EDGES, "nodes.csv: has no rows"),
        ("node,lon,lat,lat\na,1,2,3\n", EDGES, "nodes.csv:1: the column 'lat' is given twice"),
        (NODES + "a,114,30\n", EDGES, "nodes.csv:5: node 'a' is given twice"),
        (NODES + ",114,30\n", EDGES, "nodes.csv:5: a node has no id"),
        (NODES + "d,114,\n", EDGES, "nodes.csv:5: node 'd': y is missing"),
        (NODES + 'd,"114,5",30\n', EDGES, "nodes.csv:5: node 'd': x is '114,5', not a number"),
        (NODES + "d,114\n", EDGES, "nodes.csv:5: has 2 cells; the table has 3 columns"),
        (NODES + "d,200,30\n", EDGES, "nodes.csv:5: x is 200, which no degree can be"),
        (NODES + 'd,"114\n', EDGES, "nodes.csv:5: is no CSV table: unexpected end of data"),
        (NODES, "u,w,length_m\na,b,1\n", "edges.csv:1: the column v is missing"),
        (NODES, EDGES + "a,x,10\n", "edges.csv:5: there is no node 'x'"),
        (NODES, EDGES + "a,b,-10\n", "edges.csv:5: length is '-10'"),
        (NODES, EDGES + "a,b,ten\n", "edges.csv:5: length is 'ten'"),
        (NODES, "u,v,oneway\na,b,maybe\n", "edges.csv:2: oneway is 'maybe'; it must be yes"),
    ],
)
def test_a_wrong_table_is_refused_by_line_and_reason(
    tmp_path: Path, nodes: str, edges: str, message: str
) -> None:
    assert message in refusal(tmp_path, nodes, edges)


def test_a_missing_column_of_seconds_is_named(tmp_path: Path) -> None:
    edges = "u,v,time_s\na,b,1\n"
    assert "the column time_x is missing (did you mean 'time_s'?)" in refusal(
        tmp_path, edges=edges, van="time_x"
    )


def test_negative_seconds_are_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, edges="u,v,t\na,b,1\nb,a,-1\n", van="t")
    assert "edges.csv:3: t is '-1'" in message


def test_several_mistakes_are_listed_at_once(tmp_path: Path) -> None:
    edges = EDGES + "a,x,10\nb,c,-1\nz,z,5\nc\n"
    lines = refusal(tmp_path, edges=edges).splitlines()
    places = {line.split(": ")[0] for line in lines}
    assert places == {f"edges.csv:{line}" for line in (5, 6, 7, 8)}


def test_at_most_twenty_mistakes_are_listed(tmp_path: Path) -> None:
    lines = refusal(tmp_path, edges=EDGES + "a,x,10\n" * 50).splitlines()
    assert len(lines) == 21


def test_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_bytes("node,lon,lat\n街,1,2\n".encode("gbk"))
    with pytest.raises(NetworkError, match="save it as UTF-8"):
        read_tables(tmp_path / "nodes.csv", tmp_path / "nodes.csv")


def test_what_is_read_is_limited(tmp_path: Path) -> None:
    read(tmp_path)
    for limits, message in (
        (Limits(nodes=2), "nodes.csv:4: more than 2 nodes"),
        (Limits(arcs=2), "edges.csv:4: more than 2 streets"),
        (Limits(attributes=2), "has 3 columns, more than 2"),
        (Limits(attribute_chars=9), "has a line of more than 9 signs"),
        (Limits(inflated_bytes=20), "more than 20 bytes"),
    ):
        with pytest.raises(NetworkError, match=message):
            read_tables(tmp_path / "nodes.csv", tmp_path / "edges.csv", limits=limits)


@pytest.mark.parametrize(
    ("name", "prefix", "modes", "nodes", "rows"),
    [
        ("helsinki_osm", "", ALL, 6_208, 7_394),
        ("jinan_osm", "", ALL, 12_766, 28_597),
        ("tempe_walk_bike", "walk_", ("foot",), 5_826, 12_705),
        ("tempe_walk_bike", "bike_", ("bike",), 4_309, 10_113),
        ("large_155k", "", ("foot",), 155_003, 307_392),
    ],
)
def test_real_maps_are_read_and_hang_together(
    shared_data: Path, name: str, prefix: str, modes: tuple[str, ...], nodes: int, rows: int
) -> None:
    folder = shared_data / "networks" / name
    street_map = read_tables(folder / f"{prefix}nodes.csv.gz", folder / f"{prefix}edges.csv.gz")
    assert len(street_map.node_ids) == nodes
    assert len(street_map.tail) >= rows
    compiled = compile_map(street_map, ModeRules(modes=modes))
    for loss, usable in zip(compiled.losses, compiled.streets.usable, strict=True):
        assert loss.nodes_total - loss.nodes_lost == usable.sum()
        assert loss.length_lost_m < 0.2 * loss.length_total_m
    twin = compiled.streets.twin
    paired = np.flatnonzero(twin >= 0)
    assert (twin[twin[paired]] == paired).all()


def test_every_helsinki_street_is_as_long_as_it_looks(shared_data: Path) -> None:
    folder = shared_data / "networks" / "helsinki_osm"
    street_map = read_tables(folder / "nodes.csv.gz", folder / "edges.csv.gz")
    streets = compile_map(street_map, ModeRules(modes=("foot",))).streets
    straight = np.hypot(
        streets.x[streets.head] - streets.x[streets.tail],
        streets.y[streets.head] - streets.y[streets.tail],
    )
    assert np.abs(straight - streets.length_m).max() < 0.5
