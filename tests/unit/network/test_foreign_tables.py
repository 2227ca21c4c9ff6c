"""Street tables as others write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.towns import write_table

from patrolsim.errors import NetworkError
from patrolsim.network.drafting import Clipped
from patrolsim.network.foreign_tables import read_foreign_tables

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.network.maps import StreetMap

GMNS_NODES = (
    "name,node_id,x_coord,y_coord",
    ",1,-111.9,33.4",
    ",2,-111.899,33.4",
    ",3,-111.898,33.4",
)


def read(
    folder: Path, nodes: tuple[str, ...], *edges: str, clipped: Clipped | None = None
) -> StreetMap:
    files = write_table(folder / "node.csv", *nodes), write_table(folder / "link.csv", *edges)
    return read_foreign_tables(*files, clipped=clipped)


def arcs(street_map: StreetMap) -> list[tuple[str, str]]:
    ids = street_map.node_ids
    ends = zip(street_map.tail.tolist(), street_map.head.tolist(), strict=True)
    return [(ids[tail], ids[head]) for tail, head in ends]


def test_a_gmns_network_is_read(tmp_path: Path) -> None:
    street_map = read(
        tmp_path,
        GMNS_NODES,
        "link_id,from_node_id,to_node_id,dir_flag,length,link_type_name,allowed_uses",
        "1,1,2,1,93,residential,auto;bike;walk",
        "2,2,3,0,94,footway,walk",
    )
    assert street_map.is_degrees
    assert arcs(street_map) == [("1", "2"), ("2", "3"), ("3", "2")]
    assert street_map.length_m.tolist() == [93, 94, 94]
    assert street_map.tags["highway"] == ["residential", "footway", "footway"]
    assert street_map.tags["motorcar"] == ["yes", "no", "no"]
    assert street_map.tags["foot"] == ["yes", "yes", "yes"]


def test_gmns_positions_may_be_metres(tmp_path: Path) -> None:
    nodes = ("node_id,x_coord,y_coord", "1,500000,3380000", "2,500100,3380000")
    street_map = read(tmp_path, nodes, "from_node_id,to_node_id", "1,2")
    assert not street_map.is_degrees
    assert street_map.length_m.tolist() == [100]


def test_our_own_columns_are_read_as_ever(tmp_path: Path) -> None:
    street_map = read(
        tmp_path, ("node,lon,lat", "a,8,50", "b,8.001,50"), "arc,u,v,length_m", "0,a,b,72"
    )
    assert arcs(street_map) == [("a", "b")]


def test_streets_to_absent_nodes_are_left_out_and_counted(tmp_path: Path) -> None:
    clipped = Clipped()
    rows = ("u,v,length", "1,2,93", "2,9,50", "8,9,1")
    street_map = read(tmp_path, GMNS_NODES, *rows, clipped=clipped)
    assert arcs(street_map) == [("1", "2")]
    assert (clipped.streets, clipped.examples[0]) == (2, "from node '2' to node '9'")


@pytest.mark.parametrize(
    ("nodes", "edges", "wanted"),
    [
        (("id,name", "1,a"), ("u,v", "1,1"), "node.csv:1: needs the columns node or node_id or"),
        (GMNS_NODES, ("begin,end", "1,2"), "link.csv:1: needs the columns u or from_node_id or"),
    ],
)
def test_missing_columns_are_named_with_what_would_do(
    tmp_path: Path, nodes: tuple[str, ...], edges: tuple[str, ...], wanted: str
) -> None:
    with pytest.raises(NetworkError) as caught:
        read(tmp_path, nodes, *edges)
    assert wanted in str(caught.value)


def test_a_direction_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"link\.csv:2: oneway is 'maybe'"):
        read(tmp_path, GMNS_NODES, "u,v,dir_flag", "1,2,maybe")
