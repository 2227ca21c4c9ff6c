"""Where each value of a scenario stands in its file."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

Loc: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys and numbers of list items from the root on."""


class Span(NamedTuple):
    """A piece of one line; line and columns count from 1, the end is one past the last sign."""

    line: int
    column: int
    end_column: int


class Position(NamedTuple):
    """Where a value and its key stand; an item of a list is its own key."""

    key: Span
    value: Span


class Unreadable:
    """Stands in the data for a value that could not be read; its problem is reported already."""


UNREADABLE = Unreadable()


def nearest_known(loc: Loc, positions: dict[Loc, Position]) -> Loc:
    """Return the way to the innermost known place of `loc`.

    Parts that stand for no key of the file, such as the name of a form, are skipped.
    """
    known: Loc = ()
    for part in loc:
        if (*known, part) in positions:
            known = (*known, part)
    return known
