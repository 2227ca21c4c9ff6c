"""A map in the making: values that are numbers and yet mean nothing are refused in words."""

from __future__ import annotations

import pytest

from patrolsim.errors import NetworkError
from patrolsim.network.compiling import compile_map
from patrolsim.network.drafting import Draft
from patrolsim.network.modes import ModeRules

RULES = ModeRules(modes=("foot", "car"))


def draft(x: str = "100", **facts: str) -> Draft:
    """Return two nodes in metres with a street there and back."""
    sketch = Draft("map")
    sketch.add_node("a", "a", {"x": "0", "y": "0"})
    sketch.add_node("b", "b", {"x": x, "y": "0"})
    for ends in (("a", "b"), ("b", "a")):
        sketch.add_street("street", ends, facts)
    return sketch


@pytest.mark.parametrize(
    ("x", "reason"),
    [
        ("1e308", "too far out"),
        ("-1e9", "too far out"),
        ("inf", "not a number"),
        ("nan", "not a number"),
        ("one", "not a number"),
        ("", "is missing"),
    ],
)
def test_a_position_that_is_nowhere_is_refused(x: str, reason: str) -> None:
    with pytest.raises(NetworkError, match=f"node 'b': x .*{reason}"):
        draft(x).finish(crs="metres", is_directed=True)


def test_a_street_across_the_earth_is_refused_however_short_it_says_it_is() -> None:
    street_map = draft("5e7", length="5").finish(crs="metres", is_directed=True)
    with pytest.raises(NetworkError, match="spans less than 2,000 km"):
        compile_map(street_map, RULES)


@pytest.mark.parametrize(
    "facts",
    [
        {"length": "1e308"},
        {"length": "1e100", "maxspeed": "1e-300"},
        {"length": "5", "travel_time": "1e307"},
    ],
    ids=str,
)
def test_an_endless_street_is_refused_not_closed(facts: dict[str, str]) -> None:
    street_map = draft(**facts).finish(crs="metres", is_directed=True)
    with pytest.raises(NetworkError, match="25 is the limit"):
        compile_map(street_map, ModeRules(modes=("car",)))


def test_ends_that_nobody_declared_are_all_named() -> None:
    sketch = draft()
    sketch.add_street("street 3", ("a", "y"), {})
    sketch.add_street("street 4", ("z", "b"), {})
    with pytest.raises(NetworkError, match="street 3: there is no node 'y'") as caught:
        sketch.finish(crs="metres", is_directed=True)
    assert "street 4: there is no node 'z'" in str(caught.value)
