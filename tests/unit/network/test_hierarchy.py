"""When a hierarchy is made, and when there can be none."""

from __future__ import annotations

import numpy as np
import pytest
from tests.validation.test_geometry import torus

from patrolsim.network.hierarchy import Hierarchy
from patrolsim.network.packing import pack_arcs
from patrolsim.network.router import Router
from patrolsim.network.searching import TooFarError
from patrolsim.network.streets import UNREACHABLE_US, Streets
from patrolsim.network.tiers import Tier
from patrolsim.testing import Arc, make_streets

SIDE = 12
SEARCHES = 10**9


def square() -> Streets:
    points = [(float(node % SIDE), float(node // SIDE)) for node in range(SIDE * SIDE)]
    return make_streets(points, torus(SIDE))


def far_away(target: int) -> tuple[np.ndarray, ...]:
    """Return one person, on the other side of the torus."""
    node = (target + SIDE * SIDE // 2 + SIDE // 2) % (SIDE * SIDE)
    columns = (7,), (node,), (3,), (UNREACHABLE_US,)
    return tuple(np.array(column, np.int64) for column in columns)


def test_a_hierarchy_is_made_once_searches_have_cost_as_much() -> None:
    streets = square()
    router = Router(streets, tier=Tier.COMPILED)
    searching = Router(streets, tier=Tier.COMPILED, settle_bound=SEARCHES)
    made = []
    for number in range(90):
        target, seeds = number % (SIDE * SIDE), far_away(number)
        first = router.nearest_of([(target, 2)], seeds, mode=0, count=1)  # type: ignore[arg-type]
        assert first == searching.nearest_of([(target, 2)], seeds, mode=0, count=1)  # type: ignore[arg-type]
        made.append(0 in router._hierarchies)
    assert not any(made[:20])
    assert all(made[60:])
    assert 0 not in searching._hierarchies


def test_the_plain_tier_makes_a_hierarchy_only_when_told() -> None:
    router = Router(square(), tier=Tier.PLAIN)
    for number in range(90):
        router.nearest_of([(number, 2)], far_away(number), mode=0, count=1)  # type: ignore[arg-type]
    assert 0 not in router._hierarchies


@pytest.mark.parametrize("tier", list(Tier))
def test_streets_that_are_too_long_for_a_hierarchy_are_answered_without(tier: Tier) -> None:
    arcs = [Arc(0, 1, 2**41), Arc(1, 2, 2**41), Arc(2, 0, 5), Arc(0, 2, 2**54)]
    streets = make_streets([(0.0, 0.0)] * 3, arcs)
    with pytest.raises(TooFarError):
        Hierarchy(pack_arcs(streets, 0), tier)
    router = Router(streets, tier=tier, contracts=True)
    assert router.time([(0, 1)], [(2, 1)], mode=0) == 2**42 + 2


def test_both_tiers_make_the_same_hierarchy() -> None:
    packed = pack_arcs(square(), 0)
    compiled, plain = (Hierarchy(packed, tier)._up for tier in Tier)
    for one, other in zip(compiled, plain, strict=True):
        assert list(one) == list(other)


def test_streets_without_room_for_all_shortcuts_get_more_room() -> None:
    n = 40  # a star whose middle goes last: every two of its ends need a shortcut
    spokes = [Arc(*ends, 10) for node in range(1, n) for ends in ((0, node), (node, 0))]
    ring = [Arc(node, node % (n - 1) + 1, 100) for node in range(1, n)]
    streets = make_streets([(0.0, 0.0)] * n, spokes + ring)
    router = Router(streets, contracts=True)
    for start in range(1, n):
        assert router.time([(start, 0)], [(1, 0)], mode=0) == (0 if start == 1 else 20)


def test_asking_for_other_targets_forgets_the_answer_before() -> None:
    hierarchy = Hierarchy(pack_arcs(square(), 0), Tier.COMPILED)
    searching = Router(square(), settle_bound=SEARCHES)
    for target in (0, 5, 0, 17):
        hierarchy.begin([(target, 1)])
        for start in (0, 5, 17, 80):
            expected = searching.time([(start, 0)], [(target, 1)], mode=0)
            assert hierarchy.time_us(start) == expected
