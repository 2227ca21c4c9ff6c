"""The ways of a run as trips for kepler.gl: lines whose points have times."""

from __future__ import annotations

import json
import math
from datetime import UTC
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.eventlog import NOBODY, Purpose
from patrolsim.report.playback.making import PlaybackError
from patrolsim.report.playback.ways import Moment, Wayfinder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from patrolsim.experiment.results import Run
    from patrolsim.network.streets import Streets

METRES_PER_DEGREE = 111_320.0
"""Of latitude; of longitude at the equator."""


def trips_geojson(runs: Iterable[Run]) -> str:
    """Return the ways of some runs as GeoJSON, one feature for each leg.

    The coordinates are longitude, latitude, height (0) and seconds since 1970, the local time of
    the scenario taken for UTC: kepler.gl plays such lines as trips.

    Raises
    ------
    PlaybackError
        If the map is given in metres: nobody knows where on earth it lies.
    """
    features = [feature for run in runs for feature in _features(run)]
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"


def _features(run: Run) -> Iterator[dict[str, Any]]:
    world, legs = run.world, run.log.legs
    globe = _Globe(world.streets)
    finder = Wayfinder(world, legs)
    starts_s = world.start.replace(tzinfo=UTC).timestamp()
    names = dict(zip(run.rows.incident_id.tolist(), run.rows.label, strict=True))
    for row in range(len(legs.start_us)):
        moments = finder.moments(row)
        person = world.volunteers[int(legs.volunteer_id[row])]
        number = int(legs.incident_id[row])
        incident = None if number == NOBODY else names.get(number) or str(number)
        yield {
            "type": "Feature",
            "properties": {
                "strategy": run.task.strategy,
                "replication": run.task.replication,
                "volunteer": person.volunteer_id,
                "team": person.team,
                "mode": world.streets.modes[int(legs.mode[row])].name,
                "purpose": Purpose(int(legs.purpose[row])).name.lower(),
                "incident": incident,
            },
            "geometry": {"type": "LineString", "coordinates": globe.line(moments, starts_s)},
        }


class _Globe:
    """Knows where on earth the points of a map lie: at a corner exactly, else beside one."""

    def __init__(self, streets: Streets) -> None:
        if streets.lon is None or streets.lat is None:
            raise PlaybackError(
                "the map is given in metres: trips need degrees, so take a map with lon and lat"
            )
        self._streets = streets
        self._lon, self._lat = streets.lon, streets.lat
        corners = zip(streets.x.tolist(), streets.y.tolist(), strict=True)
        self._node = {corner: node for node, corner in enumerate(corners)}

    def line(self, moments: Sequence[Moment], starts_s: float) -> list[list[float]]:
        """Return the coordinates of a way; one that goes nowhere has its point twice."""
        points = [*moments, moments[0]][: max(len(moments), 2)]
        return [self._point(moment, starts_s) for moment in points]

    def _point(self, moment: Moment, starts_s: float) -> list[float]:
        node = self._node.get((moment.x, moment.y))
        if node is None:
            node = self._nearest(moment.x, moment.y)
        east_m = moment.x - float(self._streets.x[node])
        north_m = moment.y - float(self._streets.y[node])
        lat = float(self._lat[node])
        wide = METRES_PER_DEGREE * math.cos(math.radians(lat))
        lon = float(self._lon[node]) + east_m / wide
        time_s = round(starts_s + moment.time_us / 1e6, 3)
        return [round(lon, 7), round(lat + north_m / METRES_PER_DEGREE, 7), 0, time_s]

    def _nearest(self, x: float, y: float) -> int:
        distance = (self._streets.x - x) ** 2 + (self._streets.y - y) ** 2
        return int(np.argmin(distance))
