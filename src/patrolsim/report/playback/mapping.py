"""From metres and microseconds to the whole numbers of the trace; the map as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.network.streets import CLOSED_US
from patrolsim.report.playback.columns import TraceError
from patrolsim.report.playback.window import Window, origin_us

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.eventlog import EventLog
    from patrolsim.network.streets import Streets
    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]

UNIT_M = 0.1
"""One unit of the map: far below the width of a footway."""
MOST_HOPS = 256
"""A hop is one byte."""
CLOSED = 0
"""Travel time of an arc that a mode may not use: no open arc takes less than a microsecond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """How points and moments become whole numbers.

    Attributes
    ----------
    west_m, south_m
        Where the units count from.
    window
        The part of the period that is shown.
    """

    west_m: float
    south_m: float
    window: Window

    @property
    def origin_us(self) -> int:
        """The moment from which milliseconds count."""
        return origin_us(self.window)

    def units(self, x: float, y: float) -> tuple[int, int]:
        """Return a point in units of the map."""
        return round((x - self.west_m) / UNIT_M), round((y - self.south_m) / UNIT_M)

    def moment_ms(self, time_us: int) -> int:
        """Return a moment in milliseconds; what lies before the origin lies at the origin."""
        return max(0, time_us - self.origin_us) // 1000


def grid_of(world: World, logs: Sequence[EventLog], window: Window) -> Grid:
    """Return a grid in which everything has a place: streets, people, incidents, goals."""
    streets = world.streets
    xs, ys = [streets.x, world.incidents.x], [streets.y, world.incidents.y]
    xs.append(np.array([person.base.x for person in world.volunteers]))
    ys.append(np.array([person.base.y for person in world.volunteers]))
    places = [stop for stops in world.places.values() for stop in stops]
    xs.append(np.array([stop.x for stop in places]))
    ys.append(np.array([stop.y for stop in places]))
    for log in logs:
        xs += [log.legs.from_x, log.legs.to_x]
        ys += [log.legs.from_y, log.legs.to_y]
    west_m, south_m = (float(np.floor(np.concatenate(column).min())) for column in (xs, ys))
    return Grid(west_m=west_m, south_m=south_m, window=window)


def map_columns(streets: Streets, grid: Grid, modes: Sequence[int]) -> dict[str, Ints]:
    """Return the columns of the map, with the travel times of some modes.

    An arc whose way back comes before it in the list, with the same times, has none of its own:
    `arc_back` is 1 then. Only the first arc back between the same corners counts as one.

    Raises
    ------
    TraceError
        If more streets leave a corner than a byte can count.
    """
    degree = np.diff(streets.out_start).astype(np.int64)
    if degree.max(initial=0) > MOST_HOPS:
        raise TraceError(f"{degree.max()} streets leave one corner: a byte counts {MOST_HOPS}")
    back = _backs(streets, modes)
    own = np.flatnonzero(back == 0)
    columns = {
        "node_x": np.rint((streets.x - grid.west_m) / UNIT_M).astype(np.int64),
        "node_y": np.rint((streets.y - grid.south_m) / UNIT_M).astype(np.int64),
        "node_arcs": degree,
        "arc_head": streets.head.astype(np.int64),
        "arc_back": back,
    }
    for mode in modes:
        weight_us = streets.weight_us[mode, own]
        columns[f"arc_us_{mode}"] = np.where(weight_us < CLOSED_US, weight_us, CLOSED)
    return columns


def _backs(streets: Streets, modes: Sequence[int]) -> Ints:
    """Say for each arc whether a reader may take the times of the first arc back."""
    first_arc: dict[tuple[int, int], int] = {}
    ends = zip(streets.tail.tolist(), streets.head.tolist(), strict=True)
    found = np.zeros(len(streets.tail), np.int64)
    weight_us = streets.weight_us[list(modes)]
    for arc, (tail, head) in enumerate(ends):
        first_arc.setdefault((tail, head), arc)
        back = first_arc.get((head, tail), arc)
        if back < arc and (weight_us[:, arc] == weight_us[:, back]).all():
            found[arc] = 1
    return found
