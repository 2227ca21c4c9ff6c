"""Whatever the world, a shipped policy decides as it may, and the same again for the same seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runs import run

from patrolsim.audit import AuditRules, audit
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets
from patrolsim.testing.with_requests import with_requests

HOST = PluginHost()
HOST.load_installed()
SHIPPED = [
    (offer.spec.role, offer.spec.name)
    for offer in HOST.offers()
    if offer.origin.plugin == "policies" and offer.spec.role is not Role.ROSTER
]
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
SIDE = 3
ISLAND = SIDE * SIDE


@st.composite
def towns(draw: st.DrawFn) -> TinyWorld:
    """Return a grid of 3 x 3 corners with one place that no street leads to."""
    points = [(100.0 * (node % SIDE), 100.0 * (node // SIDE)) for node in range(ISLAND)]
    ways = [(node, node + 1) for node in range(ISLAND) if (node + 1) % SIDE]
    ways += [(node, node + SIDE) for node in range(ISLAND - SIDE)]
    arcs = []
    for a, b in ways:
        lasts_us = draw(st.integers(30, 90)) * SECOND_US
        arcs += [Arc(a, b, lasts_us), Arc(b, a, lasts_us)]
    nodes = st.integers(0, ISLAND - 1)
    calls = st.builds(
        Call,
        at_us=st.integers(0, 90).map(lambda minute: minute * MINUTE_US),
        node=nodes,
        work_us=st.tuples(st.integers(0, 20).map(lambda minute: minute * MINUTE_US)),
        kind=st.integers(0, 1),
        priority=st.integers(1, 3),
    )
    people = st.builds(
        Person,
        node=nodes,
        patrols=st.booleans(),
        skills=st.sampled_from([frozenset[str](), frozenset({"first aid"})]),
        acceptance=st.sampled_from([1.0, 0.5]),
        turnout_us=st.sampled_from([0, MINUTE_US]),
        shifts=st.sampled_from([None, ((10 * MINUTE_US, 70 * MINUTE_US),)]),
    )
    return TinyWorld(
        calls=draw(st.lists(calls, max_size=10)),
        people=draw(st.lists(people, min_size=1, max_size=5)),
        horizon_us=120 * MINUTE_US,
        streets=make_streets([*points, (9_000.0, 9_000.0)], arcs),
        kinds=(make_kind(), make_kind("party", needs=(("first aid", 1), (None, 1)))),
        places={"market": (1,), "school": (7,)},
    )


@pytest.mark.parametrize(("role", "name"), SHIPPED)
@settings(max_examples=25, deadline=None)
@given(town=towns())
def test_the_auditor_finds_nothing_and_a_run_is_the_same_again(
    role: Role, name: str, town: TinyWorld
) -> None:
    world = town.build()
    weights = np.arange(len(world.streets.x), dtype=np.float64) + 1
    world = replace(world, forecast=replace(world.forecast, per_node=weights))
    if role is Role.APPOINTMENTS:
        world = with_requests(world)
    policies = [HOST.build(role, name, {}) for _ in range(2)]
    first, again = (run(world, **{role.value: policy}) for policy in policies)
    promises: frozenset[str] = getattr(policies[0], "promises", frozenset())
    rules = AuditRules(
        nearest="nearest" in promises, work_conserving="work_conserving" in promises
    )
    assert audit(world, first, rules=rules) == ()
    assert first.digest() == again.digest()
