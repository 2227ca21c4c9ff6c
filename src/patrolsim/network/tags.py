"""Words and numbers in the tags of OpenStreetMap, read from text and never evaluated."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

RULE_TAGS = (
    "highway",
    "access",
    "foot",
    "bicycle",
    "vehicle",
    "motor_vehicle",
    "motorcar",
    "motorroad",
    "oneway:bicycle",
    "cycleway",
    "cycleway:left",
    "cycleway:right",
    "cycleway:both",
)
"""Tags of a street that say who may use it."""
SPEED_TAGS = ("travel_time", "speed_kph", "maxspeed")
"""Tags that say how fast cars are, the best first: seconds, km/h, a limit."""
WAY_TAGS = ("osmid", "osm_way", "osm_way_id", "way")
"""Tags that say which drawn way a street belongs to; the first that a map has counts."""
DIRECTIONS: Final[Mapping[str, int]] = {
    "": 0,
    "no": 0,
    "false": 0,
    "0": 0,
    "reversible": 0,
    "alternating": 0,
    "yes": 1,
    "true": 1,
    "1": 1,
    "-1": -1,
    "reverse": -1,
}
"""What ``oneway`` may say: 1 as drawn, -1 against the drawing, 0 both ways."""
_NOTHING = frozenset({"", "none", "nan", "null"})
_LIST_SIGNS = " \t\r\n[](){}'\""
_MOST_WORDS = 50
_KMH_PER_MPH = 1.609344


def cleaned(value: object) -> str:
    """Return a value as text; empty for the ways in which files write nothing."""
    text = str(value).strip()
    return "" if text.lower() in _NOTHING else text


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a tag, in small letters: of ``a``, ``a;b`` or ``['a', 'b']``."""
    parts = text.lower().replace(";", ",").split(",", _MOST_WORDS)
    words = (part.strip(_LIST_SIGNS) for part in parts[:_MOST_WORDS])
    return tuple(word for word in words if word not in _NOTHING)


def direction_of(oneway: str) -> int | None:
    """Return what a tag ``oneway`` means; None when it means nothing.

    A street that was merged of several ways is one-way when any of them is.
    """
    directions = [DIRECTIONS.get(word) for word in words_of(oneway)] or [0]
    if None in directions:
        return None
    return next((direction for direction in directions if direction), 0)


def lowest_speed_kmh(text: str) -> float:
    """Return the lowest speed of ``50``, ``30 mph`` or ``['50', '30']``; nan when it has none."""
    speeds = [_speed_kmh(word) for word in words_of(text)]
    return min((speed for speed in speeds if 0 < speed < math.inf), default=math.nan)


def way_key(facts: Mapping[str, str]) -> str:
    """Return the ids of the drawn ways in one order: a street walked back lists them reversed."""
    text = ""
    for tag in WAY_TAGS:
        text = text or facts.get(tag, "")
    return ",".join(sorted(words_of(text))) if "," in text or ";" in text else text


def _speed_kmh(word: str) -> float:
    factor = _KMH_PER_MPH if word.endswith("mph") else 1.0
    number = word.removesuffix("mph").removesuffix("km/h").removesuffix("kmh").strip()
    try:
        return float(number) * factor
    except ValueError:
        return math.nan
