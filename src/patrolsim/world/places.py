"""Places of a scenario: from degrees, metres or node names to stops on the streets."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from patrolsim.demand.areas import (
    LEAST_FILLING,
    Area,
    CellArea,
    PointArea,
    PolygonArea,
    StreetArea,
    filling,
    polygon_area,
)
from patrolsim.demand.rows import (
    TableProblems,
    lacking_position,
    number_in,
    position_in,
    read_rows,
)
from patrolsim.errors import NetworkError, Problem, ScenarioError
from patrolsim.network.datum import Datum, to_wgs84
from patrolsim.network.node_ids import finder_of
from patrolsim.network.sources import DEFAULT_LIMITS, opened
from patrolsim.units import LARGEST, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from patrolsim.network.projection import Projection
    from patrolsim.network.streets import Stop, Streets
    from patrolsim.scenario.place_models import AreaModel, PlaceModel

    Floats = npt.NDArray[np.float64]
    Where = tuple[str, str, str]

FARTHEST_M = 1e8
"""No point of a map in metres is farther from its origin: the earth is not that large."""
ROUNDING_M = 0.5
"""Centres of cells that differ by less than this differ by rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PointTable:
    """Points of a file, in metres, with weight and name."""

    x: Floats
    y: Floats
    weight: Floats
    name: tuple[str, ...]


class Position(NamedTuple):
    """A position as it is given.

    Attributes
    ----------
    is_degrees
        Whether it is longitude and latitude, which a datum may move; else metres.
    east, north
        The two numbers.
    """

    is_degrees: bool
    east: float
    north: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FilePoints:
    """Points of a file as they were read, to look at how far from the streets they lie.

    Attributes
    ----------
    path, datum
        The file, and what its degrees were said to be.
    lines
        Line of each point; shape (n,).
    x, y
        Where it is, in metres; shape (n,).
    slack_m
        How far a point may lie from a street by its nature: half a cell of a raster.
    """

    path: Path
    datum: Datum
    lines: tuple[int, ...]
    x: Floats
    y: Floats
    slack_m: float = 0.0


class Gazetteer:
    """Knows the streets and the named places, and turns what a scenario writes into points.

    Parameters
    ----------
    streets
        The compiled streets.
    projection
        From degrees (WGS-84) to metres; None when the map is in metres.
    """

    def __init__(self, streets: Streets, projection: Projection | None) -> None:
        self.streets = streets
        self.projection = projection
        self.files: list[FilePoints] = []
        self._node_of = finder_of(streets.node_ids)
        self._named: dict[str, PointTable] = {}

    def add(self, name: str, points: PointTable) -> None:
        """Enter a place or a group of places."""
        self._named[name] = points

    def named(self) -> Mapping[str, PointTable]:
        """Return all places and groups, by name."""
        return self._named

    def locate(self, model: PlaceModel) -> PointTable:
        """Return the points of a place.

        Raises
        ------
        NetworkError, ScenarioError
            If a node does not exist, degrees are given on a map in metres, or a file is wrong.
        """
        if model.file is not None:
            return self.read_points(model.file, Datum(model.coords))
        if model.node is not None:
            where = ("node", model.node, "")
        elif model.lon is not None:
            where = ("lonlat", str(model.lon), str(model.lat))
        else:
            where = ("xy", str(model.x), str(model.y))
        x, y = self.point(where, Datum(model.coords))
        return PointTable(x=np.array([x]), y=np.array([y]), weight=np.ones(1), name=("",))

    def point(self, where: Where, datum: Datum = Datum.WGS84) -> tuple[float, float]:
        """Return the metres of ("xy" | "lonlat" | "node", first, second), all as text.

        Raises
        ------
        NetworkError
            If it is no position on this map.
        """
        x, y = self._in_metres([self.position(where)], datum)[0].tolist()
        return x, y

    def points_of(
        self, path: Path, found: Sequence[tuple[int, Position]], datum: Datum
    ) -> tuple[Floats, Floats]:
        """Return the metres of points in a file, and remember them under its name.

        Parameters
        ----------
        path
            The file.
        found
            Line and position of each point.
        datum
            What the degrees in the file are.
        """
        x, y = self._in_metres([position for _line, position in found], datum).T.copy()
        lines = tuple(line for line, _position in found)
        self.files.append(FilePoints(path=path, datum=datum, lines=lines, x=x, y=y))
        return x, y

    def position(self, where: Where) -> Position:
        """Return a position as it is given: ("xy" | "lonlat" | "node", first, second).

        Raises
        ------
        NetworkError
            If it is no position on this map.
        """
        form, first, second = where
        if not first and not second:
            raise NetworkError("it does not say where: lon and lat, or x and y, or node")
        if form == "node":
            node = self._node_of(first)
            if node is None:
                raise NetworkError(f"there is no node {quoted(first)} on the map")
            x, y = float(self.streets.x[node]), float(self.streets.y[node])
            return Position(is_degrees=False, east=x, north=y)
        try:
            east, north = float(first), float(second)
        except ValueError:
            raise NetworkError(f"({quoted(first)}, {quoted(second)}) is no position") from None
        if form == "xy":
            _check_range(east, north, (FARTHEST_M, FARTHEST_M), "x and y in metres")
            return Position(is_degrees=False, east=east, north=north)
        if self.projection is None:
            raise NetworkError("the map is in metres, so places need x and y, not lon and lat")
        _check_range(east, north, (180.0, 90.0), "lon and lat in degrees")
        return Position(is_degrees=True, east=east, north=north)

    def _in_metres(self, found: Sequence[Position], datum: Datum) -> Floats:
        """Return x and y of points of which some are in degrees; the one place that converts."""
        points = np.array([(at.east, at.north) for at in found], np.float64).reshape(-1, 2)
        is_degrees = np.array([at.is_degrees for at in found], np.bool_)
        if self.projection is not None and is_degrees.any():
            lon, lat = to_wgs84(datum, *points[is_degrees].T)
            points[is_degrees] = np.column_stack(self.projection.to_metres(lon, lat))
        return points

    def read_points(self, path: Path, datum: Datum = Datum.WGS84) -> PointTable:
        """Return the points of a CSV with lon, lat (or x, y, or node), weight and name.

        Raises
        ------
        ScenarioError
            If rows are wrong; names up to 20 lines at once.
        """
        found: list[tuple[int, Position]] = []
        weights: list[float] = []
        names: list[str] = []
        problems = TableProblems(path)
        for line, row in read_rows(path, problems, lacking_position):
            try:
                weight = number_in(row, "weight") if row.get("weight") else 1.0
                found.append((line, self.position(position_in(row))))
                weights.append(weight)
                names.append(row.get("name", ""))
            except ValueError as error:
                problems.add(line, str(error))
        if not found:
            problems.add(None, "the table has no rows")
        elif not any(weight > 0 for weight in weights):
            problems.add(None, "all weights are 0", "give one of them more")
        problems.check()
        x, y = self.points_of(path, found, datum)
        return PointTable(x=x, y=y, weight=np.array(weights), name=tuple(names))

    def area(self, model: AreaModel | None) -> Area:
        """Return the area that a scenario describes; anywhere along the streets by default."""
        if model is None:
            return StreetArea(self.streets)
        if model.places:
            return self._area_of_places(model.places, model.spread)
        if model.nodes is not None:
            points = self.read_points(model.nodes, Datum(model.coords))
            return PointArea(points.x, points.y, points.weight, model.spread)
        if model.raster is not None:
            points = self.read_points(model.raster, Datum(model.coords))
            width, height = _cell_size(model.raster, points, model.cell)
            self.files[-1] = replace(self.files[-1], slack_m=math.hypot(width, height) / 2)
            return CellArea(points.x, points.y, points.weight, width, height)
        if model.polygons is not None:
            return self._read_polygons(model.polygons, Datum(model.coords))
        return StreetArea(self.streets)

    def _area_of_places(self, weights: Mapping[str, float], spread_m: float) -> PointArea:
        groups = [(self._named[name], weight) for name, weight in weights.items()]
        return PointArea(
            np.concatenate([points.x for points, _ in groups]),
            np.concatenate([points.y for points, _ in groups]),
            np.concatenate(
                [weight * points.weight / points.weight.sum() for points, weight in groups]
            ),
            spread_m,
        )

    def _read_polygons(self, path: Path, datum: Datum) -> PolygonArea:
        problems = TableProblems(path)
        polygons: list[list[Floats]] = []
        weights: list[float] = []
        for number, (parts, given) in enumerate(_features(path, problems), start=1):
            try:
                found = [[self._ring(ring, datum) for ring in rings] for rings in parts]
                weights += _weights_of(found, given)
                polygons += found
            except (ValueError, TypeError, LookupError) as error:
                problems.add(None, f"feature {number}: {error}")
        problems.check()
        if not sum(weights) > 0:
            problems.add(None, "has no polygon with a weight above 0")
        problems.check()
        return PolygonArea(polygons, np.array(weights))

    def _ring(self, ring: Sequence[Sequence[float]], datum: Datum) -> Floats:
        form = "xy" if self.projection is None else "lonlat"
        points = [self.position((form, str(position[0]), str(position[1]))) for position in ring]
        if len(points) < len("abc"):
            raise NetworkError("a polygon needs three corners or more")
        return self._in_metres(points, datum)


def table_of(points: Sequence[tuple[float, float]]) -> PointTable:
    """Return points of equal weight without names."""
    x, y = np.array(points, np.float64).reshape(-1, 2).T
    return PointTable(
        x=x.copy(), y=y.copy(), weight=np.ones(len(points)), name=("",) * len(points)
    )


def distinct_stops(stops: Iterable[Stop]) -> list[Stop]:
    """Return equal stops as one object, in order: a place is itself wherever it is named."""
    seen: dict[Stop, Stop] = {}
    return [seen.setdefault(stop, stop) for stop in stops]


def _check_range(east: float, north: float, most: tuple[float, float], what: str) -> None:
    if not (abs(east) <= most[0] and abs(north) <= most[1]):
        raise NetworkError(f"({east:g}, {north:g}) is no position: {what} are wanted")


def _cell_size(path: Path, points: PointTable, cell_m: float | None) -> tuple[float, float]:
    """Return width and height of cells: as given, or the least distance of their centres."""
    if cell_m is not None:
        return cell_m, cell_m
    width_m, height_m = least_step(points.x), least_step(points.y)
    if not width_m and not height_m:
        message = "a single cell does not say how large it is"
        raise ScenarioError(str(path), (Problem(None, None, None, message, "add cell: 100 m"),))
    return width_m or height_m, height_m or width_m


def least_step(values: Floats) -> float:
    """Return the least distance of different values; 0 when all are one but for rounding."""
    steps = np.diff(np.unique(np.round(values, 3)))
    steps = steps[steps > ROUNDING_M]
    return float(steps.min()) if len(steps) else 0.0


def _features(path: Path, problems: TableProblems) -> list[tuple[Any, Any]]:
    """Return (polygons, weight or None) of each feature of a GeoJSON file."""
    try:
        with opened(path, DEFAULT_LIMITS) as content:
            data = json.loads(content.read())
        features = data["features"] if data["type"] == "FeatureCollection" else [data]
        return [_polygons_of(feature) for feature in features]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        problems.add(None, f"is no GeoJSON with polygons: {error}")
        return []


def _polygons_of(feature: Any) -> tuple[Any, Any]:
    geometry = feature.get("geometry", feature)
    weight = (feature.get("properties") or {}).get("weight")
    if geometry["type"] == "MultiPolygon":
        return geometry["coordinates"], weight
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]], weight
    raise ValueError(f"{quoted(geometry['type'])} is no polygon")


def _weights_of(polygons: Sequence[Sequence[Floats]], given: Any) -> list[float]:
    """Return the weight of each polygon of a feature: its area, scaled to a weight given."""
    if any(not rings for rings in polygons):
        raise ValueError("a polygon without corners")
    areas = [polygon_area(rings) for rings in polygons]
    if any(area < 0 for area in areas):
        raise ValueError("a polygon with holes that are larger than itself")
    if given is not None and not 0 <= float(given) <= LARGEST:
        raise ValueError(f"weight: {quoted(given)} is not a number of 0 or more")
    whole = math.fsum(areas)
    scale = 1.0 if given is None or whole == 0 else float(given) / whole
    weights = [area * scale for area in areas]
    for rings, weight in zip(polygons, weights, strict=True):
        if weight > 0 and filling(rings) < LEAST_FILLING:
            raise ValueError("a polygon so thin that it nearly vanishes: cut it in pieces")
    return weights
