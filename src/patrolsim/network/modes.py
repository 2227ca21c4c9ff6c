"""Which streets a mode may use and how fast: foot, bike, e-bike, car.

Who may go where follows OpenStreetMap: the tag that names the mode most closely decides
(``motorcar`` before ``motor_vehicle`` before ``vehicle`` before ``access``), and the class of the
road decides where no tag does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.streets import CLOSED_US, Mode
from patrolsim.network.tags import RULE_TAGS, words_of
from patrolsim.units import quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from patrolsim.network.maps import StreetMap

KMH = 1 / 3.6
FOOT, BIKE, E_BIKE, CAR = "foot", "bike", "e-bike", "car"
USUAL_MODES = (FOOT, BIKE, E_BIKE, CAR)
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
NO_ROADS = frozenset({"construction", "proposed", "planned", "abandoned", "razed", "demolished"})
NO_CARS = frozenset(
    """footway path steps cycleway pedestrian corridor bridleway platform elevator trail busway
    bus_guideway""".split()  # noqa: SIM905 (a list of twelve lines says no more)
)
NO_BIKES = frozenset({"motorway", "steps", "corridor", "elevator", "platform"})
NO_WALKERS = frozenset({"motorway"})
NO_WHEELS = frozenset({"steps", "corridor", "elevator"})
"""No tag opens these to a car."""
ROAD_CLASSES = {*ROAD_LIMITS, *NO_CARS, "road", "raceway", "escape"}
CLOSED_WORDS = frozenset(
    {"no", "private", "closed", "military", "emergency", "agricultural", "forestry"}
)
OPEN_WORDS = frozenset({"yes", "designated", "permissive", "official", "destination", "permit"})
LARGEST_US = 2**41
"""No single street takes so long: the searches pack times and nodes into one number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeRules:
    """How people move on a map.

    Attributes
    ----------
    modes
        Names of the modes that are wanted, in order.
    speeds_mps
        Speeds that replace the usual ones, by mode. That of ``car`` holds where the map gives
        a street no speed.
    road_speeds_mps
        Speeds of cars by class of road; they hold whatever the map says.
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
        if name not in USUAL_MODES:
            known = ", ".join([*self.own, *USUAL_MODES])
            raise NetworkError(f"there is no mode {quoted(name)} on this map (there are {known})")
        return Mode(name=name, off_road_mps=self.off_road_mps, turns_round=name in {FOOT, BIKE})

    def check(self, classes_of_map: set[str]) -> None:
        """Refuse speeds that are none, of modes and classes of road that nobody knows.

        Raises
        ------
        NetworkError
            Names the word or the speed.
        """
        _check_words("speeds", self.speeds_mps, {*USUAL_MODES})
        _check_words("road_speeds", self.road_speeds_mps, ROAD_CLASSES | classes_of_map)
        speeds = {**self.speeds_mps, **self.road_speeds_mps, "off_road": self.off_road_mps}
        for name, speed_mps in speeds.items():
            if not 0 < speed_mps < math.inf:
                raise NetworkError(f"the speed of {name} is {speed_mps:g} m/s; it must be above 0")


def solve_weights(
    street_map: StreetMap, rules: ModeRules, against: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Return the travel time of each arc for each mode; `CLOSED_US` where it may not go.

    Parameters
    ----------
    street_map
        The map, with an arc back beside each one-way street.
    rules
        The modes and how they move.
    against
        The arcs that lead against a one-way street: open to walkers, and to bicycles where a
        tag says so; shape (m,).

    Returns
    -------
    ndarray of int64, shape (n_modes, m)
        Microseconds, half rounded to even, 1 or more.

    Raises
    ------
    NetworkError
        If an arc would take longer than 25 days, or a speed is set for a word nobody knows.
    """
    streets = _Kinds(street_map)
    rules.check({name for facts in streets.facts for name in words_of(facts["highway"])})
    weight_us = np.full((len(rules.modes), len(against)), CLOSED_US, np.int64)
    for row, name in enumerate(rules.modes):
        with np.errstate(over="ignore"):  # an endless street is refused below, in words
            seconds = _seconds(street_map, streets, rules, name)
            is_open = _is_open(streets, rules, name, against) & ~np.isnan(seconds)
            micros = np.maximum(np.rint(np.where(is_open, seconds, 0.0) * 1e6), 1.0)
        _check_longest(street_map, micros)
        weight_us[row, is_open] = micros[is_open].astype(np.int64)
    return weight_us


class _Kinds:
    """The different sets of tags on a map, and which one each arc has: few, so judged once."""

    def __init__(self, street_map: StreetMap) -> None:
        names = [tag for tag in RULE_TAGS if tag in street_map.tags]
        numbers: dict[tuple[str, ...], int] = {}
        rows = zip(*(street_map.tags[tag] for tag in names), strict=True)
        of_arc = [numbers.setdefault(row, len(numbers)) for row in rows]
        numbers = numbers or {(): 0}
        self.of_arc = np.array(of_arc or np.zeros(len(street_map.tail)), np.int64)
        blank = dict.fromkeys(RULE_TAGS, "")
        self.facts = [blank | dict(zip(names, row, strict=True)) for row in numbers]


def _check_words(key: str, given: Mapping[str, float], known: set[str]) -> None:
    for word in given:
        if word not in known:
            hint = suggestion(word, sorted(known), otherwise=f"use {', '.join(sorted(known))}")
            raise NetworkError(f"{key}: there is no {quoted(word)} on the map ({hint})")


def _check_longest(street_map: StreetMap, micros: npt.NDArray[np.float64]) -> None:
    if not (micros >= LARGEST_US).any():
        return
    worst = int(np.argmax(micros))
    ends = [street_map.node_ids[end[worst]] for end in (street_map.tail, street_map.head)]
    raise NetworkError(
        f"{street_map.source}: the street from node {quoted(ends[0])} to {quoted(ends[1])} would"
        f" take {micros[worst] / 86_400e6:,.0f} days; 25 is the limit. Check its length and speed"
    )


def _seconds(
    street_map: StreetMap, streets: _Kinds, rules: ModeRules, name: str
) -> npt.NDArray[np.float64]:
    if name in street_map.times_s:
        return street_map.times_s[name]
    if name == CAR:
        return _driving_s(street_map, streets, rules)
    walked: npt.NDArray[np.float64] = street_map.length_m / rules.speeds_mps.get(
        name, DEFAULT_SPEEDS[name]
    )
    return walked


def _driving_s(
    street_map: StreetMap, streets: _Kinds, rules: ModeRules
) -> npt.NDArray[np.float64]:
    """Return the seconds of cars: set by class, else of the map, else usual for the class."""
    speeds = street_map.speeds
    classes = [words_of(facts["highway"]) for facts in streets.facts]
    speed_mps = np.array([_usual_mps(rules, names) for names in classes])[streets.of_arc]
    for column, factor in (("maxspeed", CAR_SHARE_OF_LIMIT * KMH), ("speed_kph", KMH)):
        if column in speeds:
            speed_mps = np.where(np.isfinite(speeds[column]), speeds[column] * factor, speed_mps)
    seconds: npt.NDArray[np.float64] = street_map.length_m / speed_mps
    if "travel_time" in speeds:
        seconds = np.where(np.isfinite(speeds["travel_time"]), speeds["travel_time"], seconds)
    set_mps = np.array([_set_mps(rules, names) for names in classes])[streets.of_arc]
    return np.where(np.isfinite(set_mps), street_map.length_m / set_mps, seconds)


def _usual_mps(rules: ModeRules, classes: tuple[str, ...]) -> float:
    """Return the speed where neither the map nor the scenario gives one; the slowest class."""
    if CAR in rules.speeds_mps:
        return rules.speeds_mps[CAR]
    limits = [ROAD_LIMITS.get(road_class(word), OTHER_LIMIT) for word in classes]
    return min(limits, default=OTHER_LIMIT) * CAR_SHARE_OF_LIMIT * KMH


def _set_mps(rules: ModeRules, classes: tuple[str, ...]) -> float:
    """Return the speed that the scenario sets for a class, or for the class of its links."""
    given = rules.road_speeds_mps
    names = (word if word in given else road_class(word) for word in classes)
    return min((given[name] for name in names if name in given), default=math.nan)


def road_class(word: str) -> str:
    """Return the class of a road, that of the road itself for a link."""
    return word.removesuffix("_link")


def _is_open(
    streets: _Kinds, rules: ModeRules, name: str, against: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    if name in rules.own:
        along = [_is_passable(facts) for facts in streets.facts]
        back = [False] * len(along)
    else:
        may_go, may_return = _RULES[name]
        along = [not _is_shut(facts) and may_go(facts) for facts in streets.facts]
        back = [ahead and may_return(f) for ahead, f in zip(along, streets.facts, strict=True)]
    verdict: npt.NDArray[np.bool_] = np.where(
        against, np.array(back)[streets.of_arc], np.array(along)[streets.of_arc]
    )
    return verdict


_Facts = dict[str, str]


def _is_shut(facts: _Facts) -> bool:
    """Say whether nobody may pass: a closed gate, or a road that is not there."""
    is_missing = any(word in NO_ROADS for word in words_of(facts["highway"]))
    return is_missing or "closed" in words_of(facts["access"])


def _is_passable(facts: _Facts) -> bool:
    return not _is_shut(facts) and _permit(facts, ("access",)) is not False


def _may_walk(facts: _Facts) -> bool:
    permit = _permit(facts, ("foot", "access"))
    if permit is not None:
        return permit
    return not _is_of(facts, NO_WALKERS) and not _is_motorroad(facts)


def _may_ride(facts: _Facts) -> bool:
    if "use_sidepath" in words_of(facts["bicycle"]):
        return False
    permit = _permit(facts, ("bicycle", "vehicle", "access"))
    if permit is not None:
        return permit
    return not _is_of(facts, NO_BIKES) and not _is_motorroad(facts)


def _may_drive(facts: _Facts) -> bool:
    permit = _permit(facts, ("motorcar", "motor_vehicle", "vehicle", "access"))
    if permit is not None:
        return permit and not _is_of(facts, NO_WHEELS)
    return not _is_of(facts, NO_CARS)


def _is_contraflow(facts: _Facts) -> bool:
    lanes = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
    is_opposite = any(facts[tag].lower().startswith("opposite") for tag in lanes)
    return is_opposite or "no" in words_of(facts["oneway:bicycle"])


def _permit(facts: _Facts, tags: tuple[str, ...]) -> bool | None:
    """Return what the closest tag says; None when the class of the road is to decide."""
    for tag in tags:
        words = words_of(facts[tag])
        if any(word in CLOSED_WORDS for word in words):
            return False
        if words:
            # A general "yes" does not open a footway to cars; one for cars does.
            names_mode = tag not in {"access", "vehicle"}
            return True if names_mode and OPEN_WORDS.issuperset(words) else None
    return None


def _is_of(facts: _Facts, classes: frozenset[str]) -> bool:
    return any(road_class(word) in classes for word in words_of(facts["highway"]))


def _is_motorroad(facts: _Facts) -> bool:
    return "yes" in words_of(facts["motorroad"])


def _always(_facts: _Facts) -> bool:
    return True


def _never(_facts: _Facts) -> bool:
    return False


_RULES = {
    FOOT: (_may_walk, _always),
    BIKE: (_may_ride, _is_contraflow),
    E_BIKE: (_may_ride, _is_contraflow),
    CAR: (_may_drive, _never),
}
"""By mode: who may go along a street, and who may also go against a one-way street."""
