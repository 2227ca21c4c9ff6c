"""Each thing that can be wrong with a map is planted, and found."""

from __future__ import annotations

import networkx as nx
import pytest
from tests.unit.network.test_survey import square

from patrolsim.network.drafting import Clipped
from patrolsim.network.graph import map_of_graph
from patrolsim.network.suspicions import Suspicion, Weight, suspect

LON, LAT, STEP = 24.94, 60.17, 0.001


def found(graph: nx.MultiDiGraph[str], clipped: Clipped | None = None) -> dict[str, Suspicion]:
    """Return the suspicions about a map by name."""
    return {s.name: s for s in suspect(map_of_graph(graph), clipped or Clipped())}


def grid(*, swapped: bool = False, factor: float = 1.0) -> nx.MultiDiGraph[str]:
    """Return a grid in degrees at Helsinki; lengths are the true ones times a factor."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(crs="epsg:4326")
    for i in range(4):
        for j in range(4):
            x, y = LON + i * STEP, LAT + j * STEP
            graph.add_node(f"{i}{j}", x=y if swapped else x, y=x if swapped else y)
    for i in range(4):
        for j in range(4):
            for k, m, length in ((i + 1, j, 55.32), (i, j + 1, 111.19)):
                if k < 4 and m < 4:
                    facts = {"length": length * factor, "osmid": f"{i}{j}{k}{m}", "maxspeed": 30}
                    graph.add_edge(f"{i}{j}", f"{k}{m}", **facts)
                    graph.add_edge(f"{k}{m}", f"{i}{j}", **facts)
    return graph


def test_nothing_is_wrong_with_a_good_map() -> None:
    assert found(grid()) == {}
    assert set(found(square(maxspeed=30))) == set()


def test_streets_that_were_cut_fail() -> None:
    clipped = Clipped()
    clipped.add(("a", "nowhere"))
    suspicion = found(grid(), clipped)["clipped"]
    assert (suspicion.weight, suspicion.count) == (Weight.FAILS, 1)
    assert suspicion.examples == ("from node 'a' to node 'nowhere'",)


def test_swapped_coordinates_fail() -> None:
    suspicions = found(grid(swapped=True))
    assert suspicions["swapped"].weight is Weight.FAILS
    assert "unit" not in suspicions


@pytest.mark.parametrize(
    ("factor", "unit"),
    [(0.001, "kilometres"), (3.28084, "feet"), (1 / 1609.344, "miles")],
)
def test_lengths_in_another_unit_fail(factor: float, unit: str) -> None:
    suspicion = found(grid(factor=factor))["unit"]
    assert suspicion.weight is Weight.FAILS
    assert f"They look like {unit}" in suspicion.message


def test_degrees_that_are_taken_for_metres_fail() -> None:
    graph = grid()
    graph.graph["crs"] = "metres"
    assert found(graph)["degrees"].weight is Weight.FAILS


def test_a_street_shorter_than_the_straight_line_fails_with_its_ends() -> None:
    graph = square(maxspeed=30)
    graph.add_edge("a", "c", length=20, osmid="x", maxspeed=30)
    suspicion = found(graph)["short"]
    assert (suspicion.weight, suspicion.count) == (Weight.FAILS, 1)
    assert suspicion.examples == ("from node 'a' to node 'c': 20.0 m long, ends 141.4 m apart",)


def test_streets_of_no_length_are_noted_but_gates_are_not() -> None:
    graph = square(maxspeed=30)
    graph.add_node("g", x=0, y=0)
    graph.add_edge("a", "g", length=0, osmid="x", barrier="gate", maxspeed=30)
    graph.add_edge("g", "a", length=0, osmid="x", barrier="gate", maxspeed=30)
    assert found(graph) == {}
    graph.add_edge("b", "b", length=0, osmid="y", maxspeed=30)
    assert found(graph)["no_length"].count == 1


def test_an_absurd_detour_is_noted() -> None:
    graph = square(maxspeed=30)
    graph.add_edge("a", "c", length=9000, osmid="x", maxspeed=30)
    assert found(graph)["long"].weight is Weight.NOTE


def test_nodes_on_one_another_are_noted() -> None:
    graph = square(maxspeed=30)
    graph.add_node("A", x=0, y=0)
    graph.add_edge("A", "c", length=150, osmid="x", maxspeed=30)
    graph.add_edge("c", "A", length=150, osmid="x", maxspeed=30)
    assert found(graph)["same_place"].examples == ("nodes 'a', 'A'",)


def test_a_node_without_streets_is_noted() -> None:
    graph = square(maxspeed=30)
    graph.add_node("z", x=50, y=50)
    assert found(graph)["lonely"].examples == ("node 'z'",)


def test_a_small_island_is_noted_and_a_map_in_pieces_fails() -> None:
    graph = square(maxspeed=30)
    graph.add_edge("a", "c", length=150, osmid="x", maxspeed=30)
    graph.add_node("z", x=50, y=150)
    graph.add_edge("d", "z", length=80, osmid="dz", maxspeed=30)
    assert found(graph)["islands"].weight is Weight.NOTE
    graph.edges["d", "z", 0]["length"] = 800
    assert found(graph)["islands"].weight is Weight.FAILS


def test_missing_speeds_are_noted() -> None:
    message = found(square())["speeds"].message
    assert message.startswith("100% of the street length has neither")
    assert message.endswith("the map has no classes of road either")


def test_closed_gates_are_noted() -> None:
    graph = square(maxspeed=30)
    graph.add_edge("a", "c", length=150, barrier="gate", access="closed", osmid="x", maxspeed=30)
    suspicion = found(graph)["closed"]
    assert "1 street closed or private, 1 of them gates" in suspicion.message
    assert suspicion.examples == ("from node 'a' to node 'c'",)


def test_streets_that_are_given_twice_are_noted() -> None:
    graph = square(maxspeed=30)
    graph.add_edge("a", "b", length=100, osmid="again", maxspeed=30)
    assert found(graph)["double"].count == 1


def test_what_fails_comes_first() -> None:
    graph = square()
    graph.add_edge("a", "c", length=20, osmid="x")
    weights = [s.weight for s in suspect(map_of_graph(graph), Clipped())]
    assert weights[0] is Weight.FAILS
    assert weights == sorted(weights, key=lambda weight: weight is not Weight.FAILS)
