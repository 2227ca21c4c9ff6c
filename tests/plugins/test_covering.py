"""Coverings and matchings are as good as any: greedy theory and brute force say so."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolsim_policies.covering import Start, cover_by_program, match_people

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def covered(chosen: Mapping[Start, int], hours: int) -> list[int]:
    return [
        sum(n for one, n in chosen.items() if one.first <= hour < one.first + one.length)
        for hour in range(hours)
    ]


def work(chosen: Mapping[Start, int]) -> int:
    return sum(count * one.length for one, count in chosen.items())


def fewest(required: Sequence[int], length: int) -> int:
    """Return the fewest shifts of one length: from the left, each as late as can be."""
    have, total = [0] * len(required), 0
    for hour, need in enumerate(required):
        while have[hour] < need:
            first = min(hour, len(required) - length)
            total += 1
            for inside in range(first, first + length):
                have[inside] += 1
    return total


@settings(max_examples=200)
@given(
    required=st.lists(st.integers(0, 5), min_size=4, max_size=30),
    length=st.integers(1, 4),
)
def test_shifts_of_one_length_are_the_fewest(required: list[int], length: int) -> None:
    starts = [Start(first, length) for first in range(len(required) - length + 1)]
    chosen = cover_by_program(required, starts)
    assert all(
        have >= need for have, need in zip(covered(chosen, len(required)), required, strict=True)
    )
    assert sum(chosen.values()) == fewest(required, length)


@settings(max_examples=60, deadline=None)
@given(required=st.lists(st.integers(0, 2), min_size=5, max_size=5))
def test_shifts_of_two_lengths_take_the_least_work(required: list[int]) -> None:
    starts = [Start(first, length) for length in (2, 3) for first in range(5 - length + 1)]
    best = min(
        work(plan)
        for counts in product(range(3), repeat=len(starts))
        if (plan := dict(zip(starts, counts, strict=True)))
        and all(have >= need for have, need in zip(covered(plan, 5), required, strict=True))
    )
    chosen = cover_by_program(required, starts)
    assert all(have >= need for have, need in zip(covered(chosen, 5), required, strict=True))
    assert work(chosen) == best


def test_of_equal_plans_the_earlier_is_taken() -> None:
    assert cover_by_program([0, 1, 0], [Start(0, 2), Start(1, 2)]) == {Start(0, 2): 1}


def test_a_need_that_no_shift_covers_is_refused() -> None:
    with pytest.raises(ValueError, match="no shift"):
        cover_by_program([1, 0, 1], [Start(0, 2)])


@given(
    costs=st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=3, max_size=3),
        min_size=1,
        max_size=4,
    )
)
def test_a_matching_fills_most_and_costs_least(costs: list[list[int | None]]) -> None:
    people, shifts = [10, 11, 12], [Start(number, 1) for number in range(len(costs))]
    found = match_people(people, shifts, lambda who, shift: costs[shift.first][who - 10])
    given_to = [who for who in found if who is not None]
    assert len(set(given_to)) == len(given_to)
    got = [costs[row][who - 10] for row, who in enumerate(found) if who is not None]
    assert None not in got
    assert (-len(got), sum(cost or 0 for cost in got)) == best_matching(costs)


def best_matching(costs: list[list[int | None]]) -> tuple[int, int]:
    """Return the best of all matchings: minus how many are filled, and what they cost."""
    spots: list[int | None] = [0, 1, 2, *[None] * len(costs)]
    found = [(0, 0)]
    for order in set(permutations(spots, len(costs))):
        pairs = [costs[row][who] for row, who in enumerate(order) if who is not None]
        if None not in pairs:
            found.append((-len(pairs), sum(cost or 0 for cost in pairs)))
    return min(found)
