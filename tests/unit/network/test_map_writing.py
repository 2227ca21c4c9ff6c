"""Maps are written whole or not at all, and read back as they were."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from tests.unit.network.test_survey import square
from tests.unit.network.test_suspicions import grid

from patrolsim.errors import NetworkError
from patrolsim.network import map_writing
from patrolsim.network.graph import map_of_graph
from patrolsim.network.graphml import read_graphml
from patrolsim.network.map_writing import targets_of, write_map
from patrolsim.network.tables import read_tables

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.network.maps import StreetMap

RIGHTS = "(c) some people, some licence"


def rich() -> nx.MultiDiGraph[str]:
    """Return a map with all that a map can have."""
    graph = square(highway="residential", name='静安路, "quoted"')
    graph.add_edge("a", "c", length=150.25, osm_way="7", barrier="gate", access="private")
    graph.add_edge("b", "b", length=70, maxspeed="30 mph", service="alley")
    graph.nodes["d"]["offroad_access"] = "0"
    return graph


def read_back(path: Path) -> StreetMap:
    if path.is_dir():
        return read_tables(path / "nodes.csv.gz", path / "edges.csv.gz")
    return read_graphml(path)


@pytest.mark.parametrize("name", ["map.graphml", "map.graphml.gz", "tables"])
@pytest.mark.parametrize("graph", [grid(), rich()], ids=["grid", "rich"])
def test_what_is_written_is_read_back(
    tmp_path: Path, name: str, graph: nx.MultiDiGraph[str]
) -> None:
    before = map_of_graph(graph)
    write_map(before, tmp_path / name, RIGHTS)
    after = read_back(tmp_path / name)
    assert after.node_ids == before.node_ids
    assert after.is_degrees == before.is_degrees
    for column in ("east", "north", "tail", "head", "twin", "length_m"):
        np.testing.assert_array_equal(getattr(after, column), getattr(before, column))
    assert {k: list(v) for k, v in after.tags.items()} == before.tags
    assert set(after.speeds) == set(before.speeds)
    for speed, column_of in before.speeds.items():
        np.testing.assert_array_equal(after.speeds[speed], column_of)


def test_tables_keep_where_one_may_get_on_the_network(tmp_path: Path) -> None:
    before = map_of_graph(rich())
    write_map(before, tmp_path / "tables", RIGHTS)
    np.testing.assert_array_equal(read_back(tmp_path / "tables").may_enter, before.may_enter)
    assert not before.may_enter.all()


def test_the_rights_travel_with_the_map(tmp_path: Path) -> None:
    write_map(map_of_graph(grid()), tmp_path / "map.graphml.gz", RIGHTS)
    assert RIGHTS in gzip.decompress((tmp_path / "map.graphml.gz").read_bytes()).decode()
    write_map(map_of_graph(grid()), tmp_path / "tables", RIGHTS)
    assert (tmp_path / "tables" / "ATTRIBUTION.txt").read_text(encoding="utf-8") == RIGHTS + "\n"


@pytest.mark.parametrize("name", ["map.graphml", "map.graphml.gz", "tables"])
def test_equal_maps_are_written_to_equal_bytes(tmp_path: Path, name: str) -> None:
    contents = []
    for folder in ("one", "two"):
        write_map(map_of_graph(rich()), tmp_path / folder / name, RIGHTS)
        contents.append([target.read_bytes() for target in targets_of(tmp_path / folder / name)])
    assert contents[0] == contents[1]


def test_networkx_reads_what_is_written(tmp_path: Path) -> None:
    write_map(map_of_graph(grid()), tmp_path / "map.graphml", RIGHTS)
    graph = nx.read_graphml(tmp_path / "map.graphml")
    assert (len(graph), graph.number_of_edges()) == (16, 48)
    assert graph.graph["attribution"] == RIGHTS


def test_a_name_of_another_form_is_refused() -> None:
    from pathlib import Path

    with pytest.raises(NetworkError, match="is written as NAME"):
        targets_of(Path("map.pdf"))


def test_a_failure_leaves_the_old_file_and_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "map.graphml"
    path.write_text("old", encoding="utf-8")

    def fail(_graph: object, part: Path) -> None:
        part.write_text("half", encoding="utf-8")
        raise OSError(28, "no space left")

    monkeypatch.setattr(map_writing, "write_graphml", fail)
    with pytest.raises(NetworkError, match="cannot be written: no space left"):
        write_map(map_of_graph(grid()), path, RIGHTS)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(NetworkError, match="cannot be written"):
        write_map(map_of_graph(grid()), tmp_path / "file" / "tables", RIGHTS)
