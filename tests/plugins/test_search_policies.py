"""Search policies choose the street that their rule names: against a look at every street."""

from __future__ import annotations

import math
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plugins.search_tasks import Street, task_of

from patrolsim.plugins import PluginHost
from patrolsim.policy import Role, SearchPolicy, SearchTask, Sweep

HOST = PluginHost()
HOST.load_installed()
VIEW: Any = None


def built(name: str, **parameters: object) -> SearchPolicy:
    return cast("SearchPolicy", HOST.build(Role.SEARCH, name, parameters))


@st.composite
def tasks(draw: st.DrawFn) -> SearchTask:
    times = st.one_of(st.floats(0.0, 900.0), st.just(math.inf))
    streets = st.builds(
        Street,
        chance=st.floats(0.01, 1.0),
        tail_s=times,
        head_s=times,
        sweep_s=st.one_of(st.floats(5.0, 300.0), st.just(math.inf)),
        is_claimed=st.booleans(),
        is_two_way=st.booleans(),
    )
    return task_of(*draw(st.lists(streets, min_size=1, max_size=8)))


@settings(max_examples=200, deadline=None)
@given(task=tasks())
def test_greedy_rate_finds_what_a_look_at_every_street_finds(task: SearchTask) -> None:
    best, chosen = 0.0, None
    for i in range(len(task.tail)):
        ends = float(task.tail_s[i]), float(task.head_s[i])
        way_s = min(ends) if task.is_two_way[i] else ends[0]
        is_open = not task.is_claimed[i] and max(ends) < math.inf and task.sweep_s[i] < math.inf
        if is_open:
            gain = float(task.chance[i]) * (1 - math.exp(-task.effort))
            rate = gain / (way_s + float(task.sweep_s[i]))
            if rate > best * (1 + 1e-12):
                best, chosen = rate, i
    answer = built("greedy_rate").next_search(VIEW, task)
    if chosen is None:
        assert answer is None
    else:
        assert answer is not None
        assert set(answer.nodes) == {int(task.tail[chosen]), int(task.head[chosen])}


def test_a_street_is_entered_at_the_nearer_end_from_which_it_may_be_walked() -> None:
    policy = built("greedy_rate")
    near_head = Street(tail_s=50.0, head_s=5.0)
    assert policy.next_search(VIEW, task_of(near_head)) == Sweep((100, 0))
    one_way = Street(tail_s=50.0, head_s=5.0, is_two_way=False)
    assert policy.next_search(VIEW, task_of(one_way)) == Sweep((0, 100))


def test_koopman_walks_to_the_nearest_street_that_deserves_a_sweep() -> None:
    likely = Street(chance=0.8, tail_s=300.0, head_s=400.0)
    unlikely = Street(chance=0.001, tail_s=1.0)
    near = Street(chance=0.7, tail_s=30.0, head_s=40.0)
    task = task_of(likely, unlikely, near, left_s=240.0)
    assert built("koopman").next_search(VIEW, task) == Sweep((2, 102))


def test_koopman_goes_on_where_no_street_deserves_half_a_sweep() -> None:
    task = task_of(Street(chance=0.6), Street(chance=0.4), left_s=1.0)
    assert built("koopman").next_search(VIEW, task) == Sweep((0, 100))


def test_a_hasty_search_comes_before_the_best_rate() -> None:
    far = Street(chance=0.9, x=900.0, tail_s=1.0)
    hasty = Street(chance=0.05, x=100.0, tail_s=50.0, head_s=60.0)
    square = Street(chance=0.05, x=900.0, is_near_place=True, tail_s=10.0)
    policy = built("hasty_first")
    assert policy.next_search(VIEW, task_of(far, hasty, square)) == Sweep((2, 102))
    swept = Street(chance=0.05, x=100.0, coverage=0.5)
    assert policy.next_search(VIEW, task_of(far, swept)) == Sweep((0, 100))


def test_containment_posts_each_searcher_once_and_then_sweeps_from_the_ring_inward() -> None:
    policy = built("containment", share=1.0, watch=600.0)
    streets = [Street(x=100.0), Street(x=-400.0), Street(x=400.0)]
    first = policy.next_search(VIEW, task_of(*streets, volunteer=3))
    second = policy.next_search(VIEW, task_of(*streets, volunteer=4))
    assert first == Sweep((2,), 600.0)
    assert second == Sweep((1,), 600.0)
    again = policy.next_search(VIEW, task_of(*streets, volunteer=3))
    assert again in {Sweep((1, 101)), Sweep((2, 102))}


@pytest.mark.parametrize("name", ["greedy_rate", "koopman", "hasty_first", "containment"])
def test_where_everything_is_claimed_there_is_nothing_to_search(name: str) -> None:
    policy = built(name)
    task = task_of(Street(is_claimed=True), Street(is_claimed=True))
    answers = [policy.next_search(VIEW, task) for _ in range(2)]
    assert answers[-1] is None
