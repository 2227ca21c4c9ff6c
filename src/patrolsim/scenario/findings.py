"""A mistake in the data of a scenario, before anybody looks up where it stands in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from patrolsim.units import quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Collection

    from patrolsim.scenario.positions import Loc

_MAX_LISTED = 8


class Finding(NamedTuple):
    """One mistake.

    Attributes
    ----------
    loc
        The way to the value.
    message, hint
        What is wrong, and how to mend it.
    at_key
        Whether the key is meant rather than its value.
    absent
        The keys of which one is missing here: a misspelt one explains the mistake.
    """

    loc: Loc
    message: str
    hint: str = ""
    at_key: bool = False
    absent: tuple[str, ...] = ()


def unknown_name(
    loc: Loc, what: str, name: str, known: Collection[str], *, at_key: bool = False
) -> Finding:
    """Return the finding for a name that nobody declares, with the nearest that somebody does."""
    message = f"there is no {what} called {quoted(name)}"
    return Finding(loc, message, nearest_of(name, known), at_key)


def nearest_of(name: str, known: Collection[str]) -> str:
    """Return a hint with the nearest known name, or else with the known names."""
    listed = ", ".join(list(known)[:_MAX_LISTED])
    more = ", ..." if len(known) > _MAX_LISTED else ""
    return suggestion(
        name, known, otherwise=f"known: {listed}{more}" if listed else "none is declared"
    )
