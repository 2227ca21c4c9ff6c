"""Zones with their own lists: who comes first, who comes at all, and the hypercube queue."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.plugins.fakes import FakeView, incident
from tests.runs import Closest, run

from patrolsim.errors import PluginError
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets
from patrolsim.verification.policies import PreferenceLists

PLACES = (("market", 0.0, 0.0), ("school", 10.0, 0.0))
VIEW = FakeView(
    etas={1: 10.0, 2: 20.0, 3: 30.0, 4: 40.0},
    teams={1: "south", 2: "north", 3: "north", 4: "west"},
    places=PLACES,
    bases={1: (9.0, 0.0), 2: (9.0, 0.0), 3: (1.0, 0.0), 4: (2.0, 0.0)},
)
AT_SCHOOL = incident()._replace(x=8.0)


def zone_lists(**parameters: object) -> Any:
    host = PluginHost()
    host.load_installed()
    return host.build(Role.DISPATCH, "zone_lists", parameters)


def sent(view: FakeView, about: Any, **parameters: object) -> tuple[int, ...] | None:
    decision = zone_lists(**parameters).dispatch(view, about)
    return None if decision is None else decision.volunteer_ids


def test_the_first_team_of_the_list_goes_though_others_are_nearer() -> None:
    assert sent(VIEW, incident(), lists="market: west, north, south") == (4,)


def test_within_a_team_the_first_to_arrive_goes() -> None:
    assert sent(VIEW, incident(), lists="market: north, south") == (2,)


def test_each_zone_has_its_own_list() -> None:
    lists = "market: west; school: south"
    assert sent(VIEW, incident(), lists=lists) == (4,)
    assert sent(VIEW, AT_SCHOOL, lists=lists) == (1,)


def test_the_next_team_goes_when_the_first_is_out() -> None:
    view = replace(VIEW, etas={1: 10.0, 2: 20.0})
    assert sent(view, incident(), lists="market: west, north") == (2,)


@pytest.mark.parametrize(("others", "expected"), [("closest", (1,)), ("wait", None)])
def test_others_go_or_nobody_does(others: str, expected: object) -> None:
    view = replace(VIEW, etas={1: 10.0})
    assert sent(view, incident(), lists="market: west", others=others) == expected


def test_a_zone_without_a_list_gets_the_closest() -> None:
    assert sent(VIEW, AT_SCHOOL, lists="market: west") == (1,)
    assert sent(VIEW, AT_SCHOOL, lists="market: west", others="wait") is None


def test_between_two_places_the_zone_is_that_of_the_first() -> None:
    about = incident()._replace(x=5.0)
    assert sent(VIEW, about, lists="market: west; school: south") == (4,)


def test_without_lists_those_who_live_in_the_zone_come_first() -> None:
    assert sent(VIEW, incident()) == (3,)
    assert sent(VIEW, AT_SCHOOL) == (1,)
    assert sent(replace(VIEW, etas={1: 10.0, 2: 20.0}), incident()) == (1,)


def test_a_list_of_everybody_as_one_team_is_the_closest_rule() -> None:
    one_team = replace(VIEW, teams={})
    for etas in ({1: 9.0, 2: 3.0}, {5: 3.0, 4: 3.0}, {}):
        view = replace(one_team, etas=etas)
        nearest = view.nearest(incident(), 1)
        expected = (nearest[0].volunteer_id,) if nearest else None
        assert sent(view, incident(), lists="market: team") == expected


def test_a_party_is_filled_down_the_list() -> None:
    party = incident(None, "a", None)
    view = replace(VIEW, skills={1: frozenset({"a"})})
    assert set(sent(view, party, lists="market: west, north") or ()) == {1, 2, 4}


@pytest.mark.parametrize("text", ["market", "market: ", ": north", "market: north; market: west"])
def test_a_list_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(PluginError, match="lists"):
        zone_lists(lists=text)


@pytest.mark.parametrize("text", ["markt: north", "market: nort"])
def test_a_name_that_the_scenario_lacks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="has no"):
        sent(VIEW, incident(), lists=text)


def test_only_a_policy_that_sends_others_promises_that_nobody_is_idle() -> None:
    assert zone_lists().promises == {"work_conserving"}
    assert zone_lists(others="wait").promises == frozenset()


def test_with_a_team_each_it_is_the_rule_that_is_verified_against_the_hypercube() -> None:
    minute_us = 60_000_000
    ends = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
    arcs = [Arc(*way, minute_us) for pair in ends for way in (pair, pair[::-1])]
    preferred = {
        0: (0, 1, 2),
        1: (0, 1, 2),
        2: (1, 0, 2),
        3: (1, 2, 0),
        4: (2, 1, 0),
        5: (2, 1, 0),
    }
    draws = np.random.Generator(np.random.PCG64(7))
    calls = [
        Call(at_us=int(at_us), node=node, kind=node, work_us=(int(work_us),))
        for at_us, node, work_us in zip(
            np.sort(draws.integers(0, 2_000 * minute_us, 300)),
            draws.integers(0, 6, 300).tolist(),
            draws.exponential(10 * minute_us, 300),
            strict=True,
        )
    ]
    world = TinyWorld(
        calls=calls,
        people=[Person(node=node) for node in (0, 2, 5)],
        horizon_us=2_100 * minute_us,
        streets=make_streets([(float(node), 0.0) for node in range(6)], arcs),
        kinds=tuple(make_kind(f"at {node}") for node in range(6)),
        places={f"at {node}": (node,) for node in range(6)},
    ).build()
    people = tuple(replace(who, team=f"t{who.volunteer_id}") for who in world.volunteers)
    world = replace(world, volunteers=people, team_names=("t0", "t1", "t2"))
    text = "; ".join(
        f"at {node}: {', '.join(f't{who}' for who in order)}" for node, order in preferred.items()
    )
    verified = PreferenceLists(
        {f"at {node}": order for node, order in preferred.items()}, loses=False
    )
    logs = [
        run(world, dispatch=policy) for policy in (zone_lists(lists=text), verified, Closest())
    ]
    assert logs[0].digest() == logs[1].digest() != logs[2].digest()
