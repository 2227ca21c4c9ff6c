"""What a searcher is told: the chances after all that was searched in vain, claims, ways."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.eventlog import Purpose, Status
from patrolsim.network.streets import CLOSED_US, UNREACHABLE_US
from patrolsim.policy.search import SearchTask
from patrolsim.units import US_PER_S, to_s

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.demand.search_ground import SearchGround
    from patrolsim.engine.clock import Clock
    from patrolsim.engine.open_search import OpenSearch
    from patrolsim.engine.present import VolunteerState
    from patrolsim.engine.state import State
    from patrolsim.engine.travel import Travel

    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]


class TaskWriter:
    """Writes the tasks of searchers, and keeps what they have searched and claimed."""

    def __init__(self, state: State, travel: Travel, clock: Clock) -> None:
        self._state, self._travel, self._clock = state, travel, clock
        self._claims: dict[tuple[int, int], tuple[int, ...]] = {}
        self._street_of: dict[int, dict[int, int]] = {}

    def claim(self, search: OpenSearch, volunteer: VolunteerState, nodes: Sequence[int]) -> None:
        """Keep the streets along some corners for a volunteer, until they are asked again."""
        mode, numbers = search.ground.mode, self._numbers(search.ground)
        arcs = self._travel.arcs_along(nodes, mode)
        claimed = tuple(numbers[arc] for arc in arcs if arc in numbers)
        self._claims[search.incident.id, volunteer.id] = claimed

    def unclaim(self, search_id: int, volunteer: VolunteerState) -> None:
        """Leave to others what a volunteer has searched."""
        self._claims.pop((search_id, volunteer.id), None)

    def book(self, search: OpenSearch) -> None:
        """Count the streets that were searched from end to end by now."""
        now_us, numbers = self._clock.now_us, self._numbers(search.ground)
        for who, (leg, booked) in list(search.walks.items()):
            if leg.purpose is not Purpose.SEARCH:
                continue
            until_us = min(now_us, leg.end_us)
            steps = booked
            while steps < len(leg.arcs) and leg.ends_us[steps] <= until_us:
                if leg.arcs[steps] in numbers and _is_whole(leg, steps):
                    search.sweeps[numbers[leg.arcs[steps]]] += 1
                steps += 1
            search.walks[who] = leg, steps

    def task(self, search: OpenSearch, volunteer: VolunteerState) -> SearchTask:
        """Return the task of a searcher who may choose now: fresh arrays, nothing alive."""
        ground, incident = search.ground, search.incident
        coverage: Floats = search.sweeps.astype(np.float64) * ground.search.effort_of_searcher
        chance = _after(search.prior, coverage)
        tail_s, head_s = self._ways_s(volunteer, ground)
        left_us = incident.left_us
        if incident.working_since_us is not None:
            left_us -= self._clock.now_us - incident.working_since_us
        searchers = [who.id for who in incident.team() if who.status is Status.AT_WORK]
        return SearchTask(
            incident_id=incident.id,
            volunteer_id=volunteer.id,
            kind=incident.kind.name,
            x=incident.row.x,
            y=incident.row.y,
            began_s=to_s(search.began_us),
            left_s=to_s(left_us),
            searchers=tuple(sorted(searchers)),
            tail=_sealed(ground.tail),
            head=_sealed(ground.head),
            is_two_way=_sealed(self._is_two_way(ground)),
            length_m=_sealed(ground.length_m),
            middle_x=_sealed(ground.x),
            middle_y=_sealed(ground.y),
            is_near_place=_sealed(ground.is_near),
            sweep_s=_sealed(self._sweep_s(ground)),
            effort=ground.search.effort_of_searcher,
            prior=_sealed(search.prior),
            chance=_sealed(chance),
            coverage=_sealed(coverage),
            is_claimed=_sealed(self._is_claimed(search, volunteer)),
            tail_s=_sealed(tail_s),
            head_s=_sealed(head_s),
        )

    def is_reachable(self, volunteer: VolunteerState, node: int) -> bool:
        """Whether a volunteer can get to a corner in their own mode, and on from there."""
        mode = volunteer.person.mode
        if not self._travel.streets.usable[mode, node]:
            return False
        stop = self._travel.stop_at(node)
        return self._travel.time_to(volunteer, stop, mode) < UNREACHABLE_US

    def _numbers(self, ground: SearchGround) -> dict[int, int]:
        """Return the street of each arc, either way."""
        found = self._street_of.get(id(ground))
        if found is None:
            found = {int(arc): street for street, arc in enumerate(ground.arc)}
            found |= {int(arc): street for street, arc in enumerate(ground.twin) if arc >= 0}
            self._street_of[id(ground)] = found
        return found

    def _is_claimed(self, search: OpenSearch, volunteer: VolunteerState) -> Bools:
        claimed = np.zeros(len(search.ground.arc), np.bool_)
        for who in search.incident.team():
            if who is not volunteer and who.timer is not None and who.status is Status.AT_WORK:
                claimed[list(self._claims.get((search.incident.id, who.id), ()))] = True
        return claimed

    def _sweep_s(self, ground: SearchGround) -> Floats:
        weight_us = self._travel.router.streets.weight_us[ground.mode, ground.arc]
        return np.where(weight_us == CLOSED_US, math.inf, weight_us / US_PER_S)

    def _is_two_way(self, ground: SearchGround) -> Bools:
        weight_us = self._travel.router.streets.weight_us[ground.mode, ground.twin]
        both: Bools = (ground.twin >= 0) & (weight_us != CLOSED_US)
        return both

    def _ways_s(self, volunteer: VolunteerState, ground: SearchGround) -> tuple[Floats, Floats]:
        """Return the usual travel times from here to both ends of each street."""
        mode, router = volunteer.person.mode, self._travel.router
        usable = router.streets.usable
        times_us = np.full(len(router.streets.x), UNREACHABLE_US)
        for way in self._travel.departures(volunteer, mode):
            row_us = router.times_from(way.node, mode)
            is_reached = row_us < UNREACHABLE_US
            times_us[is_reached] = np.minimum(times_us, row_us + way.cost_us)[is_reached]
        is_reached = (times_us < UNREACHABLE_US) & usable[mode] & usable[ground.mode]
        times_s = np.where(is_reached, times_us / US_PER_S, math.inf)
        return times_s[ground.tail], times_s[ground.head]


def _after(prior: Floats, coverage: Floats) -> Floats:
    """Return the chances after vain search: Bayes, each street by exp(-coverage), and to sum 1.

    The least coverage is taken from all, so that long searches leave no zeros only.
    """
    least = coverage[prior > 0].min()
    weight = prior * np.exp(-np.maximum(coverage - least, 0.0))
    shares: Floats = weight / weight.sum()
    return shares


def _is_whole(leg: Any, step: int) -> bool:
    """Whether a step of a leg is a whole street, not one that was begun or is left within."""
    done_us, whole_us = leg.done_us(step, leg.own_ends_us[step])
    return done_us == whole_us and not (step == leg.first_road and leg.begun_us)


def _sealed(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a view of values that cannot be written to."""
    sealed = values.view()
    sealed.flags.writeable = False
    return sealed
