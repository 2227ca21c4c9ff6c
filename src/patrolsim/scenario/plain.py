"""Careful reads of plain data that nobody has checked yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from patrolsim.units import UnitError, parse_share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BUILT_IN_MODES = ("foot", "bike", "e-bike", "car")
PLACES_OF_A_CITY = ("stations", "hospitals")
"""Groups of places that a JEMSS city brings along."""
ANYBODY = "anybody"
"""Stands for no skill at all among the people that a stage needs."""
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
    """The names that a scenario declares, and what is known of all kinds or teams together."""

    teams: dict[str, object]
    places: dict[str, None]
    channels: dict[str, object]
    kinds: dict[str, object]
    strategies: tuple[str, ...]
    modes: tuple[str, ...] | None
    """None when the map brings its own."""
    growing: frozenset[str]
    """The kinds that grow out of others."""
    has_replay: bool
    """Whether any kind comes from a file of recorded calls."""
    skills: frozenset[str] | None
    """The skills in all teams; None when a file of members may bring any."""
    weather: dict[str, object]


def skills_of(teams: Iterable[object]) -> frozenset[str] | None:
    """Return the skills that somebody in the teams has; None when anything may be."""
    skills: set[str] = set()
    for team in teams:
        if not isinstance(team, dict) or team.get("members") is not None:
            return None
        trades = [trade for trade in group(team, "trades").values() if isinstance(trade, dict)]
        # a trade without skills of its own has those of the team
        for people in [trade if "skills" in given(trade) else team for trade in trades] or [team]:
            shares = group(people, "skills").items()
            skills |= {skill for skill, share in shares if attempt(parse_share, share) != 0}
    return frozenset(skills)


def names_of(data: object) -> Names:
    """Return the names that a scenario declares."""
    has_city = "city" in group(data, "streets")
    teams, kinds = group(data, "teams"), group(data, "incidents")
    growing = (group(kind, "follow_up").get("kind") for kind in kinds.values())
    return Names(
        teams=teams,
        places=dict.fromkeys((*group(data, "places"), *(PLACES_OF_A_CITY if has_city else ()))),
        channels=group(data, "channels"),
        kinds=kinds,
        strategies=tuple(group(data, "strategies")) or ("as_today",),
        modes=None if has_city else (*BUILT_IN_MODES, *group(data, "streets", "travel_times")),
        growing=frozenset(kind for kind in growing if isinstance(kind, str)),
        has_replay=any("replay" in given(kind) for kind in kinds.values()),
        skills=skills_of(teams.values()),
        weather=group(data, "period", "weather"),
    )
