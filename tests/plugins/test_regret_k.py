"""The largest regret first: worked cases, the optimum of two, and what no pairing may do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from tests.plugins.test_batch_assignment import Waiting, call

from patrolsim.errors import PluginError
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim_policies.batch_assignment import IMPOSSIBLE_US
from patrolsim_policies.regret_k import pair_by_regret


def regret(**parameters: object) -> Any:
    host = PluginHost()
    host.load_installed()
    return host.build(Role.DISPATCH, "regret_k", parameters)


def total(costs: np.ndarray, pairs: list[tuple[int, int]]) -> int:
    return int(sum(costs[pair] for pair in pairs))


tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 60) | st.just(IMPOSSIBLE_US), min_size=width, max_size=width),
        min_size=1,
        max_size=5,
    )
)


def test_who_would_lose_most_comes_first() -> None:
    # The second would wait 7 longer without person 0, the first only 1.
    view = Waiting(
        arrivals={1: {0: 1.0, 1: 2.0}, 2: {0: 2.0, 1: 9.0}}, open_incidents=[call(1), call(2)]
    )
    decisions = [regret().dispatch(view, call(number)) for number in (1, 2)]
    assert [decision.volunteer_ids for decision in decisions] == [(1,), (0,)]


def test_the_third_best_counts_if_three_alternatives_do() -> None:
    # Second best: 3 and 4 later. Third best: 30 and 5 later.
    costs = np.array([[10, 13, 40], [10, 14, 15]])
    assert pair_by_regret(costs, 2) == [(0, 1), (1, 0)]
    assert pair_by_regret(costs, 3) == [(0, 0), (1, 1)]


def test_whom_nobody_else_can_help_comes_first() -> None:
    costs = np.array([[1, 50], [40, IMPOSSIBLE_US]])
    assert pair_by_regret(costs, 2) == [(0, 1), (1, 0)]


def test_too_few_people_serve_the_first_in_the_queue() -> None:
    view = Waiting(arrivals={1: {0: 9.0}, 2: {0: 1.0}}, open_incidents=[call(1), call(2)])
    assert regret().dispatch(view, call(1)).volunteer_ids == (0,)
    assert regret().dispatch(view, call(2)) is None


def test_nobody_free_sends_nobody() -> None:
    assert regret().dispatch(Waiting(arrivals={1: {}}, open_incidents=[call(1)]), call(1)) is None


@given(tables, st.integers(2, 5))
def test_everybody_goes_once_and_nowhere_impossible(rows: list[list[int]], k: int) -> None:
    costs = np.array(rows)
    pairs = pair_by_regret(costs, k)
    assert len({row for row, _column in pairs}) == len({who for _row, who in pairs}) == len(pairs)
    assert all(costs[pair] < IMPOSSIBLE_US for pair in pairs)
    open_rows = set(range(len(costs))) - {row for row, _column in pairs}
    left = sorted(set(range(costs.shape[1])) - {who for _row, who in pairs})
    assert all(costs[row, who] >= IMPOSSIBLE_US for row in open_rows for who in left)


@given(st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=2, max_size=2))
def test_two_incidents_get_the_least_total(rows: list[list[int]]) -> None:
    costs = np.array(rows)
    assert total(costs, pair_by_regret(costs, 2)) == costs[linear_sum_assignment(costs)].sum()


@given(tables)
def test_no_total_is_below_the_optimum_of_as_many(rows: list[list[int]]) -> None:
    costs = np.array(rows)
    pairs = pair_by_regret(costs, 3)
    best = costs[linear_sum_assignment(costs)]
    if len(pairs) == int((best < IMPOSSIBLE_US).sum()):
        assert total(costs, pairs) >= int(best[best < IMPOSSIBLE_US].sum())


def test_one_alternative_is_refused() -> None:
    with pytest.raises(PluginError, match="alternatives must be 2 or more"):
        regret(alternatives=1)
