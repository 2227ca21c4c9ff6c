"""Columns of the legs of free people: a question goes over them instead of over people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.network.gathering import FOUND, NO_PLACE, OFF_ROAD, PLACE_COLUMNS, UNKNOWN
from patrolsim.network.streets import NO_NODE
from patrolsim.network.tiers import Tier, blank, load_kernels, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.engine.legs import Leg
    from patrolsim.engine.travel import Travel
    from patrolsim.network.streets import Stop

COLUMNS = OFF_ROAD + 2 * PLACE_COLUMNS
LEAST_ROOM = 64
"""Steps that there is room for at first for each person."""


class Walkers:
    """Legs of those who are free and on a leg, or whose leg was broken off, by number."""

    def __init__(self, people: int, travel: Travel) -> None:
        self._travel, self._tier = travel, travel.router.tier
        self._gather = load_kernels(self._tier).gather_walking
        self._table: Any = [blank(self._tier, people) for _ in range(COLUMNS)]
        if self._tier is Tier.COMPILED:
            self._table = np.array(self._table)
        self._columns = tuple(self._table)
        self._room = [0] * people
        self._used = 0
        self._arcs, self._ends_us = blank(self._tier, 0), blank(self._tier, 0)
        self._legs: dict[int, Leg] = {}
        self._ids: Any = None
        self._others = blank(self._tier, people + 1)
        self._may_lag = False
        speeds_mps = np.array([mode.off_road_mps for mode in travel.streets.modes])
        self._alike = [numbers(self._tier, (speeds_mps == own) * 1) for own in speeds_mps]

    def streets_change(self) -> None:
        """Take note that legs may have been planned on other streets than the present ones."""
        self._may_lag = True
        for number in self._legs:
            for off in (OFF_ROAD, OFF_ROAD + PLACE_COLUMNS):
                if self._columns[off][number] != NO_PLACE:
                    self._columns[off][number] = UNKNOWN

    def ids(self) -> list[int]:
        """Return their numbers, rising."""
        return sorted(self._legs)

    def write(self, number: int, leg: Leg) -> None:
        """Write down the leg on which somebody is."""
        columns = self._columns
        if self._legs.get(number) is not leg:
            if number not in self._legs:
                self._ids = None
            self._legs[number] = leg
            steps = len(leg.arcs)
            first = self._place(number, steps)
            self._arcs[first : first + steps] = leg.arcs
            self._ends_us[first : first + steps] = leg.ends_us
            columns[1][number], columns[2][number] = steps, leg.start_us
            columns[4][number], columns[5][number] = leg.first_road, leg.last_road
            columns[6][number] = leg.begun_us
            columns[7][number], columns[8][number] = leg.first_weight_us, leg.last_weight_us
            columns[FOUND][number] = 0
            self._write_place(number, OFF_ROAD, leg.origin, leg.mode)
            self._write_place(number, OFF_ROAD + PLACE_COLUMNS, leg.target, leg.mode)
        columns[3][number] = leg.end_us

    def _write_place(self, number: int, off: int, place: Stop | None, mode: int) -> None:
        """Write down how one comes to the corners from the street in front of a place."""
        columns = self._columns
        if place is None:
            columns[off][number] = NO_PLACE
            return
        columns[off][number] = mode
        spot = place.spot(mode)
        columns[off + 1][number] = -1 if spot is None else spot.arc
        ways = [(way.node, way.rest_us) for way in self._travel.departures_at(place, mode)]
        ways += [(NO_NODE, 0)] * (2 - len(ways))
        (columns[off + 2][number], columns[off + 3][number]) = ways[0]
        (columns[off + 4][number], columns[off + 5][number]) = ways[1]

    def forget(self, number: int) -> None:
        """Take somebody out who is not free, or on no leg."""
        if self._legs.pop(number, None) is not None:
            self._ids = None

    def gather(
        self,
        people: tuple[Any, ...],
        question: tuple[Any, int, int, Stop | None],
        declined: Sequence[int],
        seeds: tuple[tuple[Any, ...], int],
    ) -> tuple[int, list[int]]:
        """Write their seeds behind those that are there.

        Parameters
        ----------
        people
            Columns as `patrolsim.network.gathering` reads them.
        question
            The groups that are wanted, the mode, the time, and the place.
        declined
            Numbers of people who are not to be asked.
        seeds
            The room, and how many seeds are in it.

        Returns
        -------
        How many seeds there are now, and the numbers of those to look at one by one.
        """
        wanted, mode, now_us, place = question
        if self._travel.pacing.has_hours:
            # The columns know legs by the clock, and work is what counts then.
            return seeds[1], self.ids()
        if self._ids is None:
            self._ids = numbers(self._tier, np.array(self.ids(), np.int64))
        ids, legs = self._ids, self._legs
        without = [number for number in declined if number in legs] if declined else []
        ground = self._travel.ground
        # Their columns tell the times of other streets: they are looked at one by one.
        behind = (
            [n for n in self.ids() if self._legs[n].ground is not ground] if self._may_lag else []
        )
        without += behind
        if without:
            left = [number for number in self.ids() if number not in without]
            ids = numbers(self._tier, np.array(left, np.int64))
        turns = int(self._travel.ground.modes[mode].turns_round)
        count = self._gather(
            (ids, len(ids)),
            people,
            (self._table, self._arcs, self._ends_us),
            self._streets(mode),
            (wanted, self._alike[mode], now_us, mode, turns, *self._street_of(place, mode)),
            (*seeds, self._others),
        )
        found = self._others[1 : 1 + self._others[0]]
        return count, [int(number) for number in found] + behind

    def _place(self, number: int, steps: int) -> int:
        """Return where the steps of somebody's leg are kept, with room for so many."""
        if self._room[number] < steps:
            self._room[number] = max(LEAST_ROOM, 2 * steps)
            self._columns[0][number] = self._used
            self._used += self._room[number]
            if self._used > len(self._arcs):
                self._arcs = self._longer(self._arcs)
                self._ends_us = self._longer(self._ends_us)
        return int(self._columns[0][number])

    def _longer(self, values: Any) -> Any:
        longer = blank(self._tier, 2 * self._used)
        longer[: len(values)] = values
        return longer

    def _streets(self, mode: int) -> tuple[Any, ...]:
        """Return tail, head, twin and time of each arc, as they are now."""
        if self._tier is Tier.PLAIN:
            ground = self._travel.ground
            return ground.tail, ground.head, ground.twin, ground.weight_us[mode]
        streets = self._travel.router.streets
        return streets.tail, streets.head, streets.twin, self._travel.local_us[mode]

    def _street_of(self, place: Stop | None, mode: int) -> tuple[int, int]:
        spot = None if place is None else place.spot(mode)
        if spot is None:
            return -1, -1
        return spot.arc, int(self._travel.ground.twin[spot.arc])
