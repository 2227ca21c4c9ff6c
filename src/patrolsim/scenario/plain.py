"""Careful reads of plain data that nobody has checked yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from patrolsim.units import UnitError

if TYPE_CHECKING:
    from collections.abc import Callable

BUILT_IN_MODES = ("foot", "bike", "e-bike", "car")
PLACES_OF_A_CITY = ("stations", "hospitals")
"""Groups of places that a JEMSS city brings along."""
T = TypeVar("T")


def group(value: object, *way: str) -> dict[str, object]:
    """Return the mapping at the end of a way; an empty one when there is none."""
    for key in way:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def given(value: object, *way: str) -> dict[str, object]:
    """Return what a mapping really gives: a null stands for a key that is left out."""
    return {key: inside for key, inside in group(value, *way).items() if inside is not None}


def inside(data: object, key: str | int) -> object:
    """Return what stands under a key or at the number of an item; None when nothing does."""
    if isinstance(data, dict):
        return data.get(key)
    if isinstance(data, list) and isinstance(key, int) and key < len(data):
        return data[key]
    return None


def items(value: object) -> list[object]:
    """Return a list; an empty one when it is none."""
    return value if isinstance(value, list) else []


def texts(value: object) -> list[tuple[int, str]]:
    """Return the texts of a list with their numbers."""
    return [(number, item) for number, item in enumerate(items(value)) if isinstance(item, str)]


def attempt(parse: Callable[[object], T], value: object) -> T | None:
    """Return what a value means; None when it is wrong, which its own check reports."""
    try:
        return parse(value)
    except UnitError:
        return None


class Names(NamedTuple):
    """The names that a scenario declares."""

    teams: dict[str, object]
    places: tuple[str, ...]
    channels: dict[str, object]
    kinds: dict[str, object]
    strategies: tuple[str, ...]
    modes: tuple[str, ...] | None
    """None when the map brings its own."""


def names_of(data: object) -> Names:
    """Return the names that a scenario declares."""
    has_city = "city" in group(data, "streets")
    strategies = tuple(group(data, "strategies")) or ("as_today",)
    return Names(
        teams=group(data, "teams"),
        places=(*group(data, "places"), *(PLACES_OF_A_CITY if has_city else ())),
        channels=group(data, "channels"),
        kinds=group(data, "incidents"),
        strategies=strategies,
        modes=None if has_city else (*BUILT_IN_MODES, *group(data, "streets", "travel_times")),
    )
