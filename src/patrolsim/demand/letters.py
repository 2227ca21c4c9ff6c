"""Letter boxes: the places of a round, and into which of them a letter goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from patrolsim.incidents import Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.demand.table import Incident
    from patrolsim.incidents import Kind
    from patrolsim.network.streets import Stop

Point: TypeAlias = tuple[float, float]
"""Where a box hangs, metres: places of one position are one box."""


def boxes_of(kind: Kind, places: Mapping[str, Sequence[Stop]]) -> tuple[Point, ...]:
    """Return the boxes of a round, in the order of its stages: all places it can work at."""
    stops = [
        stop
        for stage in kind.stages
        if stage.where is Where.NEAREST
        for name in stage.places
        for stop in places[name]
    ]
    return tuple(dict.fromkeys((stop.x, stop.y) for stop in stops))


def box_of(letter: Incident, boxes: Sequence[Point]) -> Point:
    """Return the box nearest to where a letter is written, as the crow flies; ties: the first."""
    return min(boxes, key=lambda box: (box[0] - letter.x) ** 2 + (box[1] - letter.y) ** 2)
