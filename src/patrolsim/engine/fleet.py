"""Who could be sent, and where they would enter the streets: columns kept up to date.

Whoever rests enters the streets at the same corners until they leave. Their corners are worked
out once, when they come to rest, and a question goes over plain columns instead of people. Those
under way have columns of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.engine.eligibility import may_answer
from patrolsim.engine.state import FREE
from patrolsim.engine.walkers import Walkers
from patrolsim.eventlog import NEVER_US, Status
from patrolsim.network.joints import both_directions
from patrolsim.network.streets import NO_NODE
from patrolsim.network.tiers import blank, load_kernels, numbers
from patrolsim.units import to_us

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.engine.present import IncidentState, VolunteerState
    from patrolsim.engine.state import State
    from patrolsim.engine.travel import Travel
    from patrolsim.network.streets import Stop
    from patrolsim.volunteers.people import Volunteer

    Ints = npt.NDArray[np.int64]


class Group(NamedTuple):
    """People whom the rules cannot tell apart: same team, skills, modes, and whether they go."""

    team: str
    skills: frozenset[str]
    mode: int
    mode_by_priority: tuple[tuple[int, int], ...]
    may_decline: bool

    def mode_for(self, priority: int) -> int:
        """Return the mode in which they answer incidents of a priority."""
        return dict(self.mode_by_priority).get(priority, self.mode)


class Fleet:
    """Columns over all volunteers, by id."""

    def __init__(self, state: State, travel: Travel) -> None:
        self.state, self.travel = state, travel
        self._tier = travel.router.tier
        self._gather = load_kernels(self._tier).gather
        n, modes = len(state.volunteers), len(travel.streets.modes)
        keys = [_group_of(who.person, who.skills) for who in state.volunteers]
        later = [_group_of(who.person, who.person.skills) for who in state.volunteers]
        self._groups = sorted({*keys, *later}, key=repr)
        number = self._number = {key: index for index, key in enumerate(self._groups)}
        self._group = numbers(self._tier, np.array([number[key] for key in keys], np.int64))
        self._is_ready = blank(self._tier, n)
        self._shift_end_us, self._must_stop_us = blank(self._tier, n), blank(self._tier, n)
        self._since_us = blank(self._tier, n)
        self._turnout_us = numbers(self._tier, _expected(state, with_turnout=True))
        self._answer_us = numbers(self._tier, _expected(state, with_turnout=False))
        self._people = (
            self._group,
            self._shift_end_us,
            self._since_us,
            self._turnout_us,
            self._answer_us,
            self._must_stop_us,
        )
        self._corners = [tuple(blank(self._tier, n) for _ in range(4)) for _ in range(modes)]
        self._seeds = tuple(blank(self._tier, 2 * n) for _ in range(4))
        self._place: list[Stop | None] = [None] * n
        self._at: dict[tuple[float, float], set[int]] = {}
        self._on: dict[int, set[int]] = {}
        self._walkers = Walkers(n, travel)

    def fitting(
        self, incident: IncidentState, now_us: int, *, may_decline: bool | None = None
    ) -> dict[int, list[int]]:
        """Return for each mode which groups may answer an incident: 1, else 0.

        With `may_decline` only those who may, or only those who always go.
        """
        found: dict[int, list[int]] = {}
        place, priority = incident.place, incident.row.priority
        for index, group in enumerate(self._groups):
            mode = group.mode_for(priority)
            is_near = place is None or place.nodes[mode] != NO_NODE
            is_of_team = may_answer(group.team, incident, now_us)
            is_of_team = is_of_team and may_decline in {None, group.may_decline}
            if is_near and is_of_team and incident.open_slot(group.skills) is not None:
                found.setdefault(mode, [0] * len(self._groups))[index] = 1
        return found

    def could_go(
        self, groups: list[int], mode: int, now_us: int, declined: frozenset[int], place: Stop
    ) -> tuple[tuple[Ints, Ints, Ints, Ints], list[int]]:
        """Return the seeds of free people of some groups: id, node, time, deadline.

        Those who are under way and have to be looked at one by one are returned by number.
        """
        self._refresh()
        hidden = [i for i in sorted(declined) if self._is_ready[i]] if declined else []
        for volunteer_id in hidden:
            self._is_ready[volunteer_id] = 0
        people = self._people
        wanted = numbers(self._tier, np.array(groups, np.int64))
        corners, seeds = self._corners[mode], self._seeds
        count = self._gather(self._is_ready, people, corners, wanted, now_us, seeds)
        for volunteer_id in hidden:
            self._is_ready[volunteer_id] = 1
        question = wanted, mode, now_us, place
        count, others = self._walkers.gather(people, question, sorted(declined), (seeds, count))
        ids, nodes, costs_us, deadlines_us = (
            np.asarray(column[:count], np.int64) for column in seeds
        )
        return (ids, nodes, costs_us, deadlines_us), others

    def ready_us(self, ids: Ints, now_us: int) -> Ints:
        """Return the expected time to leaving of these people, as their seeds hold it."""
        self._refresh()
        columns = self._since_us, self._turnout_us, self._answer_us
        since_us, turnout_us, answer_us = (np.asarray(column, np.int64)[ids] for column in columns)
        return np.where(since_us < now_us, turnout_us, answer_us)

    def resting_near(self, place: Stop, mode: int) -> list[int]:
        """Return the ids of free people who rest at a place, or on its street, rising."""
        self._refresh()
        found = set(self._at.get((place.x, place.y), ()))
        spot = place.spot(mode)
        if spot is not None:
            for here in both_directions(self.travel.ground, spot):
                found |= self._on.get(here.arc, set())
        return sorted(found)

    def streets_change(self) -> None:
        """Work out anew where those who rest come to the streets, and how long it takes them."""
        self._refresh()
        for number, place in enumerate(self._place):
            if place is not None:
                self._write_corners(number, place)
        self._walkers.streets_change()

    def _refresh(self) -> None:
        """Write down those who have changed since the last question."""
        changed = self.state.changed
        if changed:
            for volunteer_id in sorted(changed):
                self._write(self.state.volunteers[volunteer_id])
            changed.clear()

    def _write(self, volunteer: VolunteerState) -> None:
        number, stop = volunteer.id, volunteer.stop
        is_free = volunteer.status in FREE
        if not is_free:
            self._leave_out(number)
            return
        self._shift_end_us[number] = volunteer.shift_end_us or 0
        self._must_stop_us[number] = volunteer.must_stop_us
        stands_by = volunteer.status is Status.STANDING_BY
        self._since_us[number] = volunteer.since_us if stands_by else NEVER_US
        if volunteer.person.learns_us:
            self._group[number] = self._number[_group_of(volunteer.person, volunteer.skills)]
        # whether somebody free has had enough for the week does not hang on the time
        may_go = volunteer.week is None or not volunteer.week.is_full(0)
        self._is_ready[number] = 1 if may_go and stop is not None else 0
        if may_go and stop is None and volunteer.leg is not None:
            self._walkers.write(number, volunteer.leg)
        else:
            self._walkers.forget(number)
        if self._place[number] is not stop:
            self._move(number, stop)

    def _leave_out(self, number: int) -> None:
        """Take out somebody who is not free: nothing else of theirs is read until they are."""
        self._is_ready[number], self._since_us[number] = 0, NEVER_US
        self._walkers.forget(number)
        if self._place[number] is not None:
            self._move(number, None)

    def _move(self, number: int, place: Stop | None) -> None:
        """Write down where somebody rests; None for nowhere, or for somebody who is not free."""
        before = self._place[number]
        if before is not None:
            self._at[before.x, before.y].discard(number)
            for arc in _arcs_of(before):
                self._on[arc].discard(number)
        self._place[number] = place
        if place is None:
            return
        self._at.setdefault((place.x, place.y), set()).add(number)
        for arc in _arcs_of(place):
            self._on.setdefault(arc, set()).add(number)
        self._write_corners(number, place)

    def _write_corners(self, number: int, place: Stop) -> None:
        for mode, corners in enumerate(self._corners):
            ways = [(way.node, way.cost_us) for way in self.travel.departures_at(place, mode)]
            ways += [(NO_NODE, 0)] * (2 - len(ways))
            (corners[0][number], corners[1][number]) = ways[0]
            (corners[2][number], corners[3][number]) = ways[1]


def _arcs_of(stop: Stop) -> set[int]:
    return {spot.arc for spot in stop.spots if spot is not None}


def _group_of(person: Volunteer, skills: frozenset[str]) -> Group:
    by_priority = tuple(sorted(person.mode_by_priority.items()))
    return Group(person.team, skills, person.mode, by_priority, person.may_decline)


def _expected(state: State, *, with_turnout: bool) -> Ints:
    """Return the expected time to leaving: the view never knows a drawn duration."""
    return np.array(
        [expected_us(v.person, with_turnout=with_turnout) for v in state.volunteers], np.int64
    )


def expected_us(person: Volunteer, *, with_turnout: bool) -> int:
    """Return the expected time from being asked to leaving."""
    answer_s = 0.0 if person.answers_after is None else person.answers_after.mean_s
    if person.turnout is None or not with_turnout:
        return to_us(answer_s)
    return to_us(answer_s + person.turnout.mean_s)
