"""A street map as it was read: columns of nodes and arcs, before any mode is chosen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.datum import Datum, to_wgs84
from patrolsim.network.projection import EARTH_RADIUS_M

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StreetMap:
    """A directed street map, n nodes and m arcs in map order.

    Attributes
    ----------
    source
        Name of the file, for messages.
    node_ids
        Ids of the nodes.
    east, north
        Positions: longitude and latitude in degrees, or x and y in metres; shape (n,).
    is_degrees
        Whether positions are degrees.
    may_enter
        Nodes at which one can get on and off the network; shape (n,).
    tail, head, twin
        Ends of each arc, and the same street the other way or -1; int32, shape (m,).
    length_m
        Length of each arc, metres.
    tags
        Words about each arc, by the names in `patrolsim.network.drafting.NAMED_TAGS`;
        empty text for none. A tag that no arc has is left out.
    speeds
        Numbers about each arc, by the names in `patrolsim.network.tags.SPEED_TAGS`; nan for none.
    times_s
        Travel times of each arc by the name of a mode, seconds; nan where the mode may not go.
    """

    source: str
    node_ids: tuple[str, ...]
    east: npt.NDArray[np.float64]
    north: npt.NDArray[np.float64]
    is_degrees: bool
    may_enter: npt.NDArray[np.bool_]
    tail: npt.NDArray[np.int32]
    head: npt.NDArray[np.int32]
    twin: npt.NDArray[np.int32]
    length_m: npt.NDArray[np.float64]
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    speeds: Mapping[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    times_s: Mapping[str, npt.NDArray[np.float64]] = field(default_factory=dict)


def in_wgs84(street_map: StreetMap, datum: Datum) -> StreetMap:
    """Return a map with its nodes in WGS-84.

    Lengths stay: the shifts stretch a street by less than a thousandth.

    Parameters
    ----------
    street_map
        The map as read.
    datum
        In which its degrees are given.

    Raises
    ------
    NetworkError
        If the map is in metres, which no datum of degrees can be about.
    """
    if datum is Datum.WGS84:
        return street_map
    if not street_map.is_degrees:
        raise NetworkError(
            f"{street_map.source}: the map is in metres, so coords: {datum} has nothing to convert"
        )
    lon, lat = to_wgs84(datum, street_map.east, street_map.north)
    return replace(street_map, east=lon, north=lat)


def straight_m(
    east: npt.NDArray[np.float64],
    north: npt.NDArray[np.float64],
    ends: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]],
    is_in_degrees: bool,  # noqa: FBT001 - a fact of the map
) -> npt.NDArray[np.float64]:
    """Return straight distances between nodes, metres: haversine for degrees.

    References
    ----------
    Sinnott (1984), Virtues of the haversine, Sky and Telescope 68(2), 159.
    """
    tail, head = ends
    if not is_in_degrees:
        distance: npt.NDArray[np.float64] = np.hypot(
            east[head] - east[tail], north[head] - north[tail]
        )
        return distance
    lon, lat = np.radians(east), np.radians(north)
    half = (
        np.sin((lat[head] - lat[tail]) / 2) ** 2
        + np.cos(lat[tail]) * np.cos(lat[head]) * np.sin((lon[head] - lon[tail]) / 2) ** 2
    )
    # Rounded to millimetres: a last bit of another machine's sine must change no travel time.
    rounded: npt.NDArray[np.float64] = np.round(
        2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0))), 3
    )
    return rounded
