"""Cities of JEMSS: a folder with city.yaml and its tables, read as it is.

JEMSS.jl is a simulator of ambulances (Apache-2.0). A city has ``nodes.csv(.gz)`` with lon, lat
and offroad_access, ``edges.csv(.gz)`` with one column ``time_MODE_s`` per travel mode, and
``stations.csv`` and ``hospitals.csv`` with lon and lat; ``city.yaml`` names the modes, which one
answers which priority, the scale of the flat map, and which units on their way may be sent
elsewhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim.errors import NetworkError
from patrolsim.network.compiling import CompiledMap, compile_map
from patrolsim.network.drafting import number_of
from patrolsim.network.modes import ModeRules
from patrolsim.network.sources import DEFAULT_LIMITS, Mistakes
from patrolsim.network.streets import Mode
from patrolsim.network.tables import read_rows, read_tables
from patrolsim.units import quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PRIORITIES = {"highPriority": 1, "medPriority": 2, "lowPriority": 3}
GROUPS = ("stations", "hospitals")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class City:
    """A city as read.

    Attributes
    ----------
    map
        The compiled streets.
    places
        Groups of points in degrees: ``stations`` and ``hospitals``, in the order of their files.
    mode_by_priority
        Index of the mode that answers a priority.
    ordinary_mode
        Index of the mode of everything else: transports and ways home.
    diversions
        Pairs (priority left, priority gained).
    """

    map: CompiledMap
    places: dict[str, tuple[tuple[float, float], ...]]
    mode_by_priority: dict[int, int]
    ordinary_mode: int
    diversions: frozenset[tuple[int, int]]


def read_city(folder: Path, settings: Mapping[str, Any]) -> City:
    """Return the city in a folder.

    Parameters
    ----------
    folder
        Where the tables lie.
    settings
        The contents of its city.yaml.

    Raises
    ------
    NetworkError
        If a setting or a table is missing or wrong.
    """
    modes = _modes(settings)
    times = {mode.name: f"time_{mode.name}_s" for mode in modes}
    street_map = read_tables(_table(folder, "nodes"), _table(folder, "edges"), times=times)
    rules = ModeRules(modes=tuple(times), own={mode.name: mode for mode in modes})
    by_priority = _mode_by_priority(settings, list(times))
    compiled = compile_map(street_map, rules, metres_per_degree=_scale(settings))
    return City(
        map=compiled,
        places={group: _points(folder, group) for group in GROUPS},
        mode_by_priority=by_priority,
        ordinary_mode=by_priority[max(by_priority)],
        diversions=_diversions(settings),
    )


def files_of_city(folder: Path) -> list[Path]:
    """Return the tables in a folder that a city is read from, those that are there."""
    found = (_found(folder, name) for name in ("nodes", "edges", *GROUPS))
    return [path for path in found if path is not None]


def _modes(settings: Mapping[str, Any]) -> list[Mode]:
    listed = settings.get("travel_modes")
    try:
        modes = [
            Mode(
                name=str(entry["mode"]),
                off_road_mps=float(entry["offroad_speed_kmh"]) / 3.6,
                turns_round=False,
            )
            for entry in listed or []
        ]
    except (TypeError, KeyError, ValueError):
        raise NetworkError(
            "city.yaml: travel_modes: each entry needs a mode and a number offroad_speed_kmh"
        ) from None
    if not modes or not all(0 < mode.off_road_mps < math.inf for mode in modes):
        raise NetworkError("city.yaml: travel_modes needs modes with offroad_speed_kmh above 0")
    if len({mode.name for mode in modes}) < len(modes):
        raise NetworkError("city.yaml: travel_modes names a mode twice")
    return modes


def _mode_by_priority(settings: Mapping[str, Any], names: list[str]) -> dict[int, int]:
    listed = settings.get("travel_mode_by_priority")
    if not isinstance(listed, dict) or not listed:
        raise NetworkError("city.yaml: travel_mode_by_priority is missing")
    modes = {}
    for key, name in listed.items():
        if name not in names:
            hint = suggestion(str(name), names, otherwise=f"use {', '.join(names)}")
            raise NetworkError(
                f"city.yaml: travel_mode_by_priority: there is no mode {quoted(name)} ({hint})"
            )
        modes[_priority(key)] = names.index(name)
    return dict(sorted(modes.items()))


def _priority(word: object) -> int:
    """Return the number of a priority; 1 is high, 3 is low."""
    if word in PRIORITIES:
        return PRIORITIES[str(word)]
    text = str(word)
    if text.isdecimal() and int(text) in PRIORITIES.values():
        return int(text)
    raise NetworkError(f"city.yaml: {text!r} is no priority (use {', '.join(PRIORITIES)})")


def _scale(settings: Mapping[str, Any]) -> tuple[float, float] | None:
    scale = settings.get("map_scale_km_per_degree")
    if scale is None:
        return None
    try:
        x, y = float(scale["x"]) * 1000, float(scale["y"]) * 1000
    except (TypeError, KeyError, ValueError):
        raise NetworkError("city.yaml: map_scale_km_per_degree needs x and y") from None
    if not (0 < x < math.inf and 0 < y < math.inf):
        raise NetworkError("city.yaml: map_scale_km_per_degree needs x and y above 0")
    return x, y


def _diversions(settings: Mapping[str, Any]) -> frozenset[tuple[int, int]]:
    pairs = settings.get("redispatch") or []
    try:
        return frozenset((_priority(left), _priority(gained)) for left, gained in pairs)
    except (TypeError, ValueError):
        raise NetworkError("city.yaml: redispatch needs pairs of priorities") from None


def tables_of_city(folder: Path) -> list[Path]:
    """Return the files that `read_city` reads beside ``city.yaml``, as far as they exist."""
    names = ("nodes", "edges", *GROUPS)
    return [path for name in names if (path := _found(folder, name)) is not None]


def _table(folder: Path, name: str) -> Path:
    path = _found(folder, name)
    if path is None:
        raise NetworkError(f"{folder}: there is no {name}.csv or {name}.csv.gz beside city.yaml")
    return path


def _found(folder: Path, name: str) -> Path | None:
    paths = (folder / f"{name}{suffix}" for suffix in (".csv.gz", ".csv"))
    return next((path for path in paths if path.is_file()), None)


def _points(folder: Path, name: str) -> tuple[tuple[float, float], ...]:
    """Return the positions of a table, in degrees; none when there is no table."""
    path = _found(folder, name)
    if path is None:
        return ()
    mistakes = Mistakes(str(path))
    points = []
    for line, row in read_rows(path, DEFAULT_LIMITS, _check_points, mistakes):
        point = number_of(row["lon"]), number_of(row["lat"])
        if not (math.isfinite(point[0]) and math.isfinite(point[1])):
            given = f"{quoted(row['lon'])}, {quoted(row['lat'])}"
            mistakes.add(line, f"lon, lat is {given}; both must be numbers")
        points.append(point)
    mistakes.check()
    return tuple(points)


def _check_points(names: Sequence[str]) -> str:
    return "" if {"lon", "lat"} <= set(names) else "needs the columns lon and lat"
