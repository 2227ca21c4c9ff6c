"""A map in the making: nodes and streets with facts as text, checked and turned into columns."""

from __future__ import annotations

import math
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.network.maps import StreetMap, straight_m
from patrolsim.network.sources import DEFAULT_LIMITS, Limits, Mistakes
from patrolsim.network.tags import (
    RULE_TAGS,
    SPEED_TAGS,
    WAY_TAGS,
    cleaned,
    direction_of,
    lowest_speed_kmh,
    way_key,
)
from patrolsim.network.twins import ArcTable, arcs_of_drawn_ways, pair_twins
from patrolsim.units import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt


MOST_EXAMPLES = 10
MOST_DEGREES = {"x": 180.0, "y": 90.0}
FARTHEST_M = 1e8
"""No reference system in metres goes farther from its origin."""
NAMED_TAGS = (*RULE_TAGS, "name", "barrier", "service", "osm_way")
KEPT = frozenset({"length", "oneway", *NAMED_TAGS, *SPEED_TAGS, *WAY_TAGS})
"""What is kept of a street's facts."""
GEOGRAPHIC_CRS = ("4326", "4490", "4979", "4269", "4258", "crs84", "wgs84", "wgs 84", "longlat")
"""Names of reference systems in degrees: WGS 84, CGCS2000, NAD83, ETRS89."""
NO_WORDS = frozenset({"0", "0.0", "no", "false"})


class Clipped:
    """Streets of a clipped extract that lead to nodes which were cut away: left out, counted."""

    def __init__(self) -> None:
        self.streets = 0
        self.examples: list[str] = []

    def add(self, ends: tuple[str, str]) -> None:
        """Note a street that is left out."""
        self.streets += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(f"from node {quoted(ends[0])} to node {quoted(ends[1])}")


class Draft:
    """Nodes and streets as they are read; every mistake is noted with its place.

    Parameters
    ----------
    source
        Name of the file, for messages.
    limits
        How much is taken at most.
    node_source
        Name of the file of the nodes, where it is another one.
    times
        Column of seconds of each mode whose travel times stand in the map.
    clipped
        Takes streets that lead to absent nodes; None to refuse them.
    """

    def __init__(
        self,
        source: str,
        limits: Limits = DEFAULT_LIMITS,
        *,
        node_source: str | None = None,
        times: Mapping[str, str] | None = None,
        clipped: Clipped | None = None,
    ) -> None:
        self.about_streets = Mistakes(source)
        self.about_nodes = Mistakes(node_source) if node_source else self.about_streets
        self._source = source
        self._limits = limits
        self._clipped = clipped
        self._times = dict(times or {})
        self._kept = KEPT | frozenset(self._times.values())
        self._may_enter: list[bool] = []
        self._words: dict[str, str] = {}
        self._number: dict[str, int] = {}
        self._node_places: list[int | str] = []
        self._positions: dict[str, list[float]] = {"x": [], "y": []}
        self._ends: list[tuple[str, str]] = []
        self._street_places: list[int | str] = []
        self._facts: list[dict[str, str]] = []

    def add_node(self, place: int | str, node: str, facts: Mapping[str, str]) -> None:
        """Take a node; its position stands in ``x`` and ``y`` (or ``lon`` and ``lat``)."""
        if not node:
            self.about_nodes.add(place, "a node has no id")
        if node in self._number:
            self.about_nodes.add(place, f"node {quoted(node)} is given twice")
        if len(self._number) >= self._limits.nodes:
            self.about_nodes.add(place, f"more than {self._limits.nodes:,} nodes")
            self.about_nodes.check()
        self._number[node] = len(self._node_places)
        self._node_places.append(place)
        self._may_enter.append(facts.get("offroad_access", "").lower() not in NO_WORDS)
        for axis, other in (("x", "lon"), ("y", "lat")):
            text = facts.get(axis) or facts.get(other) or ""
            self._positions[axis].append(self._coordinate(place, axis, node, text))

    def add_street(
        self, place: int | str, ends: tuple[str, str], facts: Mapping[str, str]
    ) -> None:
        """Take a street; the nodes at its ends may come later."""
        if len(self._ends) >= self._limits.arcs:
            self.about_streets.add(place, f"more than {self._limits.arcs:,} streets")
            self.about_streets.check()
        kept = {}
        for key, value in facts.items():
            if key in self._kept and (text := cleaned(value)):
                kept[key] = self._words.setdefault(text, text)
        self._ends.append(ends)
        self._street_places.append(place)
        self._facts.append(kept)

    def finish(self, *, crs: str, is_directed: bool) -> StreetMap:
        """Return the map.

        Parameters
        ----------
        crs
            Reference system of the positions; empty when the file does not tell.
        is_directed
            Whether a street is one arc, from the first of its ends to the second.

        Raises
        ------
        NetworkError
            Lists what is wrong, up to 20 mistakes at once.
        """
        self._leave_out_clipped()
        first, last = self._resolved_ends()
        in_degrees = self._is_degrees(crs)
        numbers = {tag: self._column(tag) for tag in ("length", "travel_time", "speed_kph")}
        times_s = {mode: self._column(column) for mode, column in self._times.items()}
        directions = self._directions()
        self.check()
        east, north = np.array(self._positions["x"]), np.array(self._positions["y"])
        straight = straight_m(east, north, (first, last), in_degrees)
        length_m = np.where(np.isnan(numbers["length"]), straight, numbers["length"])
        arcs = self._arcs(first, last, length_m, directions, is_directed=is_directed)
        row = arcs.row
        speeds = {
            "travel_time": numbers["travel_time"],
            "speed_kph": numbers["speed_kph"],
            "maxspeed": self._limits_kmh(),
        }
        return StreetMap(
            source=self._source,
            node_ids=tuple(self._number),
            east=east,
            north=north,
            is_degrees=in_degrees,
            may_enter=np.array(self._may_enter, np.bool_),
            tail=arcs.tail,
            head=arcs.head,
            twin=arcs.twin,
            length_m=length_m[row],
            tags=self._tags(row.tolist()),
            speeds={n: c[row] for n, c in speeds.items() if np.isfinite(c).any()},
            times_s={mode: seconds[row] for mode, seconds in times_s.items()},
        )

    def check(self) -> None:
        """Raise the mistakes so far as one error, if there are any."""
        self.about_nodes.check()
        self.about_streets.check()

    def _coordinate(self, place: int | str, axis: str, node: str, text: str) -> float:
        value = number_of(text)
        if not abs(value) <= FARTHEST_M:
            reason = "too far out" if math.isfinite(value) else "not a number"
            found = f"is {quoted(text)}, {reason}" if text else "is missing"
            self.about_nodes.add(place, f"node {quoted(node)}: {axis} {found}")
        return value

    def _leave_out_clipped(self) -> None:
        if self._clipped is None:
            return
        whole = [all(name in self._number for name in ends) for ends in self._ends]
        for ends, is_whole in zip(self._ends, whole, strict=True):
            if not is_whole:
                self._clipped.add(ends)
        self._ends = list(compress(self._ends, whole))
        self._street_places = list(compress(self._street_places, whole))
        self._facts = list(compress(self._facts, whole))

    def _resolved_ends(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        ends = np.zeros((2, len(self._ends)), np.int32)
        for street, names in enumerate(self._ends):
            for side, name in enumerate(names):
                ends[side, street] = self._number.get(name, 0)
                if name not in self._number:
                    place = self._street_places[street]
                    self.about_streets.add(place, f"there is no node {quoted(name)}")
        return ends[0], ends[1]

    def _is_degrees(self, crs: str) -> bool:
        """Say whether positions are degrees: as the map tells, or as their size suggests."""
        outside = {
            axis: np.flatnonzero(np.abs(np.array(self._positions[axis])) > most).tolist()
            for axis, most in MOST_DEGREES.items()
        }
        if not crs:
            return not any(outside.values())
        if not any(name in crs.lower() for name in GEOGRAPHIC_CRS):
            return False
        for axis, nodes in outside.items():
            for node in nodes:
                value = self._positions[axis][node]
                self.about_nodes.add(
                    self._node_places[node], f"{axis} is {value:g}, which no degree can be"
                )
        return True

    def _column(self, tag: str) -> npt.NDArray[np.float64]:
        """Return numbers of 0 or more; nan where a street has none."""
        texts = self._texts(tag)
        if not any(texts):
            return np.full(len(texts), math.nan)
        values = np.array([number_of(text) for text in texts], np.float64)
        for street in np.flatnonzero(~(np.isfinite(values) & (values >= 0))).tolist():
            if texts[street]:
                message = f"{tag} is {quoted(texts[street])}; it must be a number of 0 or more"
                self.about_streets.add(self._street_places[street], message)
        if tag == "speed_kph":
            values[values == 0] = math.nan
        return values

    def _texts(self, tag: str) -> list[str]:
        return [facts.get(tag, "") for facts in self._facts]

    def _limits_kmh(self) -> npt.NDArray[np.float64]:
        texts = self._texts("maxspeed")
        speeds = {text: lowest_speed_kmh(text) for text in set(texts)}
        return np.array([speeds[text] for text in texts], np.float64)

    def _directions(self) -> npt.NDArray[np.int8]:
        texts = self._texts("oneway")
        directions = {text: direction_of(text) for text in set(texts)}
        for street, text in enumerate(texts):
            if directions[text] is None:
                message = f"oneway is {quoted(text)}; it must be yes, no or -1"
                self.about_streets.add(self._street_places[street], message)
        return np.array([directions[text] or 0 for text in texts], np.int8)

    def _arcs(
        self,
        first: npt.NDArray[np.int32],
        last: npt.NDArray[np.int32],
        length_m: npt.NDArray[np.float64],
        directions: npt.NDArray[np.int8],
        *,
        is_directed: bool,
    ) -> ArcTable:
        if not is_directed:
            return arcs_of_drawn_ways(first, last, directions)
        numbers: dict[str, int] = {}
        keys = (way_key(facts) for facts in self._facts)
        ways = [numbers.setdefault(key, len(numbers)) for key in keys]
        twin = pair_twins(first, last, length_m, np.array(ways, np.int64))
        return ArcTable(np.arange(len(first)), first, last, twin)

    def _tags(self, rows: list[int]) -> dict[str, list[str]]:
        present = {tag for facts in self._facts for tag in facts}
        columns = {tag: self._texts(tag) for tag in NAMED_TAGS if tag in present}
        return {tag: [column[row] for row in rows] for tag, column in columns.items()}


def number_of(text: str) -> float:
    """Return the number that a text is; nan when it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
