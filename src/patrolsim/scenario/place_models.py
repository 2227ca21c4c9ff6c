"""Where things are: one place, a group of places, an area."""

# pydantic reads the types of the fields when the module is imported, and copies the defaults.
# ruff: noqa: TC001, RUF012

from __future__ import annotations

from pydantic import Field

from patrolsim.scenario.frozen_model import Model
from patrolsim.scenario.values import Coords, FilePath, Length, Name, NodeId, Number, Truth, Weight


class PlaceModel(Model):
    """A named place, or a group of places in a file; give exactly one form."""

    lon: Number | None = Field(default=None, ge=-180, le=180)
    """Longitude of a point, in degrees."""
    lat: Number | None = Field(default=None, ge=-90, le=90)
    """Latitude of a point, in degrees."""
    x: Number | None = None
    """Easting of a point, in metres of the map."""
    y: Number | None = None
    """Northing of a point, in metres of the map."""
    node: NodeId | None = None
    """A node of the map, by its id."""
    file: FilePath | None = None
    """CSV with the columns lon, lat (or x, y, or node), and optionally name and weight."""
    coords: Coords = "wgs84"
    """What these degrees are: wgs84 (GPS, OpenStreetMap), gcj02 (Amap, Tencent), bd09 (Baidu)."""


class AreaModel(Model):
    """Where something happens or somebody lives; give one form, or `everywhere: true`."""

    everywhere: Truth = False
    """Anywhere along the streets, by their length."""
    places: dict[Name, Weight] = {}
    """Named places and their weights."""
    nodes: FilePath | None = None
    """CSV with the columns node, weight."""
    raster: FilePath | None = None
    """CSV of cells with the columns lon, lat (or x, y), weight; a point falls anywhere in a
    cell."""
    cell: Length | None = None
    """Side of the raster's cells; found from the file when it is left out."""
    polygons: FilePath | None = None
    """GeoJSON with polygons; a property `weight` counts per polygon, else the area does."""
    coords: Coords = "wgs84"
    """What the degrees of its file are: wgs84, gcj02 or bd09."""
    spread: Length = Field(default=0.0, validate_default=False)
    """Points scatter round a place or node by a normal distribution of this standard deviation."""


class DemandMapModel(Model):
    """Where how much is to be expected, cell by cell, for policies that weigh by it."""

    raster: FilePath
    """CSV of cells with the columns lon, lat (or x, y, or node), weight, plain or .gz; or .npz
    with a grid of numbers `values` and the six numbers `transform` of where it lies."""
    coords: Coords = "wgs84"
    """What the degrees of the file are: wgs84, gcj02 or bd09."""
