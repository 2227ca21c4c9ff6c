"""Which places lie within reach of the streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.demand.areas import PolygonArea
from patrolsim.errors import NetworkError
from patrolsim.network.streets import NO_NODE
from patrolsim.units import US_PER_S

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.demand.areas import Area
    from patrolsim.network.snapping import Snapper
    from patrolsim.network.streets import Stop, Streets
    from patrolsim.streams import RandomStreams

    Floats = npt.NDArray[np.float64]

PROBES = 200
"""Points of an area that are looked at."""
PROBES_OF_A_POLYGON = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reach:
    """Joins points to the streets, and refuses areas that lie off the map.

    Attributes
    ----------
    streets, snapper
        The streets, and what joins points to them.
    limit_m
        Greatest distance between a place and a street.
    streams
        Random numbers for trying an area out.
    """

    streets: Streets
    snapper: Snapper
    limit_m: float
    streams: RandomStreams

    def snap(self, x: Floats, y: Floats) -> list[Stop]:
        """Return one stop per point, each within the limit.

        Raises
        ------
        NetworkError
            If a point lies farther away.
        """
        return self.snapper.snap(x, y)

    def snap_drawn(self, x: Floats, y: Floats) -> list[Stop]:
        """Return one stop per point of an area: some may lie far out, most must not."""
        return self.snapper.snap(x, y, is_strict=False)

    def ways_m(self, stops: list[Stop]) -> Floats:
        """Return how far each place is from the point at which it joins the streets, metres."""
        speeds_mps = np.array([mode.off_road_mps for mode in self.streets.modes])
        times_us = np.array([stop.off_road_us for stop in stops], np.float64)
        times_us = times_us.reshape(-1, len(speeds_mps))
        is_reached = np.array([stop.nodes for stop in stops]).reshape(times_us.shape) != NO_NODE
        away_m = np.where(is_reached, times_us * speeds_mps / US_PER_S, np.inf)
        nearest_m: Floats = away_m.min(axis=1)
        return nearest_m

    def streets_away_m(self, x: Floats, y: Floats) -> Floats:
        """Return the distance between each point and what it would join: a street or a node."""
        return self.snapper.distances_m(x, y)

    def check_area(self, what: str, area: Area) -> None:
        """Refuse an area most of which, or a polygon all of which, lies far from any street.

        Parameters
        ----------
        what
            The key of the scenario that describes the area.
        area
            The area.

        Raises
        ------
        NetworkError
            If it lies off the map.
        """
        ids = np.arange(PROBES, dtype=np.int64)
        x, y = area.sample(ids, f"reach/{what}", self.streams)
        median_m = float(np.median(self.ways_m(self.snap_drawn(x, y))))
        if median_m > self.limit_m:
            raise NetworkError(
                f"{what}: half of its area lies more than {median_m:.0f} m from any street of the"
                f" map (snap_limit is {self.limit_m:g} m); are the coordinates right?"
            )
        if isinstance(area, PolygonArea):
            self._check_polygons(what, area)

    def _check_polygons(self, what: str, area: PolygonArea) -> None:
        numbers = np.flatnonzero(area.weight > 0).tolist()
        ids = np.arange(PROBES_OF_A_POLYGON, dtype=np.int64)
        points = [
            area.sample_one(number, ids, f"reach {number}/{what}", self.streams)
            for number in numbers
        ]
        x, y = (np.concatenate(values) for values in zip(*points, strict=True))
        ways_m = self.ways_m(self.snap_drawn(x, y)).reshape(len(numbers), -1)
        for number, nearest_m in zip(numbers, ways_m.min(axis=1).tolist(), strict=True):
            if nearest_m > self.limit_m:
                x, y = area.polygons[number][0].mean(axis=0)
                raise NetworkError(
                    f"{what}: no street lies within {self.limit_m:g} m (snap_limit) of the polygon"
                    f" round ({x:.0f} m, {y:.0f} m), number {number + 1} of the file: the nearest"
                    f" is {nearest_m:.0f} m away; is it drawn right?"
                )
