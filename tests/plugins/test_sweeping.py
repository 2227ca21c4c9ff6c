"""The street that a searcher takes next, against a sort of all that are open."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from patrolsim_policies.sweeping import Entries, best_of

STREET = st.tuples(
    st.sampled_from([0.0, 0.5, 1.0]),
    st.sampled_from([0.0, 30.0, 60.0, np.inf]),
    st.booleans(),
    st.booleans(),
)
"""Score, way, whether it is open, and whether it is among those that are looked at."""


@given(st.lists(STREET, max_size=8))
def test_the_best_street_has_the_largest_score_then_the_shorter_way_then_the_lower_number(
    streets: list[tuple[float, float, bool, bool]],
) -> None:
    by_hand = sorted(
        (-score, way_s, number)
        for number, (score, way_s, is_open, is_among) in enumerate(streets)
        if is_open and is_among
    )
    scores, ways_s = (np.array([one[place] for one in streets], np.float64) for place in (0, 1))
    is_open, among = (np.array([one[place] for one in streets], np.bool_) for place in (2, 3))
    found = best_of(scores, Entries(ways_s, np.ones(len(streets), np.bool_), is_open), among)
    assert found == (by_hand[0][2] if by_hand else None)
