"""Who is sent, in which order people wait, and who may be taken away."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.plugins.fakes import FakeView, incident
from tests.runs import rows, run

from patrolsim import Candidate, Preemption
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets
from patrolsim_policies.closest import PRESETS, Closest, choose_party

if TYPE_CHECKING:
    from patrolsim import OpenIncident

A, B = frozenset({"a"}), frozenset({"b"})


def closest(**parameters: object) -> Any:
    host = PluginHost()
    host.load_installed()
    return host.build(Role.DISPATCH, "closest", parameters)


def sent(view: FakeView, about: OpenIncident, **parameters: object) -> tuple[int, ...] | None:
    decision = closest(**parameters).dispatch(view, about)
    return None if decision is None else tuple(decision.volunteer_ids)


def test_the_first_to_arrive_is_sent() -> None:
    assert sent(FakeView(etas={1: 90.0, 2: 30.0, 3: 60.0}), incident()) == (2,)


def test_of_two_who_arrive_together_the_lower_number_is_sent() -> None:
    assert sent(FakeView(etas={4: 30.0, 2: 30.0}), incident()) == (2,)


def test_nobody_is_sent_when_nobody_is_free() -> None:
    assert sent(FakeView(), incident()) is None


def test_for_one_person_one_candidate_is_looked_for() -> None:
    view = FakeView(etas={1: 90.0, 2: 30.0})
    sent(view, incident())
    assert view.asked == [1]


def test_a_party_of_anybody_is_the_first_few() -> None:
    assert sent(FakeView(etas={1: 3.0, 2: 1.0, 3: 2.0}), incident(None, None)) == (2, 3)


def test_some_go_ahead_when_not_all_are_there() -> None:
    assert sent(FakeView(etas={1: 3.0}), incident(None, None)) == (1,)


def test_a_party_that_goes_together_waits_for_the_last_one() -> None:
    assert sent(FakeView(etas={1: 3.0}), incident(None, None), party="together") is None


def test_a_rare_skill_is_looked_for_among_those_further_away() -> None:
    etas = {number: float(number) for number in range(40)}
    view = FakeView(etas=etas, skills={33: A})
    assert sent(view, incident("a", None)) == (33, 0)


def test_people_change_places_so_that_everybody_is_of_use() -> None:
    view = FakeView(etas={1: 1.0, 2: 2.0}, skills={1: A | B, 2: A})
    assert sent(view, incident("a", "b")) == (2, 1)


def test_a_very_large_party_is_put_together() -> None:
    candidates = [Candidate(number, float(number), None) for number in range(1_500)]
    party = choose_party(["a", *[None] * 1_499], candidates, lambda who: A if who else B)
    assert len(party) == 1_500


@given(
    st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=4),
    st.lists(st.frozensets(st.sampled_from(["a", "b", "c"])), max_size=6),
)
def test_no_other_party_is_larger_or_sooner(
    needs: list[str | None], people: list[frozenset[str]]
) -> None:
    candidates = [Candidate(number, float(number * number), None) for number in range(len(people))]
    party = choose_party(needs, candidates, people.__getitem__)
    best = _largest_and_soonest(needs, people)
    assert sorted(one.volunteer_id for one in party) == best


@given(
    st.lists(st.sampled_from(["a", "b", None]), min_size=1, max_size=4),
    st.lists(st.frozensets(st.sampled_from(["a", "b"])), max_size=6),
)
def test_sent_in_its_order_a_party_fills_the_first_open_needs(
    needs: list[str | None], people: list[frozenset[str]]
) -> None:
    candidates = [Candidate(number, float(number), None) for number in range(len(people))]
    still_open = list(needs)
    for one in choose_party(needs, candidates, people.__getitem__):
        mine = people[one.volunteer_id]
        still_open.remove(next(need for need in still_open if need is None or need in mine))


def test_the_engine_takes_a_party_that_had_to_change_places() -> None:
    minute_us = 60_000_000
    line = [Arc(0, 1, minute_us), Arc(1, 0, minute_us), Arc(1, 2, minute_us), Arc(2, 1, minute_us)]
    world = TinyWorld(
        calls=[Call(at_us=0, node=0, work_us=(minute_us,))],
        people=[Person(node=1, skills=A | B), Person(node=2, skills=A)],
        horizon_us=60 * minute_us,
        streets=make_streets([(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)], line),
        kinds=(make_kind(needs=(("a", 1), ("b", 1))),),
    ).build()
    assert rows(run(world, dispatch=closest()))[0].closed_us == 3 * minute_us


def test_the_queue_is_served_by_priority_then_by_time() -> None:
    about = [incident(priority=2, known_s=1.0), incident(priority=1, known_s=5.0)]
    assert sorted(about, key=closest().queue_key) == about[::-1]


def test_first_come_first_served_forgets_priorities() -> None:
    about = [incident(priority=2, known_s=1.0), incident(priority=1, known_s=5.0)]
    assert sorted(about, key=closest(queue="fcfs").queue_key) == about


def test_by_default_the_pairs_of_a_city_file_count() -> None:
    assert closest().preemption == Preemption(with_city_pairs=True)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_says_who_may_be_turned_round(name: str) -> None:
    assert closest(divert=name).preemption == Preemption(divert=PRESETS[name])


def test_the_presets_are_those_of_three_priorities() -> None:
    three = [pair for pair in sorted(PRESETS["lower_to_higher"]) if max(pair) <= 3]
    assert three == [(2, 1), (3, 1), (3, 2)]
    assert PRESETS["low_to_high"] < PRESETS["low_to_higher"] < PRESETS["lower_to_higher"]


def test_pairs_come_on_top_of_a_preset() -> None:
    policy = closest(divert="low_to_high", pairs=((5, 4),))
    assert policy.preemption.divert == {(3, 1), (5, 4)}


def test_people_at_work_are_called_away_when_that_is_asked_for() -> None:
    policy = closest(divert="off", interrupt="lower_to_high", interrupted_work="repeat")
    assert policy.preemption.interrupt == {(2, 1), (3, 1)}
    assert policy.preemption.interruption.value == "repeat"


@pytest.mark.parametrize("party", ["as they come", "together"])
def test_only_a_policy_that_sends_whoever_is_there_promises_it(party: str) -> None:
    assert bool(closest(party=party).promises) == (party == "as they come")


def test_a_policy_is_the_same_for_the_same_parameters() -> None:
    assert (
        closest()
        == closest()
        == Closest(Preemption(with_city_pairs=True), "priority", waits_for_all=False)
    )


def _largest_and_soonest(needs: list[str | None], people: list[frozenset[str]]) -> list[int]:
    """Try all parties, the largest first; the numbers rise with the time of arrival."""
    for size in range(min(len(needs), len(people)), 0, -1):
        parties = [p for p in combinations(range(len(people)), size) if _fits(needs, people, p)]
        if parties:
            return list(min(parties, key=lambda party: sum(who * who for who in party)))
    return []


def _fits(needs: list[str | None], people: list[frozenset[str]], party: tuple[int, ...]) -> bool:
    return any(
        all(need is None or need in people[who] for need, who in zip(order, party, strict=True))
        for order in permutations(needs, len(party))
    )
