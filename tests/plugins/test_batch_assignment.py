"""Pairs of least total: against brute force, and the single incident as the closest rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plugins.fakes import FakeView, incident

from patrolsim.plugins import PluginHost
from patrolsim.policy import Candidate, Role
from patrolsim_policies.batch_assignment import IMPOSSIBLE_US, assign, choose_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim import OpenIncident


@dataclass
class Waiting(FakeView):
    """A view with arrivals by incident and volunteer."""

    arrivals: Mapping[int, Mapping[int, float]] = field(default_factory=dict)

    def available(self, incident: OpenIncident) -> Sequence[int]:
        return sorted(self.arrivals[incident.incident_id])

    def nearest(self, incident: OpenIncident, count: int = 1) -> Sequence[Candidate]:
        etas = self.arrivals[incident.incident_id]
        ranked = sorted((eta_s, who) for who, eta_s in etas.items())
        return [Candidate(who, eta_s, None) for eta_s, who in ranked[:count]]


def call(number: int, **changes: object) -> OpenIncident:
    return incident()._replace(incident_id=number, **changes)  # type: ignore[arg-type]


def batch(**parameters: object) -> Any:
    host = PluginHost()
    host.load_installed()
    return host.build(Role.DISPATCH, "batch_assignment", parameters)


def sent(view: Waiting, about: OpenIncident, **parameters: object) -> tuple[int, ...] | None:
    decision = batch(**parameters).dispatch(view, about)
    return None if decision is None else decision.volunteer_ids


@pytest.fixture
def crossed() -> Waiting:
    """Return the case in which the greedy choice costs 13 and the best one 10."""
    arrivals = {1: {0: 4.0, 1: 5.0}, 2: {0: 5.0, 1: 9.0}}
    return Waiting(arrivals=arrivals, open_incidents=[call(1), call(2)])


def test_the_pairs_have_the_least_total(crossed: Waiting) -> None:
    assert sent(crossed, call(1)) == (1,)
    assert sent(crossed, call(2)) == (0,)


def test_an_incident_that_is_not_in_the_queue_yet_counts_too(crossed: Waiting) -> None:
    crossed.open_incidents = [call(1)]
    assert sent(crossed, call(2)) == (0,)


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 4).map(float), max_size=6))
def test_a_lone_incident_gets_the_closest(etas: dict[int, float]) -> None:
    view = Waiting(arrivals={1: etas})
    nearest = view.nearest(call(1), 1)
    assert sent(view, call(1)) == ((nearest[0].volunteer_id,) if nearest else None)


def test_too_few_people_serve_the_first_in_the_queue() -> None:
    arrivals = {1: {0: 90.0}, 2: {0: 10.0}}
    view = Waiting(arrivals=arrivals, open_incidents=[call(1), call(2)])
    assert sent(view, call(2)) is None
    assert sent(view, call(1)) == (0,)
    assert sent(view, call(2), surplus="least_total") == (0,)
    assert sent(view, call(1), surplus="least_total") is None


def test_the_more_urgent_comes_first_though_it_is_known_later() -> None:
    arrivals = {1: {0: 90.0}, 2: {0: 10.0}}
    waiting = [call(1, priority=1, known_s=9.0), call(2, priority=2)]
    assert sent(Waiting(arrivals=arrivals, open_incidents=waiting), waiting[0]) == (0,)


def test_an_incident_that_nobody_can_do_takes_nobody_away() -> None:
    view = Waiting(arrivals={1: {}, 2: {0: 10.0}}, open_incidents=[call(1), call(2)])
    assert sent(view, call(2)) == (0,)
    assert sent(view, call(1)) is None


def test_of_a_party_everybody_fills_a_need() -> None:
    view = Waiting(arrivals={7: {0: 1.0, 1: 2.0, 2: 3.0}}, skills={2: frozenset({"a"})})
    assert sent(view, incident("a", None)) == (2, 0)


costs = st.integers(1, 6).flatmap(
    lambda columns: st.lists(
        st.lists(st.sampled_from([*range(9), IMPOSSIBLE_US]), min_size=columns, max_size=columns),
        min_size=1,
        max_size=6,
    )
)


@given(costs)
def test_no_other_pairs_have_a_smaller_total(rows: list[list[int]]) -> None:
    costs_us = np.array(rows, np.int64)
    pairs = assign(costs_us)
    found = len(pairs), -sum(int(costs_us[pair]) for pair in pairs)
    assert found == _best(rows)


@given(costs)
def test_rows_are_chosen_as_the_first_that_can_be_served_together(rows: list[list[int]]) -> None:
    chosen = choose_rows(np.array(rows, np.int64))
    expected: list[int] = []
    for row in range(len(rows)):
        wider = [*expected, row]
        if _best([rows[one] for one in wider])[0] == len(wider):
            expected = wider
    assert chosen == expected


def test_of_several_best_pairings_the_same_is_found() -> None:
    # Which one scipy returns is not promised; this pins it.
    assert assign(np.array([[1, 1, 1], [1, 1, 1]])) == [(0, 0), (1, 1)]
    assert assign(np.array([[2, 1], [1, 0]])) == [(0, 1), (1, 0)]


def test_very_late_arrivals_are_told_apart_to_the_microsecond() -> None:
    late_us = 30 * 86_400 * 1_000_000
    costs_us = np.array([[late_us, late_us + 1]] * 2, np.int64)
    costs_us[1] += [1, 1]
    assert sum(int(costs_us[pair]) for pair in assign(costs_us)) == 2 * late_us + 2


def _best(rows: list[list[int]]) -> tuple[int, int]:
    """Return the most pairs that are possible, and minus their least total, by trying all."""
    width = max(len(rows), len(rows[0]))
    table = [row + [IMPOSSIBLE_US] * (width - len(row)) for row in rows]
    found = []
    for order in permutations(range(width), len(rows)):
        taken = [table[row][column] for row, column in enumerate(order)]
        possible = [cost for cost in taken if cost < IMPOSSIBLE_US]
        found.append((len(possible), -sum(possible)))
    return max(found)
