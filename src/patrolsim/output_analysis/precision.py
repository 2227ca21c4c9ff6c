"""Stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_LOOK = 10
LOOK_AHEAD = 5


def stops_at(is_met: Sequence[bool]) -> int | None:
    """Return the n at which the precision held and stayed for 5 more."""
    run = 0
    for n, met in enumerate(is_met, start=1):
        run = run + 1 if met and n >= FIRST_LOOK else 0
        if run == LOOK_AHEAD + 1:
            return n - LOOK_AHEAD
    return None
