"""Cover kept by who is sent and by where people wait: the worked examples, and the limits."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plugins.fakes import FakeView, incident

from patrolsim import Base, GoTo, HotSpot, OpenIncident
from patrolsim.errors import PluginError
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role

LINE = {(node, node + 1): 1.0 for node in range(5)}
SPOTS = tuple(
    HotSpot(node, float(node), 0.0, weight)
    for node, weight in enumerate((0.1, 0.2, 0.3, 0.2, 0.1, 0.2))
)
POSTS = tuple((f"post {node}", float(node), 0.0) for node in range(6))


def built(role: Role, **parameters: object) -> Any:
    host = PluginHost()
    host.load_installed()
    return host.build(role, "dmexclp", {"within": 2.0, "busy": 0.3, **parameters})


def dispatch(**parameters: object) -> Any:
    return built(Role.DISPATCH, **parameters)


def line(heading: dict[int, int], at: int = 1) -> FakeView:
    """Return people on a line of six corners, a second apart, and an incident at one of them."""
    etas = {who: float(abs(node - at)) for who, node in heading.items()}
    return FakeView(
        etas=etas,
        streets=LINE,
        nodes=dict(heading),
        spots=SPOTS,
        heading=heading,
        places=POSTS,
        place_times={(float(node), 0.0): 1.0 for node in range(6)},
    )


def sent(policy: Any, view: FakeView, about: OpenIncident | None = None) -> int | None:
    decision = policy.dispatch(view, incident() if about is None else about)
    return None if decision is None else decision.volunteer_ids[0]


def test_the_losses_are_those_of_the_worked_example() -> None:
    view = line({0: 0, 2: 2, 5: 5})
    candidates = sorted(view.nearest(incident(), 3), key=lambda one: one.volunteer_id)
    losses = dispatch().losses(view, candidates)
    assert losses == pytest.approx([0.114545, 0.171818, 0.184545], abs=5e-7)


def test_of_two_who_are_there_together_the_one_who_is_less_missed_goes() -> None:
    # The closest rule would send person 2, who has the lower number but covers more.
    view = line({2: 2, 7: 0, 9: 5})
    assert sent(dispatch(), view) == 7


def test_somebody_less_missed_goes_even_from_further_away_but_not_too_late() -> None:
    view = line({1: 2, 2: 4, 3: 5}, at=2)
    assert sent(dispatch(), view) == 2
    assert sent(dispatch(within=1.0), line({1: 2, 2: 4, 3: 5}, at=2)) == 1


def test_when_nobody_is_in_time_the_late_rule_says_who_goes() -> None:
    heading = {1: 3, 2: 5}
    assert sent(dispatch(late_rule="closest"), line(heading, at=0)) == 1
    assert sent(dispatch(late_rule="min_loss"), line(heading, at=0)) == 2


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 5), max_size=6), st.integers(0, 5))
def test_cover_that_is_worth_nothing_leaves_the_closest(heading: dict[int, int], at: int) -> None:
    view = line(heading, at)
    nearest = view.nearest(incident(), 1)
    expected = nearest[0].volunteer_id if nearest else None
    assert sent(dispatch(beta=0.0), view) == expected


@given(
    st.dictionaries(st.integers(0, 9), st.integers(0, 5), min_size=1, max_size=6),
    st.floats(0.0, 0.9),
)
def test_a_loss_is_the_fall_of_the_expected_cover(heading: dict[int, int], busy: float) -> None:
    view = line(heading)
    candidates = view.nearest(incident(), 9)
    losses = dispatch(busy=busy).losses(view, list(candidates))
    for one, loss in zip(candidates, losses, strict=True):
        rest = [node for who, node in heading.items() if who != one.volunteer_id]
        fall = _cover(list(heading.values()), busy) - _cover(rest, busy)
        assert loss == pytest.approx(fall, abs=1e-12)


def test_where_nothing_is_expected_the_closest_in_time_goes() -> None:
    assert sent(dispatch(), replace(line({0: 0, 2: 2}, at=1), spots=())) == 0


def test_nobody_is_sent_when_nobody_is_free() -> None:
    assert sent(dispatch(), line({})) is None


def test_the_gains_are_those_of_the_worked_example() -> None:
    view = line({0: 0, 2: 2, 5: 5})
    gains = built(Role.STANDBY).gains(view, 0)
    expected = [0.114545, 0.126000, 0.131727, 0.150818, 0.112636, 0.055364]
    assert gains == pytest.approx(expected, abs=5e-7)
    assert built(Role.STANDBY).standby(view, 0) == GoTo(3.0, 0.0)


def test_of_places_worth_the_same_the_shorter_way_is_taken() -> None:
    times = {(float(node), 0.0): 1.0 + abs(node - 4) for node in range(6)}
    view = replace(line({0: 4}), spots=(), place_times=times)
    assert built(Role.STANDBY).standby(view, 0) == GoTo(4.0, 0.0)


def test_nobody_waits_where_no_way_leads() -> None:
    times = {(float(node), 0.0): math.inf if node == 3 else 1.0 for node in range(6)}
    view = replace(line({0: 0, 2: 2, 5: 5}), place_times=times)
    assert built(Role.STANDBY).standby(view, 0) == GoTo(2.0, 0.0)


def test_without_places_people_go_home() -> None:
    assert built(Role.STANDBY).standby(replace(line({0: 0}), places=()), 0) is Base.OWN


def standby(**parameters: object) -> Any:
    return built(Role.STANDBY, **parameters)


def test_a_map_of_demand_at_the_corners_is_worth_what_the_forecast_is() -> None:
    view = line({0: 0, 2: 2, 5: 5})
    over_map = standby(demand="residents").gains(view, 0)
    assert over_map == pytest.approx(standby().gains(view, 0), abs=1e-12)


@given(
    st.dictionaries(st.integers(0, 9), st.integers(0, 5), min_size=1, max_size=6),
    st.floats(0.0, 0.9),
    st.floats(0.0, 1.0),
)
def test_gains_over_a_map_are_those_of_the_definition_for_each_priority(
    heading: dict[int, int], busy: float, share: float
) -> None:
    view = replace(line(heading), slower={1: 1.0, 3: 2.0})
    policy = standby(
        demand="residents",
        busy=busy,
        within_by_priority=((1, 2.0), (3, 3.0)),
        share_by_priority=((1, share), (3, 1 - share)),
    )
    who, *others = sorted(heading)
    weights = [spot.weight for spot in SPOTS]
    for post, gain in enumerate(policy.gains(view, who)):
        expected = 0.0
        for within, slower, part in ((2.0, 1.0, share), (3.0, 2.0, 1 - share)):
            for cell, weight in enumerate(weights):
                k = sum(abs(heading[one] - cell) * slower <= within for one in others)
                if abs(post - cell) * slower <= within:
                    expected += part * weight / sum(weights) * (1 - busy) * busy**k
        assert gain == pytest.approx(expected, abs=1e-12)


def test_what_was_asked_before_changes_no_gain() -> None:
    fresh, asked = standby(demand="residents"), standby(demand="residents")
    for node in range(6):
        asked.gains(line({0: node, 1: 5 - node}), 1)
    view = line({0: 0, 2: 2, 5: 5})
    assert asked.gains(view, 0) == pytest.approx(fresh.gains(view, 0), abs=1e-12)


def test_shares_that_are_left_out_are_equal() -> None:
    view, times = line({0: 0, 2: 2}), ((1, 2.0), (3, 1.0))
    halves = ((1, 0.5), (3, 0.5))
    given_ = standby(demand="residents", within_by_priority=times, share_by_priority=halves)
    left_out = standby(demand="residents", within_by_priority=times)
    assert left_out.gains(view, 0) == given_.gains(view, 0)


def test_only_the_places_that_are_named_are_posts() -> None:
    view = line({0: 0, 2: 2, 5: 5})
    assert standby(posts="post 1").standby(view, 0) == GoTo(1.0, 0.0)
    with pytest.raises(ValueError, match="no place 'harbour'"):
        standby(posts="harbour").standby(view, 0)


def test_people_stay_at_their_base_until_they_have_worked_once() -> None:
    view = line({0: 0, 2: 2, 5: 5})
    policy = standby(before_work="base")
    assert policy.standby(view, 0) is Base.OWN
    assert policy.standby(replace(view, worked=frozenset({0})), 0) == GoTo(3.0, 0.0)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"within_by_priority": ((1, 2.0),)}, "within_by_priority goes with demand"),
        ({"share_by_priority": ((1, 1.0),)}, "share_by_priority goes with demand"),
        ({"demand": "a", "share_by_priority": ((1, 1.0),)}, "goes with within_by_priority"),
        ({"demand": "a", "within_by_priority": ((1, 0.0),)}, "must be above 0"),
        (
            {
                "demand": "a",
                "within_by_priority": ((1, 2.0), (3, 4.0)),
                "share_by_priority": ((1, 0.4), (2, 0.6)),
            },
            "must name those of within_by_priority: 1, 3",
        ),
        (
            {
                "demand": "a",
                "within_by_priority": ((1, 2.0),),
                "share_by_priority": ((1, 0.4),),
            },
            "adds up to 0.4, not to 100%",
        ),
        ({"demand": "a", "busy": 1.0}, "busy must be"),
        ({"demand": "a", "within": 0.0}, "within must be above 0"),
    ],
)
def test_parameters_that_do_not_fit_together_are_refused(
    parameters: dict[str, object], said: str
) -> None:
    with pytest.raises(PluginError, match=said):
        standby(**parameters)


@pytest.mark.parametrize(
    ("name", "value"), [("within", 0.0), ("busy", 1.0), ("places", 0), ("beta", -1.0)]
)
def test_a_parameter_that_makes_no_sense_is_refused(name: str, value: object) -> None:
    with pytest.raises(PluginError, match=name):
        dispatch(**{name: value})


def _cover(nodes: list[int], busy: float) -> float:
    """Return sum of d_i (1 - q^k_i), by the definition."""
    weights = np.array([spot.weight for spot in SPOTS])
    counts = [sum(abs(node - spot.node) <= 2 for node in nodes) for spot in SPOTS]
    return float((weights / weights.sum()) @ (1 - busy ** np.array(counts, float)))
