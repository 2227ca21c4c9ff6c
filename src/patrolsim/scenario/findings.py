"""A mistake in the data of a scenario, before anybody looks up where it stands in the file."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from patrolsim.units import quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from patrolsim.scenario.positions import Loc

Hint: TypeAlias = "str | Callable[[], str]"
"""How to mend a mistake; a costly hint is only thought out when the mistake is shown."""

_MAX_LISTED = 8
_MAX_COMPARED = 500


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
    hint: Hint = ""
    at_key: bool = False
    absent: tuple[str, ...] = ()

    @property
    def advice(self) -> str:
        """The hint in words."""
        return self.hint if isinstance(self.hint, str) else self.hint()


def unknown_name(
    loc: Loc, what: str, name: str, known: Collection[str], *, at_key: bool = False
) -> Finding:
    """Return the finding for a name that nobody declares, with the nearest that somebody does."""
    message = f"there is no {what} called {quoted(name)}"
    return Finding(loc, message, partial(nearest_of, name, known), at_key)


def nearest_of(name: str, known: Collection[str]) -> str:
    """Return a hint with the nearest known name, or else with the known names."""
    words = list(islice(known, _MAX_COMPARED))
    listed = ", ".join(words[:_MAX_LISTED]) + (", ..." if len(words) > _MAX_LISTED else "")
    otherwise = f"known: {listed}" if words else "none is declared"
    return suggestion(name, words, otherwise=otherwise)
