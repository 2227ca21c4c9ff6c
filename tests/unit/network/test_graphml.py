from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest

from patrolsim.errors import NetworkError
from patrolsim.network.graph import map_of_graph
from patrolsim.network.graphml import read_graphml, write_graphml
from patrolsim.network.sources import Limits

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d0" for="node" attr.name="x" attr.type="string"/>
<key id="d1" for="node" attr.name="y" attr.type="string"/>
<key id="d2" for="edge" attr.name="length" attr.type="string"/>
<key id="d3" for="graph" attr.name="crs" attr.type="string"/>
<key id="d4" for="edge" attr.name="oneway" attr.type="string"/>
"""
GRAPH = '<graph edgedefault="directed">\n<data key="d3">metres</data>\n'
TAIL = "</graph>\n</graphml>\n"
A = '<node id="a"><data key="d0">0.0</data><data key="d1">0.0</data></node>\n'
B = '<node id="b"><data key="d0">3.0</data><data key="d1">4.0</data></node>\n'
EDGE = '<edge source="a" target="b"><data key="d2">6.5</data></edge>\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "map.graphml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(NetworkError) as caught:
        read_graphml(path, limits=limits or Limits())
    return str(caught.value).replace(str(path), path.name)


def osmnx_graph() -> nx.MultiDiGraph[Any]:
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph(crs="epsg:4326", simplified=True)
    graph.add_node(1, x=114.38, y=30.43, street_count=3)
    graph.add_node(2, x=114.39, y=30.43, street_count=3)
    facts = {"osmid": [11, 12], "highway": "primary", "name": '珞喻路 <east> & "west"'}
    graph.add_edge(1, 2, **facts, oneway=False, reversed=False, length=961.5, travel_time=60.5)
    graph.add_edge(2, 1, **facts, oneway=False, reversed=True, length=961.5, speed_kph=30.0)
    graph.add_edge(2, 2, highway=["service", "path"], oneway=True, length=10.0)
    return graph


@pytest.mark.parametrize("name", ["map.graphml", "map.graphml.gz"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    graph = osmnx_graph()
    write_graphml(graph, tmp_path / name)
    there, back = map_of_graph(graph), read_graphml(tmp_path / name)
    assert back.node_ids == there.node_ids
    assert back.is_degrees
    assert back.tags == there.tags
    assert back.length_m.tolist() == there.length_m.tolist()
    assert back.twin.tolist() == [1, 0, -1]
    assert back.speeds.keys() == there.speeds.keys()


def test_the_same_graph_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for number in range(2):
        write_graphml(osmnx_graph(), tmp_path / f"{number}.graphml.gz")
        content = (tmp_path / f"{number}.graphml.gz").read_bytes()
        digests.add(hashlib.sha256(content).hexdigest())
        assert content[4:8] == b"\0" * 4, "a gzip of another second would differ"
    assert len(digests) == 1


def test_networkx_reads_what_is_written(tmp_path: Path) -> None:
    graph = osmnx_graph()
    write_graphml(graph, tmp_path / "map.graphml")
    read = nx.read_graphml(tmp_path / "map.graphml", node_type=int, force_multigraph=True)
    assert sorted(read.nodes) == [1, 2]
    facts = next(facts for u, v, facts in read.edges(data=True) if (u, v) == (1, 2))
    assert facts["length"] == "961.5"
    assert facts["name"] == '珞喻路 <east> & "west"'
    assert read.graph["crs"] == "epsg:4326"


def test_what_networkx_writes_is_read(tmp_path: Path) -> None:
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_node(5, x=114.0, y=30.0)
    graph.add_node(6, x=114.1, y=30.0)
    graph.add_edge(5, 6, length=9_630.0, maxspeed=50)
    graph.add_edge(5, 6, length=9_640.0, oneway=True)
    nx.write_graphml(graph, tmp_path / "map.graphml")
    street_map = read_graphml(tmp_path / "map.graphml")
    assert street_map.length_m.tolist() == [9_630.0, 9_640.0]
    assert street_map.speeds["maxspeed"].tolist()[0] == 50.0


def test_signs_that_xml_cannot_hold_are_refused(tmp_path: Path) -> None:
    graph = osmnx_graph()
    graph.nodes[1]["name"] = "bell \a"
    with pytest.raises(NetworkError, match=r"cannot hold the sign '\\x07'"):
        write_graphml(graph, tmp_path / "map.graphml")


def test_edges_may_stand_before_their_nodes(tmp_path: Path) -> None:
    street_map = read_graphml(written(tmp_path, HEAD + GRAPH + EDGE + A + B + TAIL))
    assert street_map.tail.tolist() == [0]
    assert street_map.length_m.tolist() == [6.5]


def test_an_undirected_graph_leads_both_ways_but_for_one_way_streets(tmp_path: Path) -> None:
    oneway = EDGE.replace("</edge>", '<data key="d4">True</data></edge>')
    text = HEAD + GRAPH.replace("directed", "undirected") + A + B + EDGE + oneway + TAIL
    street_map = read_graphml(written(tmp_path, text))
    assert street_map.tail.tolist() == [0, 1, 0]
    assert street_map.twin.tolist() == [1, 0, -1]


def test_a_missing_length_is_filled(tmp_path: Path) -> None:
    bare = '<edge source="a" target="b"/>\n'
    street_map = read_graphml(written(tmp_path, HEAD + GRAPH + A + B + bare + TAIL))
    assert street_map.length_m.tolist() == [5.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + GRAPH + A + A + TAIL, "map.graphml:11: node 'a' is given twice"),
        (HEAD + GRAPH + A + EDGE + TAIL, "map.graphml:11: there is no node 'b'"),
        (HEAD + GRAPH + A.replace("0.0", "nan") + TAIL, "map.graphml:10: node 'a': x is 'nan'"),
        (HEAD + GRAPH + A.replace("0.0", "1e999") + TAIL, "x is '1e999', not a number"),
        (HEAD + GRAPH + '<node id="a"/>' + TAIL, "map.graphml:10: node 'a': x is missing"),
        (HEAD + GRAPH + "<node/>" + TAIL, "a node has no id"),
        (
            HEAD + GRAPH + A + B + EDGE.replace("6.5", "-1") + TAIL,
            "map.graphml:12: length is '-1'; it must be a number of 0 or more",
        ),
        (HEAD + GRAPH + A + B + EDGE.replace("6.5", "inf") + TAIL, "length is 'inf'"),
        (HEAD + GRAPH + A + B + EDGE.replace("6.5", "[1, 2]") + TAIL, "length is '[1, 2]'"),
        (HEAD + GRAPH + A + EDGE.replace("d2", "d9") + TAIL, "key 'd9', which no <key> declares"),
        (HEAD + GRAPH + TAIL.replace("</graph>", GRAPH + "</graph></graph>"), "no meaning"),
        (HEAD + GRAPH + "</graph>" + GRAPH + TAIL, "more than one graph"),
        (HEAD + GRAPH + "<node id='a'><node id='b'/></node>" + TAIL, "no meaning"),
        (HEAD + "</graphml>", "map.graphml: there is no graph in the file; is it GraphML?"),
        ("<html><body/></html>", "starts with <html>, not with <graphml>"),
        ("", "map.graphml:1: is no XML: no element found"),
        ("PK\x03\x04", "is no XML"),
        (HEAD + GRAPH + A, "map.graphml:11: is no XML: no element found"),
        (HEAD + "<graph>&lol;</graph></graphml>", "is no XML: undefined entity"),
    ],
)
def test_a_wrong_file_is_refused_by_line_and_reason(
    tmp_path: Path, text: str, message: str
) -> None:
    assert message in refusal(written(tmp_path, text))


def test_all_wrong_values_are_listed_at_once(tmp_path: Path) -> None:
    bad = EDGE.replace("6.5", "-1")
    lines = refusal(written(tmp_path, HEAD + GRAPH + A + B + bad + EDGE + bad + TAIL)).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["map.graphml:12:", "map.graphml:14:"]


@pytest.mark.parametrize("encoding", ["utf-16", "gbk", "utf-7"])
def test_other_encodings_are_read_or_refused(tmp_path: Path, encoding: str) -> None:
    text = (HEAD + GRAPH + A + B + EDGE + TAIL).replace("UTF-8", encoding)
    path = tmp_path / "map.graphml"
    path.write_bytes(text.replace('"b"', '"街"').encode(encoding))
    try:
        assert read_graphml(path).node_ids == ("a", "街")
    except NetworkError as error:
        assert "map.graphml:" in str(error)  # noqa: PT017 - either way is fine


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(nodes=1), "map.graphml:11: more than 1 nodes"),
        (Limits(arcs=0), "more than 0 streets"),
        (Limits(attributes=2), "more than 2 keys are declared"),
        (Limits(attribute_chars=60), "a value is longer than 60 signs"),
        (Limits(inflated_bytes=500), "holds more than 500 bytes when unpacked"),
        (Limits(depth=3), "nested more than 3 deep"),
    ],
)
def test_what_is_read_is_limited(tmp_path: Path, limits: Limits, message: str) -> None:
    text = HEAD + GRAPH + A + B + EDGE.replace("6.5", " " * 61 + "6.5") + TAIL
    assert message in refusal(written(tmp_path, text), limits)


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in refusal(tmp_path / "none.graphml")
    assert "cannot be read: Is a directory" in refusal(tmp_path)


def test_a_damaged_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.graphml.gz"
    packed = gzip.compress((HEAD + GRAPH + A + B + EDGE * 500 + TAIL).encode())
    path.write_bytes(packed[: len(packed) // 2])
    assert "the compressed file is damaged" in refusal(path)
    path.write_bytes(packed[:30] + b"\0\0\0\0" + packed[34:])
    assert refusal(path)


def test_a_file_that_grows_far_beyond_its_packed_size_is_refused(tmp_path: Path) -> None:
    text = HEAD + GRAPH + A + B + EDGE + " " * 20_000_000 + TAIL
    path = written(tmp_path, text)
    assert read_graphml(path).node_ids == ("a", "b")
    path.write_bytes(gzip.compress(text.encode()))
    assert "holds more than 16,000,000 bytes when unpacked" in refusal(path)


def test_a_gzipped_file_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "map.graphml"
    path.write_bytes(gzip.compress((HEAD + GRAPH + A + B + EDGE + TAIL).encode()))
    assert read_graphml(path).node_ids == ("a", "b")
