"""Places of a scenario: from degrees, metres or node names to stops on the streets."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.demand.areas import Area, CellArea, PointArea, PolygonArea, StreetArea, ring_area
from patrolsim.errors import NetworkError, Problem, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from patrolsim.network.streets import Stop, Streets
    from patrolsim.scenario.models import AreaModel, PlaceModel

    Floats = npt.NDArray[np.float64]
    Project = Callable[[float, float], tuple[float, float]]

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PointTable:
    """Points of a file, in metres, with weight and name."""

    x: Floats
    y: Floats
    weight: Floats
    name: tuple[str, ...]


class Gazetteer:
    """Knows the streets and the named places, and turns what a scenario writes into points.

    Parameters
    ----------
    streets
        The compiled streets.
    project
        From (lon, lat) to metres; None when the map is in metres.
    """

    def __init__(self, streets: Streets, project: Project | None) -> None:
        self.streets = streets
        self._project = project
        self._nodes = {name: number for number, name in enumerate(streets.node_ids)}
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
            return self.read_points(model.file)
        if model.node is not None:
            where = ("node", model.node, "")
        elif model.lon is not None:
            where = ("lonlat", str(model.lon), str(model.lat))
        else:
            where = ("xy", str(model.x), str(model.y))
        x, y = self.point(where)
        return PointTable(x=np.array([x]), y=np.array([y]), weight=np.ones(1), name=("",))

    def point(self, where: tuple[str, str, str]) -> tuple[float, float]:
        """Return the metres of ("xy" | "lonlat" | "node", first, second), all as text."""
        form, first, second = where
        if form == "node":
            if first not in self._nodes:
                raise NetworkError(f"there is no node {first!r} on the map")
            node = self._nodes[first]
            return float(self.streets.x[node]), float(self.streets.y[node])
        try:
            east, north = float(first), float(second)
        except ValueError:
            raise NetworkError(f"({first!r}, {second!r}) is no position") from None
        if not (np.isfinite(east) and np.isfinite(north)):
            raise NetworkError(f"({first}, {second}) is no position")
        if form == "xy":
            return east, north
        if self._project is None:
            raise NetworkError("the map is in metres, so places need x and y, not lon and lat")
        return self._project(east, north)

    def read_points(self, path: Path) -> PointTable:
        """Return the points of a CSV with lon, lat (or x, y, or node), weight and name.

        Raises
        ------
        ScenarioError
            If rows are wrong; names up to 20 lines at once.
        """
        rows: list[tuple[float, float, float, str]] = []
        problems: list[Problem] = []
        for line, row in read_rows(path):
            try:
                rows.append(
                    (*self.point(where_of(row)), _weight(row), (row.get("name") or "").strip())
                )
            except (NetworkError, ValueError) as error:
                problems.append(Problem(line, 1, None, str(error)))
                if len(problems) >= MOST_SHOWN:
                    break
        if not rows and not problems:
            problems.append(Problem(None, None, None, "the table has no rows"))
        if problems:
            raise ScenarioError(str(path), tuple(problems))
        x, y, weight, name = zip(*rows, strict=True)
        return PointTable(x=np.array(x), y=np.array(y), weight=np.array(weight), name=name)

    def area(self, model: AreaModel | None) -> Area:
        """Return the area that a scenario describes; anywhere along the streets by default."""
        if model is None or model.everywhere:
            return StreetArea(self.streets)
        if model.places:
            return self._area_of_places(model.places, model.spread)
        if model.nodes is not None:
            points = self.read_points(model.nodes)
            return PointArea(points.x, points.y, points.weight, model.spread)
        if model.raster is not None:
            points = self.read_points(model.raster)
            width, height = _cell_size(points, model.cell)
            return CellArea(points.x, points.y, points.weight, width, height)
        if model.polygons is not None:
            return self._read_polygons(model.polygons)
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

    def _read_polygons(self, path: Path) -> PolygonArea:
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            polygons, weights = zip(*_features(data), strict=True)
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            message = f"is no GeoJSON with polygons: {error}"
            raise ScenarioError(str(path), (Problem(None, None, None, message),)) from None
        rings = [[self._ring(ring) for ring in polygon] for polygon in polygons]
        areas = [
            ring_area(outer) - sum(ring_area(hole) for hole in holes) for outer, *holes in rings
        ]
        chosen = [area if w is None else float(w) for area, w in zip(areas, weights, strict=True)]
        if any(not np.isfinite(w) or w < 0 for w in chosen) or sum(chosen) <= 0:
            message = "the weights of the polygons must be 0 or more, and not all 0"
            raise ScenarioError(str(path), (Problem(None, None, None, message),))
        return PolygonArea(rings, np.array(chosen))

    def _ring(self, ring: Sequence[Sequence[float]]) -> Floats:
        form = "xy" if self._project is None else "lonlat"
        points = [self.point((form, str(position[0]), str(position[1]))) for position in ring]
        if len(points) < len("abc"):
            raise NetworkError("a polygon needs three corners or more")
        return np.array(points)


def read_rows(path: Path) -> Iterable[tuple[int, Mapping[str, str]]]:
    """Yield line number and columns of each row of a CSV, plain or gzipped.

    Raises
    ------
    ScenarioError
        If the file cannot be read as a table.
    """
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            for row in table:
                yield table.line_num, row
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        message = f"cannot be read as a table: {error}"
        raise ScenarioError(str(path), (Problem(None, None, None, message),)) from None


def distinct_stops(stops: Iterable[Stop]) -> list[Stop]:
    """Return equal stops as one object, in order: a place is itself wherever it is named."""
    seen: dict[Stop, Stop] = {}
    return [seen.setdefault(stop, stop) for stop in stops]


def where_of(row: Mapping[str, str]) -> tuple[str, str, str]:
    """Return the position that a row gives, as `Gazetteer.point` takes it."""
    for form, first, second in (("lonlat", "lon", "lat"), ("xy", "x", "y")):
        if (row.get(first) or "").strip():
            return form, row[first].strip(), (row.get(second) or "").strip()
    return "node", (row.get("node") or "").strip(), ""


def _weight(row: Mapping[str, str]) -> float:
    text = (row.get("weight") or "1").strip()
    weight = float(text)
    if not np.isfinite(weight) or weight < 0:
        raise ValueError(f"weight: {text!r} is not a number of 0 or more")
    return weight


def _cell_size(points: PointTable, cell_m: float | None) -> tuple[float, float]:
    """Return width and height of cells: as given, or the least distance of their centres."""
    if cell_m is not None:
        return cell_m, cell_m

    def least_step(values: Floats) -> float:
        steps = np.diff(np.unique(np.round(values, 3)))
        steps = steps[steps > 0.5]  # noqa: PLR2004 - half a metre is rounding, not a cell
        return float(steps.min()) if len(steps) else 0.0

    return least_step(points.x), least_step(points.y)


def _features(data: Any) -> Iterable[tuple[Any, Any]]:
    """Yield (rings, weight or None) of each polygon of a GeoJSON object."""
    features = data["features"] if data.get("type") == "FeatureCollection" else [data]
    for feature in features:
        geometry = feature.get("geometry", feature)
        weight = (feature.get("properties") or {}).get("weight")
        if geometry["type"] == "Polygon":
            yield geometry["coordinates"], weight
        elif geometry["type"] == "MultiPolygon":
            for polygon in geometry["coordinates"]:
                yield polygon, None if weight is None else weight / len(geometry["coordinates"])
        else:
            raise ValueError(f"a {geometry['type']} is no polygon")
