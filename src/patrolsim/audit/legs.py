"""The legs of the trace, one by one, and where those lead away from that begin off the road."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.audit.places import is_off_road
from patrolsim.eventlog import OFF_ROAD_STEP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from patrolsim.eventlog import LegTable
    from patrolsim.network.streets import Stop

    Place = tuple[float, float]


class Leg(NamedTuple):
    """One leg of the table: when it starts, is planned to end and ends, and where it leads."""

    number: int
    start_us: int
    planned_us: int
    end_us: int
    incident_id: int
    purpose: int
    mode: int
    origin: tuple[float, float]
    target: tuple[float, float]


def read_legs(table: LegTable) -> list[Leg]:
    """Return the legs in the order of the table."""
    planned_us = table.step_end_us[table.first_step[1:] - 1]
    columns = (
        np.arange(len(table.start_us)),
        table.start_us,
        planned_us,
        table.end_us,
        table.incident_id,
        table.purpose,
        table.mode,
    )
    origins = zip(table.from_x.tolist(), table.from_y.tolist(), strict=True)
    targets = zip(table.to_x.tolist(), table.to_y.tolist(), strict=True)
    rows = zip(*(column.tolist() for column in columns), origins, targets, strict=True)
    return [Leg(*row) for row in rows]


class PlacesLeft:
    """The place that each leg leads away from, found anew once another place becomes known."""

    def __init__(
        self,
        walks: Iterable[Sequence[Leg]],
        table: LegTable,
        known: Mapping[Place, tuple[Stop, ...]],
    ) -> None:
        self._walks, self._table, self._known = walks, table, known
        self._found: dict[int, tuple[Place, int]] | None = None

    def of(self, leg: Leg) -> tuple[Place, int]:
        """Return the place that a leg leads away from, and the mode used there."""
        if self._found is None:
            self._found = places_left(self._walks, self._table, self._known)
        return self._found.get(leg.number, (leg.origin, leg.mode))

    def forget(self) -> None:
        """Look again the next time: there is one more place."""
        self._found = None


def places_left(
    walks: Iterable[Sequence[Leg]], table: LegTable, known: Mapping[Place, tuple[Stop, ...]]
) -> dict[int, tuple[Place, int]]:
    """Return the place that legs begun off the road lead away from, and the mode used there.

    Whoever breaks off between a place and its street goes on to that street, or back to it.

    Parameters
    ----------
    walks
        The legs of each person, in order.
    table
        The legs with their steps.
    known
        The places at each position that has one: a leg that starts there leads away from it.
    """
    found: dict[int, tuple[Place, int]] = {}
    for walk in walks:
        for before, leg in pairwise(walk):
            if leg.origin in known or before.end_us >= before.planned_us:
                continue
            step, arc = _broken_off_at(before, table)
            if arc != OFF_ROAD_STEP:
                continue
            if step == 0 and before.number in found:
                found[leg.number] = found[before.number]
            elif step == 0 and is_off_road(known.get(before.origin, ()), before.mode):
                found[leg.number] = before.origin, before.mode
            else:
                found[leg.number] = before.target, before.mode
    return found


def _broken_off_at(leg: Leg, table: LegTable) -> tuple[int, int]:
    """Return number and arc of the step in which a leg was broken off."""
    first, last = int(table.first_step[leg.number]), int(table.first_step[leg.number + 1])
    step = bisect_left(table.step_end_us[first:last].tolist(), leg.end_us)
    return step, int(table.step_arc[first + step])
