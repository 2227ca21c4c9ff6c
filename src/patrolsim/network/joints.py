"""How a place joins the streets: the ways out to the next corners, and the ways in from them.

A place in the middle of a street is left, and reached, in both directions where the street has
both. Whoever has stopped there may leave either way; turning round on the way is another matter
(`Mode.turns_round`). The time of a street is cut into whole microseconds whose parts add up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from patrolsim.network.streets import CLOSED_US, NO_NODE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.network.streets import Spot, Stop

NO_ARC = -1
"""In `Joint.arc`: the place joins the streets at the node itself."""


class Arcs(Protocol):
    """What is needed of the streets: compiled arrays or plain lists of whole numbers."""

    @property
    def tail(self) -> Sequence[int]:
        """First node of each arc."""

    @property
    def head(self) -> Sequence[int]:
        """Last node of each arc."""

    @property
    def twin(self) -> Sequence[int]:
        """The same street walked the other way, or -1."""

    @property
    def weight_us(self) -> Sequence[Sequence[int]]:
        """Travel time of each arc for each mode."""


class Joint(NamedTuple):
    """One way between a place and a corner, along one street.

    Attributes
    ----------
    node, cost_us
        The corner, and the time between it and the place's point on the street.
    arc
        The arc that is walked in part; `NO_ARC` when the place is at the corner.
    weight_us
        Time of the whole arc; 0 without one.
    """

    node: int
    cost_us: int
    arc: int
    weight_us: int


def ways_out(arcs: Arcs, stop: Stop, mode: int) -> list[Joint]:
    """Return the ways from the street in front of a place to the next corners: none to two."""
    spot = stop.spot(mode)
    if spot is None:
        return _at_corner(stop, mode)
    weight_us = arcs.weight_us[mode]
    return [
        Joint(arcs.head[arc], whole_us - here.along_us(whole_us), arc, whole_us)
        for here in both_directions(arcs, spot)
        if (whole_us := weight_us[arc := here.arc]) != CLOSED_US
    ]


def ways_in(arcs: Arcs, stop: Stop, mode: int) -> list[Joint]:
    """Return the ways from the last corners to the street in front of a place: none to two."""
    spot = stop.spot(mode)
    if spot is None:
        return _at_corner(stop, mode)
    weight_us = arcs.weight_us[mode]
    return [
        Joint(arcs.tail[arc], here.along_us(whole_us), arc, whole_us)
        for here in both_directions(arcs, spot)
        if (whole_us := weight_us[arc := here.arc]) != CLOSED_US
    ]


def both_directions(arcs: Arcs, spot: Spot) -> Iterator[Spot]:
    """Yield a spot as it lies on its arc, and on the twin if there is one."""
    yield spot
    twin = arcs.twin[spot.arc]
    if twin >= 0:
        yield spot.reversed_on(twin)


def _at_corner(stop: Stop, mode: int) -> list[Joint]:
    node = stop.nodes[mode]
    return [] if node == NO_NODE else [Joint(node, 0, NO_ARC, 0)]
