"""Which sign and colour belongs to which strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from patrolsim.report.figures.figure import WIDTH
from patrolsim.report.figures.svg import label, marker

if TYPE_CHECKING:
    from collections.abc import Sequence

ROW = 18.0
PER_ROW = 2


class Strategy(NamedTuple):
    """A strategy as figures know it: its name, and its place in the scenario."""

    name: str
    rank: int


def legend(strategies: Sequence[Strategy], top: float) -> tuple[Markup, float]:
    """Return the legend, and where it ends."""
    parts = []
    for number, (name, rank) in enumerate(strategies):
        x = 8 + (number % PER_ROW) * WIDTH / PER_ROW
        y = top + (number // PER_ROW) * ROW
        parts += [marker(x, y, rank), label(x + 10, y + 4, name, most=26)]
    rows = -(-len(strategies) // PER_ROW)
    return Markup().join(parts), top + rows * ROW
