"""Which streets a mode may use and how fast: foot, bike, e-bike, car."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.streets import CLOSED_US, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from patrolsim.network.maps import StreetMap

KMH = 1 / 3.6
FOOT, BIKE, E_BIKE, CAR = "foot", "bike", "e-bike", "car"
DEFAULT_SPEEDS = {FOOT: 4.8 * KMH, BIKE: 13.46 * KMH, E_BIKE: 17.09 * KMH}
"""Walking: Finnis and Walton's 80 m/min; bicycles: means of a field study in Hangzhou, 2015."""
CAR_SHARE_OF_LIMIT = 0.7
"""Cars in towns make 0.6 to 0.8 of the limit, junctions included: an assumption."""
ROAD_LIMITS = {
    "motorway": 100.0,
    "trunk": 80.0,
    "primary": 60.0,
    "secondary": 50.0,
    "tertiary": 40.0,
    "unclassified": 40.0,
    "residential": 30.0,
    "living_street": 15.0,
    "service": 15.0,
    "track": 15.0,
}
"""Limits by class of road where the map gives none, km/h: an assumption."""
OTHER_LIMIT = 30.0
NO_CARS = frozenset(
    {"footway", "path", "steps", "cycleway", "pedestrian", "corridor", "bridleway"}
)
NO_BIKES = frozenset({"motorway", "trunk", "steps", "corridor"})
NO_WALKERS = frozenset({"motorway", "trunk"})
CLOSED_WORDS = frozenset({"no", "private", "closed"})
OPEN_WORDS = frozenset({"yes", "designated", "permissive", "official"})
LARGEST_US = 2**41


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeRules:
    """How people move on a map.

    Attributes
    ----------
    modes
        Names of the modes that are wanted, in order.
    speeds_mps
        Speeds that replace the usual ones, by mode.
    road_speeds_mps
        Speeds of cars by class of road.
    off_road_mps
        Speed off the road of modes without one of their own.
    own
        Modes whose travel times stand in the map.
    """

    modes: tuple[str, ...]
    speeds_mps: Mapping[str, float] = field(default_factory=dict)
    road_speeds_mps: Mapping[str, float] = field(default_factory=dict)
    off_road_mps: float = 3.0 * KMH
    own: Mapping[str, Mode] = field(default_factory=dict)

    def mode(self, name: str) -> Mode:
        """Return a mode.

        Raises
        ------
        NetworkError
            If the map brings no such mode and it is none of the usual ones.
        """
        if name in self.own:
            return self.own[name]
        if name not in {FOOT, BIKE, E_BIKE, CAR}:
            known = ", ".join([*self.own, FOOT, BIKE, E_BIKE, CAR])
            raise NetworkError(f"there is no mode {name!r} on this map (there are {known})")
        return Mode(name=name, off_road_mps=self.off_road_mps, turns_round=name in {FOOT, BIKE})


def arc_weights(
    street_map: StreetMap, rules: ModeRules, name: str, against: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Return the travel time of each arc for a mode; `CLOSED_US` where it may not go.

    Parameters
    ----------
    street_map
        The map, with an arc back for walkers beside each one-way street.
    rules, name
        How people move, and the mode.
    against
        The arcs that lead against a one-way street: open to walkers only.

    Raises
    ------
    NetworkError
        If an arc would take longer than 25 days.
    """
    if name in street_map.times_s:
        seconds = street_map.times_s[name]
        is_open = np.isfinite(seconds) & ~against
    else:
        seconds = _seconds(street_map, rules, name)
        is_open = _is_open(street_map, name, against)
    with np.errstate(invalid="ignore"):
        weight = np.maximum(np.rint(seconds * 1e6), 1.0)
    if (weight[is_open] >= LARGEST_US).any():
        worst = int(np.flatnonzero(is_open & (weight >= LARGEST_US))[0])
        raise NetworkError(f"{street_map.source}: arc {worst + 1} would take longer than 25 days")
    weight_us = np.full(len(weight), CLOSED_US, np.int64)
    weight_us[is_open] = weight[is_open].astype(np.int64)
    return weight_us


def _seconds(street_map: StreetMap, rules: ModeRules, name: str) -> npt.NDArray[np.float64]:
    length_m = street_map.length_m
    if name != CAR:
        walked: npt.NDArray[np.float64] = length_m / rules.speeds_mps.get(name, _usual_mps(name))
        return walked
    if name in rules.speeds_mps:
        driven: npt.NDArray[np.float64] = length_m / rules.speeds_mps[name]
        return driven
    speed_mps = np.array([_road_mps(rules, word) for word in _words(street_map, "highway")])
    speeds = street_map.speeds
    for column, factor in (("maxspeed", CAR_SHARE_OF_LIMIT * KMH), ("speed_kph", KMH)):
        if column in speeds:
            known = np.isfinite(speeds[column])
            speed_mps = np.where(known, speeds[column] * factor, speed_mps)
    seconds: npt.NDArray[np.float64] = length_m / speed_mps
    if "travel_time" in speeds:
        seconds = np.where(np.isfinite(speeds["travel_time"]), speeds["travel_time"], seconds)
    return seconds


def _usual_mps(name: str) -> float:
    return DEFAULT_SPEEDS[name]


def _road_mps(rules: ModeRules, highway: str) -> float:
    kind = road_class(highway)
    if kind in rules.road_speeds_mps:
        return rules.road_speeds_mps[kind]
    return ROAD_LIMITS.get(kind, OTHER_LIMIT) * CAR_SHARE_OF_LIMIT * KMH


def road_class(highway: str) -> str:
    """Return the class of a road: the first of a list, without ``_link``."""
    return highway.strip(" []'\"").split(",")[0].strip(" '\"").removesuffix("_link")


class _Facts(NamedTuple):
    """What the rules of a mode look at: tags, and whether the arc is one against the traffic."""

    highway: str
    access: str
    foot: str
    bicycle: str
    motor_vehicle: str
    contraflow: str
    is_against: bool


def _is_open(
    street_map: StreetMap, name: str, against: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    tags = ("highway", "access", "foot", "bicycle", "motor_vehicle", "oneway:bicycle")
    columns = [_words(street_map, tag) for tag in tags]
    may_go = {FOOT: _may_walk, CAR: _may_drive}.get(name, _may_ride)
    verdicts: dict[tuple[object, ...], bool] = {}
    is_open = np.zeros(len(against), np.bool_)
    for number, facts in enumerate(zip(*columns, against.tolist(), strict=True)):
        if facts not in verdicts:
            verdicts[facts] = may_go(_Facts(*facts))
        is_open[number] = verdicts[facts]
    return is_open


def _may_walk(arc: _Facts) -> bool:
    if arc.foot in OPEN_WORDS:
        return True
    is_road = road_class(arc.highway) not in NO_WALKERS
    return is_road and arc.foot not in CLOSED_WORDS and arc.access not in CLOSED_WORDS


def _may_drive(arc: _Facts) -> bool:
    if arc.is_against or arc.motor_vehicle in CLOSED_WORDS:
        return False
    is_road = road_class(arc.highway) not in NO_CARS
    return is_road and (arc.motor_vehicle in OPEN_WORDS or arc.access not in CLOSED_WORDS)


def _may_ride(arc: _Facts) -> bool:
    if arc.is_against and arc.contraflow != "no":
        return False
    if arc.bicycle in OPEN_WORDS:
        return True
    is_road = road_class(arc.highway) not in NO_BIKES
    return is_road and arc.bicycle not in CLOSED_WORDS and arc.access not in CLOSED_WORDS


def _words(street_map: StreetMap, tag: str) -> list[str]:
    column = street_map.tags.get(tag)
    return [""] * len(street_map.tail) if column is None else list(column)
