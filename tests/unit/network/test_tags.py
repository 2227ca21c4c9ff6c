from __future__ import annotations

import math

import pytest

from patrolsim.network.tags import cleaned, direction_of, lowest_speed_kmh, way_key, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("primary", ("primary",)),
        ("['Primary', 'steps']", ("primary", "steps")),
        ("primary;steps", ("primary", "steps")),
        ("{'a', None}", ("a",)),
        ("nan", ()),
        ("[[[[", ()),
    ],
)
def test_words_are_read_from_lists_written_as_text(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


def test_endless_lists_are_cut() -> None:
    assert len(words_of("a," * 1_000_000)) == 50


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        *(("", 0), ("no", 0), ("False", 0), ("reversible", 0), ("True", 1), ("yes", 1)),
        *(("[True, False]", 1), ("-1", -1), ("reverse", -1), ("sometimes", None)),
    ],
)
def test_one_way_words_have_a_direction(text: str, direction: int | None) -> None:
    assert direction_of(text) == direction


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        *(("50", 50), ("30 mph", 48.28032), ("30mph", 48.28032), ("60 km/h", 60)),
        *(("['50', '30']", 30), ("none", math.nan), ("CN:urban", math.nan)),
        *(("-5", math.nan), ("inf", math.nan)),
    ],
)
def test_limits_are_read_in_km_per_hour(text: str, kmh: float) -> None:
    assert lowest_speed_kmh(text) == pytest.approx(kmh, nan_ok=True)


def test_the_ids_of_a_way_have_one_order() -> None:
    assert way_key({"osmid": "[3, 1]"}) == way_key({"osm_way": "1, 3"}) == "1,3"
    assert way_key({"osmid": "7", "osm_way": "8"}) == "7"
    assert way_key({}) == ""


@pytest.mark.parametrize("nothing", [None, math.nan, " ", "None", "NaN"])
def test_nothing_is_written_in_many_ways(nothing: object) -> None:
    assert cleaned(nothing) == ""
