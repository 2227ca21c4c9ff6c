"""Through streets of a plan cross each other, and are joined where something leads to them."""

from __future__ import annotations

import numpy as np
import pytest

from patrolsim.network.drawing import Drawing, Way
from patrolsim.network.plan import Line, Plan, Rect

ROAD = Way(highway="tertiary", name="Road")
LAND = Rect(0.0, 0.0, 300.0, 200.0)


@pytest.fixture
def plan() -> Plan:
    plan = Plan()
    plan.add(Line(is_meridian=False, at=0.0, start=-100.0, end=300.0, way=ROAD))
    plan.add(Line(is_meridian=True, at=0.0, start=-50.0, end=200.0, way=ROAD))
    return plan


def drawn(plan: Plan) -> Drawing:
    drawing = Drawing(np.random.Generator(np.random.Philox(key=1)), (300.0, 200.0))
    plan.draw(drawing)
    return drawing


def test_streets_share_a_node_where_they_cross(plan: Plan) -> None:
    degrees = [degree for _, degree in drawn(plan).graph.out_degree()]
    assert degrees.count(4) == 1
    assert degrees.count(1) == 4


def test_a_gate_makes_a_node_opposite_itself(plan: Plan) -> None:
    assert plan.join(LAND, "south", (77.0, 40.0)) == (77.0, 0.0)
    drawing = drawn(plan)
    nodes = [(facts["x"], facts["y"]) for _, facts in drawing.graph.nodes(data=True)]
    assert drawing.lonlat((77.0, 0.0)) in nodes


def test_a_gate_beside_a_corner_uses_the_corner(plan: Plan) -> None:
    assert plan.join(LAND, "south", (10.0, 40.0)) == (0.0, 0.0)
    assert plan.join(LAND, "west", (40.0, 90.0)) == (0.0, 90.0)
    assert plan.join(LAND, "west", (40.0, 95.0)) == (0.0, 90.0)


def test_no_gate_opens_where_no_street_runs(plan: Plan) -> None:
    assert plan.join(LAND, "north", (77.0, 150.0)) is None
    assert plan.join(LAND, "south", (310.0, 40.0)) is None


def test_a_one_way_street_is_drawn_in_its_own_direction() -> None:
    plan = Plan()
    way = Way(highway="primary", name="Avenue", oneway=True)
    plan.add(Line(False, 0.0, 0.0, 300.0, way, is_backwards=True))
    graph = drawn(plan).graph
    assert all(graph.nodes[v]["x"] < graph.nodes[u]["x"] for u, v in graph.edges())
