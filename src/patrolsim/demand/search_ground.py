"""Where somebody who is looked for may be: the streets of a search and the chance of each.

References
----------
Koopman (1946, 1980), Search and Screening: a prior over parts of an area, updated by vain search.
Distances of lost people from the last known place: Koester (2008), Lost Person Behavior; its
figures are from rural America, so the mean of a Chinese suburb is an assumption of the scenario.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.network.streets import CLOSED_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.incidents import Search
    from patrolsim.network.streets import Stop, Streets

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

RING_CV = 0.5
"""Coefficient of variation of the distance from the last known place: an assumption."""
LEAST_M = 1.0
"""Nearer than this to the last known place is as near as this."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchGround:
    """The streets of a search, n of them: each is walked whole, from one corner to the next.

    Of parallel streets between two corners only the fastest counts, for a walk takes no other;
    a street that leads back to its own corner does not count.

    Attributes
    ----------
    search, mode
        What the scenario says, and the mode of those who search.
    arc, twin
        An arc of each street, and the same street the other way or -1; shape (n,).
    tail, head
        The corners at the ends of `arc`.
    length_m, x, y
        Length, and the middle of the straight line between the corners, metres.
    weight
        How likely each street is beside the others whatever the last known place.
    is_near
        Whether it is near a place that draws people.
    """

    search: Search
    mode: int
    arc: Ints
    twin: Ints
    tail: Ints
    head: Ints
    length_m: Floats
    x: Floats
    y: Floats
    weight: Floats
    is_near: Bools

    def prior(self, x: float, y: float) -> Floats:
        """Return the chance of each street around a last known place, summing to 1; shape (n,).

        Along streets that lie evenly, the distance from the place is lognormal: the density of
        the distance is spread over the circle of that distance.
        """
        chance = self.weight
        mean_m = self.search.ring_m
        if mean_m is not None:
            away_m = np.maximum(np.hypot(self.x - x, self.y - y), LEAST_M)
            around = self.weight * _ring(away_m, mean_m)
            chance = around if around.sum() > 0 else chance
        shares: Floats = chance / chance.sum()
        return shares


def make_search_ground(
    streets: Streets, search: Search, mode: int, places: Sequence[tuple[Sequence[Stop], float]]
) -> SearchGround | None:
    """Return the streets of a search; None when nobody can be anywhere on them.

    Parameters
    ----------
    streets
        The usual streets.
    search, mode
        What the scenario says, and the mode of those who search.
    places
        The places that draw people: their points, and how many times as likely it is near them.
    """
    arc, twin = _streets_walked(streets, mode)
    tail, head = streets.tail[arc].astype(np.int64), streets.head[arc].astype(np.int64)
    x = (streets.x[tail] + streets.x[head]) / 2
    y = (streets.y[tail] + streets.y[head]) / 2
    draw = _drawn_by(places, x, y, search.near_m)
    class_weight = np.where(_open_to_cars(streets, arc), search.streets, search.paths)
    length_m = streets.length_m[arc]
    weight = length_m * class_weight * np.where(draw < 0, 1.0, draw)
    if not weight.sum() > 0:
        return None
    return SearchGround(
        search=search,
        mode=mode,
        arc=arc,
        twin=twin,
        tail=tail,
        head=head,
        length_m=length_m,
        x=x,
        y=y,
        weight=weight,
        is_near=draw >= 0,
    )


def _ring(away_m: Floats, mean_m: float) -> Floats:
    """Return the lognormal density of a distance, by the metre of the circle at that distance."""
    variance = math.log1p(RING_CV**2)
    deviation = np.log(away_m) - (math.log(mean_m) - variance / 2)
    density: Floats = np.exp(-(deviation**2) / (2 * variance)) / away_m**2
    return density


def _streets_walked(streets: Streets, mode: int) -> tuple[Ints, Ints]:
    """Return an arc of each street that a walk between two corners takes, and the way back.

    The arcs rise; -1 for the way back where a walk back takes another street.
    """
    fastest = _fastest(streets, mode)
    twin = streets.twin[fastest].astype(np.int64)
    twin = np.where(np.isin(twin, fastest), twin, -1)
    is_kept = (twin < 0) | (fastest < twin)
    return fastest[is_kept], twin[is_kept]


def _fastest(streets: Streets, mode: int) -> Ints:
    """Return the arc that a walk takes between any two corners, rising; of equals the first."""
    weight_us, is_usable = streets.weight_us[mode], streets.usable[mode]
    is_open = (weight_us != CLOSED_US) & (streets.tail != streets.head)
    arcs = np.flatnonzero(is_open & is_usable[streets.tail] & is_usable[streets.head])
    arcs = arcs[np.lexsort((arcs, weight_us[arcs], streets.head[arcs], streets.tail[arcs]))]
    tail, head = streets.tail[arcs], streets.head[arcs]
    is_first = np.ones(len(arcs), np.bool_)
    is_first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return np.sort(arcs[is_first]).astype(np.int64)


def _open_to_cars(streets: Streets, arc: Ints) -> Bools:
    """Return which streets are open to cars in some direction; all where the map knows none."""
    names = [mode.name for mode in streets.modes]
    if "car" not in names:
        return np.ones(len(arc), np.bool_)
    weight_us = streets.weight_us[names.index("car")]
    twin = streets.twin[arc]
    either: Bools = (weight_us[arc] != CLOSED_US) | ((twin >= 0) & (weight_us[twin] != CLOSED_US))
    return either


def _drawn_by(
    places: Sequence[tuple[Sequence[Stop], float]], x: Floats, y: Floats, near_m: float
) -> Floats:
    """Return the largest multiplier of the places near each street; -1 where none is near."""
    draw = np.full(len(x), -1.0)
    for stops, times in places:
        for stop in stops:
            is_near = np.hypot(x - stop.x, y - stop.y) <= near_m
            draw = np.where(is_near, np.maximum(draw, times), draw)
    return draw
