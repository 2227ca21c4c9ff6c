"""How much of the demand free people could reach in time, from logs written by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.handmade import US, Row, Walk, make_log

from patrolsim.eventlog import Event, Purpose, Status
from patrolsim.metrics import CoverPlan, plan_cover
from patrolsim.metrics.coverage import Cover, measure_cover
from patrolsim.metrics.positions import WaypointTable
from patrolsim.testing import Arc, Person, TinyWorld, make_kind, make_streets

if TYPE_CHECKING:
    from patrolsim.world import World

QUARTER_S = 900
POINTS = [(1000.0 * node, 0.0) for node in range(4)]
ARCS = [Arc(a, b, 600 * US) for n in range(3) for a, b in ((n, n + 1), (n + 1, n))]
"""A row of four nodes, ten minutes apart; arc 2n leads from node n to n + 1."""


def world(target_s: float | None = 600.0, weights: tuple[float, ...] = (1, 1, 1, 1)) -> World:
    tiny = TinyWorld(
        calls=[],
        people=[Person(node=0), Person(node=3)],
        horizon_us=4 * QUARTER_S * US,
        streets=make_streets(POINTS, ARCS),
        kinds=(replace(make_kind(), target_s=target_s),),
    ).build()
    forecast = replace(tiny.forecast, per_node=np.array(weights, np.float64))
    return replace(tiny, forecast=forecast)


def plan(here: World) -> CoverPlan:
    found = plan_cover(here)
    assert found is not None
    return found


def status(time_s: float, volunteer: int, state: Status) -> Row:
    return Row(time_s, Event.STATUS, volunteer=volunteer, detail=state)


def cover(rows: list[Row], *walks: Walk, of: World | None = None) -> Cover:
    here = world() if of is None else of
    log = make_log(rows, horizon_s=4 * QUARTER_S, walks=walks)
    found = measure_cover(log, here, plan(here))
    assert found is not None
    return found


def test_nobody_on_duty_covers_nothing() -> None:
    assert cover([]) == Cover(target_s=600.0, mean=0.0, least=0.0)


def test_a_free_person_covers_what_they_reach_within_the_target() -> None:
    found = cover([status(0, 0, Status.STANDING_BY)])
    assert found.mean == pytest.approx(0.5)
    both = [status(0, 0, Status.STANDING_BY), status(0, 1, Status.PATROLLING)]
    assert cover(both).least == pytest.approx(1.0)


def test_demand_counts_by_its_weight() -> None:
    found = cover([status(0, 0, Status.STANDING_BY)], of=world(weights=(7, 2, 1, 0)))
    assert found.mean == pytest.approx(0.9)


def test_people_at_work_cover_nothing() -> None:
    rows = [status(0, 0, Status.STANDING_BY), status(1000, 0, Status.AT_WORK)]
    found = cover(rows)
    # Free at 0 and 15 minutes, at work at 30 and 45.
    assert found.mean == pytest.approx(0.25)
    assert found.least == 0.0


def test_a_person_on_a_street_counts_at_its_end() -> None:
    rows = [status(0, 0, Status.STANDING_BY), status(100, 0, Status.GOING_TO_POST)]
    walk = Walk(0, 100, [(0, 700), (2, 1300), (4, 1900)], Purpose.TO_POST)
    found = cover(rows, walk)
    # At node 0 it covers 2 nodes, coming to node 2 it covers 3, at node 3 then 2.
    assert found.mean == pytest.approx((2 + 3 + 2 + 2) / 16)


def test_the_strictest_target_counts() -> None:
    kinds = tuple(replace(make_kind(), target_s=t) for t in (None, 1200.0, 60.0))
    assert plan(replace(world(), kinds=kinds)).target_us == 60 * US


@pytest.mark.parametrize(
    "here", [world(target_s=None), world(weights=(0, 0, 0, 0))], ids=["no target", "no forecast"]
)
def test_without_target_or_forecast_there_is_no_cover(here: World) -> None:
    assert plan_cover(here) is None


def test_points_of_demand_stand_for_equal_shares() -> None:
    found = plan(world(weights=(50, 25, 25, 0)))
    assert found.weights.tolist() == [0.5, 0.25, 0.25]


def test_people_start_each_shift_at_their_base() -> None:
    rows = [
        status(0, 0, Status.STANDING_BY),
        status(700, 0, Status.OFF_DUTY),
        status(1000, 0, Status.STANDING_BY),
    ]
    walk = Walk(0, 0, [(0, 600)], Purpose.TO_POST)
    log = make_log(rows, horizon_s=3600, walks=[walk])
    table = WaypointTable(log, world())
    people = np.array([0, 1])
    assert table.nodes_at(people, 650 * US).tolist() == [1, 3]
    assert table.nodes_at(people, 1001 * US).tolist() == [0, 3]


def test_a_way_off_the_streets_counts_at_the_node_beside_it() -> None:
    rows = [status(0, 0, Status.STANDING_BY)]
    steps = [(-1, 100), (0, 700), (-1, 800)]
    log = make_log(rows, horizon_s=3600, walks=[Walk(0, 10, steps, Purpose.PATROL)])
    table = WaypointTable(log, world())
    nodes = [int(table.nodes_at(np.array([0]), t * US)[0]) for t in (5, 50, 300, 750, 3000)]
    assert nodes == [0, 0, 1, 1, 1]


@pytest.mark.parametrize("end_s", [500, 600])
def test_steps_after_a_leg_was_broken_off_were_not_walked(end_s: float) -> None:
    rows = [status(0, 0, Status.STANDING_BY)]
    walk = Walk(0, 0, [(0, 600), (2, 1200)], Purpose.PATROL, end_s=end_s)
    table = WaypointTable(make_log(rows, horizon_s=3600, walks=[walk]), world())
    assert table.nodes_at(np.array([0]), 3000 * US).tolist() == [1]


def test_each_hour_has_the_average_of_its_own_moments() -> None:
    found = cover([status(0, 0, Status.STANDING_BY), status(1000, 0, Status.AT_WORK)])
    hour = world().start.hour
    assert found.by_hour[hour] == pytest.approx(found.mean)
    assert np.isnan(np.delete(found.by_hour, hour)).all()


def test_each_point_has_its_share_of_the_moments() -> None:
    found = cover([status(0, 0, Status.STANDING_BY), status(1000, 0, Status.AT_WORK)])
    # Nodes 0 and 1 are in reach of the person at 0, in two of four moments.
    assert dict(zip(found.x.tolist(), found.by_point.tolist(), strict=True)) == {
        0.0: 0.5,
        1000.0: 0.5,
        2000.0: 0.0,
        3000.0: 0.0,
    }
    assert float(found.weight @ found.by_point) == pytest.approx(found.mean)
