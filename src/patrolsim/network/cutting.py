"""A part of a street map: boxes, polygons, and streets that are kept whole."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.sources import DEFAULT_LIMITS, opened
from patrolsim.network.twins import NO_TWIN
from patrolsim.units import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from patrolsim.network.maps import StreetMap

    Floats = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]

LEAST_CORNERS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """An area in the coordinates of a map.

    Attributes
    ----------
    rings
        Corners of its outlines and holes, each of shape (k, 2).
    """

    rings: Sequence[Floats]

    def contains(self, east: Floats, north: Floats) -> Flags:
        """Return which points lie inside: those that a ray leaves an odd number of times.

        References
        ----------
        Shimrat (1962), Algorithm 112: Position of point relative to polygon, CACM 5(8), 434.
        """
        inside = np.zeros(east.shape, np.bool_)
        for ring in self.rings:
            ahead = np.roll(ring, -1, axis=0)
            for (ax, ay), (bx, by) in zip(ring.tolist(), ahead.tolist(), strict=True):
                if ay == by:
                    continue
                crosses = (ay > north) != (by > north)
                inside ^= crosses & (east < ax + (north - ay) * (bx - ax) / (by - ay))
        return inside


def box(text: str) -> Outline:
    """Return the box ``west,south,east,north``.

    Raises
    ------
    NetworkError
        If these are not four numbers in that order.
    """
    parts = text.replace(" ", "").split(",")
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        west = east = math.nan
        south = north = math.nan
    if not (west < east and south < north and math.isfinite(east - west + north - south)):
        raise NetworkError(
            f"{quoted(text)} is no box: write west,south,east,north, as in 114.3,30.4,114.4,30.5"
        )
    return Outline([np.array([(west, south), (east, south), (east, north), (west, north)])])


def read_outline(path: Path) -> Outline:
    """Return the polygons of a GeoJSON file.

    Raises
    ------
    NetworkError
        If it holds none.
    """
    with opened(path, DEFAULT_LIMITS) as content:
        text = content.read()
    try:
        data = json.loads(text)
        features = data["features"] if data["type"] == "FeatureCollection" else [data]
        rings = [
            np.array([corner[:2] for corner in ring], np.float64)
            for feature in features
            for polygon in _polygons(feature)
            for ring in polygon
        ]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        rings = []
    if not rings or any(len(r) < LEAST_CORNERS or not np.isfinite(r).all() for r in rings):
        raise NetworkError(f"{path}: is no GeoJSON with polygons of three corners or more")
    return Outline(rings)


def cut_map(street_map: StreetMap, outline: Outline) -> StreetMap:
    """Return the streets with an end in an area, whole, and their nodes.

    Raises
    ------
    NetworkError
        If there is none.
    """
    inside = outline.contains(street_map.east, street_map.north)
    tail, head = street_map.tail, street_map.head
    is_kept = inside[tail] | inside[head]
    if not is_kept.any():
        raise NetworkError(f"{street_map.source}: no street lies in the part to be cut out")
    is_touched = np.zeros(len(inside), np.bool_)
    is_touched[tail[is_kept]] = is_touched[head[is_kept]] = True
    node = np.cumsum(is_touched) - 1
    arc = np.where(is_kept, np.cumsum(is_kept) - 1, NO_TWIN)
    twin = street_map.twin[is_kept]
    kept = np.flatnonzero(is_kept).tolist()
    return replace(
        street_map,
        node_ids=tuple(street_map.node_ids[i] for i in np.flatnonzero(is_touched).tolist()),
        east=street_map.east[is_touched],
        north=street_map.north[is_touched],
        may_enter=street_map.may_enter[is_touched],
        tail=node[tail[is_kept]].astype(np.int32),
        head=node[head[is_kept]].astype(np.int32),
        twin=np.where(twin == NO_TWIN, NO_TWIN, arc[twin]).astype(np.int32),
        length_m=street_map.length_m[is_kept],
        tags={tag: [column[i] for i in kept] for tag, column in street_map.tags.items()},
        speeds={name: column[is_kept] for name, column in street_map.speeds.items()},
        times_s={name: column[is_kept] for name, column in street_map.times_s.items()},
    )


def _polygons(feature: Any) -> Any:
    geometry = feature.get("geometry", feature)
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    if geometry["type"] == "MultiPolygon":
        return geometry["coordinates"]
    raise ValueError(geometry["type"])
