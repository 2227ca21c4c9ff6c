"""The patrol that hot spots got, from logs written by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.handmade import US, Row, Walk, make_log

from patrolsim.eventlog import Event, Purpose, Status
from patrolsim.metrics.patrol import Dose, hottest_nodes, patrol_dose
from patrolsim.testing import Arc, Person, TinyWorld, make_streets

if TYPE_CHECKING:
    from patrolsim.world import World

POINTS = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)]
ARCS = [Arc(0, 1, 60 * US), Arc(1, 0, 60 * US), Arc(1, 2, 60 * US), Arc(2, 1, 60 * US)]
FORTH, BACK, ON = 0, 1, 2
"""Arcs from node 0 to 1, from 1 to 0, from 1 to 2."""


def world(weights: tuple[float, ...] = (0.0, 2.0, 5.0)) -> World:
    tiny = TinyWorld(
        calls=[],
        people=[Person(patrols=True), Person()],
        horizon_us=10_000 * US,
        streets=make_streets(POINTS, ARCS),
    ).build()
    forecast = replace(tiny.forecast, per_node=np.array(weights))
    return replace(tiny, forecast=forecast)


def patrol(start_s: float, *steps: tuple[int, float], to: int, end_s: float | None = None) -> Walk:
    return Walk(0, start_s, steps, Purpose.PATROL, to=POINTS[to], end_s=end_s)


def doses(*walks: Walk, rows: tuple[Row, ...] = ()) -> dict[int, Dose]:
    log = make_log(rows, horizon_s=10_000, walks=walks)
    return {dose.node: dose for dose in patrol_dose(log, world())}


def test_hot_spots_are_the_heaviest_nodes_and_ties_go_by_number() -> None:
    assert hottest_nodes(world(), 2).tolist() == [2, 1]
    assert hottest_nodes(world((1.0, 3.0, 3.0)), 2).tolist() == [1, 2]
    assert hottest_nodes(world(), 20).tolist() == [2, 1]


def test_a_stop_lasts_until_the_next_leg() -> None:
    found = doses(patrol(0, (FORTH, 60), to=1), patrol(760, (ON, 820), to=2))
    assert (found[1].visits, found[1].stops, found[1].stopped_s) == (1, 1, 700.0)
    assert found[1].good_stops == 1


def test_a_stop_ends_when_the_person_is_called_away() -> None:
    away = Row(100, Event.STATUS, volunteer=0, detail=Status.TURNING_OUT)
    found = doses(patrol(0, (FORTH, 60), to=1), rows=(away,))
    assert (found[1].stops, found[1].stopped_s, found[1].good_stops) == (1, 40.0, 0)


def test_what_others_do_does_not_end_a_stop() -> None:
    other = Row(100, Event.STATUS, volunteer=1, detail=Status.PATROLLING)
    found = doses(patrol(0, (FORTH, 60), to=1), rows=(other,))
    assert found[1].stopped_s == 9940.0


def test_passing_by_is_a_visit_and_no_stop() -> None:
    found = doses(patrol(0, (FORTH, 60), (ON, 120), to=2), patrol(120, (3, 180), to=1))
    assert (found[1].visits, found[1].stops) == (2, 1)
    assert (found[2].visits, found[2].stops) == (1, 0)


def test_a_leg_that_was_broken_off_does_not_get_there() -> None:
    found = doses(patrol(0, (FORTH, 60), (ON, 120), to=2, end_s=90))
    assert (found[2].visits, found[2].stops) == (0, 0)
    assert found[1].visits == 1


def test_other_ways_than_patrols_do_not_count() -> None:
    found = doses(Walk(0, 0, [(FORTH, 60)], Purpose.TO_POST, to=POINTS[1]))
    assert (found[1].visits, found[1].stops) == (0, 0)


@pytest.mark.parametrize(("stop_s", "is_good"), [(599, 0), (600, 1), (960, 1), (961, 0)])
def test_good_stops_last_from_10_to_16_minutes(stop_s: float, is_good: int) -> None:
    found = doses(patrol(0, (FORTH, 60), to=1), patrol(60 + stop_s, (ON, 4000), to=2))
    assert found[1].good_stops == is_good


def test_without_a_forecast_there_are_no_hot_spots() -> None:
    log = make_log([], horizon_s=100)
    assert patrol_dose(log, world((0.0, 0.0, 0.0))) == ()
