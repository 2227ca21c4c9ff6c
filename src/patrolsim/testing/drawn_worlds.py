"""Worlds drawn by Hypothesis: small and strange, smaller still when one breaks a policy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from patrolsim.distributions import Fixed
from patrolsim.eventlog import NEVER_US
from patrolsim.network.streets import CLOSED_US
from patrolsim.testing.sample_worlds import HOUR_US, MEDIATION, MINUTE_US, expected
from patrolsim.testing.tiny_worlds import (
    DRIVE,
    WALK,
    Arc,
    Call,
    Person,
    TinyWorld,
    make_kind,
    make_streets,
)

if TYPE_CHECKING:
    from patrolsim.incidents import Kind
    from patrolsim.network.streets import Streets
    from patrolsim.world import World

PERIOD_US = 3 * HOUR_US
KINDS = 2
NEEDS = (((None, 1),), ((None, 2),), ((MEDIATION, 1), (None, 1)))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Return three hours with up to four people, up to ten calls and up to six corners.

    Nobody at all, everybody at one corner, calls at one instant, corners that no way leads to,
    people who decline or go off duty: all of it comes up.
    """
    streets = draw(_streets())
    nodes = st.integers(0, len(streets.x) - 1)
    homes = st.integers(0, int(streets.usable[0].sum()) - 1)
    town = TinyWorld(
        calls=draw(st.lists(_calls(nodes), max_size=10)),
        people=draw(st.lists(_people(homes), max_size=4)),
        horizon_us=PERIOD_US,
        streets=streets,
        kinds=draw(_kinds()),
        places={"clinic": (draw(homes),), "gate": (draw(nodes),)},
    ).build()
    forecast = expected(len(streets.x), busiest=draw(nodes), horizon_us=PERIOD_US)
    return replace(town, forecast=replace(forecast, per_hour=forecast.per_hour[:KINDS]))


@st.composite
def _streets(draw: st.DrawFn) -> Streets:
    """Return a round of one-way streets with some more across, and corners that it leaves out."""
    size, cut_off = draw(st.integers(1, 5)), draw(st.integers(0, 1))
    minutes = st.integers(1, 12)
    arcs = [
        Arc(node, (node + 1) % size, draw(minutes) * MINUTE_US) for node in range(size) if size > 1
    ]
    for _ in range(draw(st.integers(0, 5)) if size > 1 else 0):
        tail, head = draw(st.integers(0, size - 1)), draw(st.integers(0, size - 1))
        if tail != head:
            minute_us = draw(minutes) * MINUTE_US
            arcs += [Arc(tail, head, minute_us), Arc(head, tail, minute_us)]
    arcs += [Arc(size, size, CLOSED_US)] if cut_off and size > 1 else []
    points = [(90.0 * node, 60.0 * (node * node % 5)) for node in range(size + cut_off)]
    streets = make_streets(points, arcs, mode=draw(st.sampled_from([WALK, DRIVE])))
    usable = np.arange(size + cut_off).reshape(1, -1) < size
    return replace(streets, usable=usable)


@st.composite
def _kinds(draw: st.DrawFn) -> tuple[Kind, ...]:
    kinds = [
        make_kind(
            f"kind {number}",
            needs=draw(st.sampled_from(NEEDS)),
            places=draw(st.sampled_from([(None,), (None, ("clinic",))])),
            can_hand_over=draw(st.booleans()),
            seen_by_patrols=draw(st.booleans()),
        )
        for number in range(KINDS)
    ]
    return tuple(
        replace(kind, stages=tuple(replace(s, takes=Fixed(600.0)) for s in kind.stages))
        for kind in kinds
    )


@st.composite
def _calls(draw: st.DrawFn, nodes: st.SearchStrategy[int]) -> Call:
    return Call(
        at_us=draw(st.integers(0, 17)) * 10 * MINUTE_US,
        node=draw(nodes),
        work_us=(draw(st.integers(1, 60)) * MINUTE_US, draw(st.integers(-1, 20)) * MINUTE_US),
        kind=draw(st.integers(0, KINDS - 1)),
        priority=draw(st.integers(1, 3)),
        patience_us=draw(st.sampled_from([NEVER_US, 20 * MINUTE_US])),
        report_us=draw(st.sampled_from([0, 0, 5 * MINUTE_US, NEVER_US])),
    )


@st.composite
def _people(draw: st.DrawFn, homes: st.SearchStrategy[int]) -> Person:
    return Person(
        node=draw(homes),
        skills=frozenset({MEDIATION}) if draw(st.booleans()) else frozenset(),
        patrols=draw(st.booleans()),
        acceptance=draw(st.sampled_from([1.0, 1.0, 0.5])),
        overtime_us=draw(st.sampled_from([0, NEVER_US])),
        turnout_us=draw(st.sampled_from([0, MINUTE_US])),
        shifts=draw(st.sampled_from([None, ((0, HOUR_US),), ((HOUR_US, 2 * HOUR_US),)])),
    )
