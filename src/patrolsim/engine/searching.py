"""How people look for somebody: who searches which street, and who passes the lost person.

A searcher is at work wherever they are. The policy of the role `search` says which streets they
search next; they go to the first corner by the fastest way, and search from there to the last.
Whoever passes the subject adds coverage there, searchers more than others; when it has come to
the coverage that was drawn for the subject, they are found (`patrolsim.demand.subjects`).
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.demand.subjects import draw_subject, stop_at_spot
from patrolsim.engine.callers import Caller
from patrolsim.engine.clock import Rank
from patrolsim.engine.legs import Errand
from patrolsim.engine.open_search import OpenSearch
from patrolsim.engine.passing import passings
from patrolsim.engine.search_tasks import TaskWriter
from patrolsim.engine.state import ON_SCENE
from patrolsim.errors import SimulationError
from patrolsim.eventlog import Purpose, Status
from patrolsim.network.streets import SHARES
from patrolsim.policy import Role, Sweep
from patrolsim.units import US_PER_S, to_us

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from patrolsim.engine.callers import Policies
    from patrolsim.engine.clock import Clock
    from patrolsim.engine.legs import Leg
    from patrolsim.engine.present import IncidentState, VolunteerState
    from patrolsim.engine.state import State
    from patrolsim.engine.travel import Travel
    from patrolsim.network.streets import Stop
    from patrolsim.policy import StateView
    from patrolsim.world import World

    Floats = npt.NDArray[np.float64]

LOOK_AGAIN_US = 60 * US_PER_S
"""A searcher for whom the policy has nothing is asked again after so long."""


class Searching:
    """The searches of a replication. `is_found` is told when somebody has been found."""

    def __init__(
        self, policies: Policies, state: State, travel: Travel, clock: Clock, world: World
    ) -> None:
        self._policies = policies
        self._caller = Caller(policies, Role.SEARCH)
        self._state, self._travel, self._clock, self._world = state, travel, clock, world
        self._open: dict[int, OpenSearch] = {}
        self._tasks = TaskWriter(state, travel, clock)
        self.view: StateView
        self.is_found: Callable[[IncidentState, VolunteerState], None]

    # A search begins and ends.

    def begins(self, incident: IncidentState) -> None:
        """Let people look for somebody from now on, whoever passes included."""
        key = incident.row.kind, incident.stage
        ground, row, now_us = self._world.searches[key], incident.row, self._clock.now_us
        subject = draw_subject(
            ground, self._world.streets, row, incident.stage, self._world.streams
        )
        search = OpenSearch(
            incident=incident,
            ground=ground,
            subject=subject,
            began_us=now_us,
            prior=ground.prior(row.x, row.y),
            sweeps=np.zeros(len(ground.arc), np.int64),
        )
        self._open[incident.id] = search
        for volunteer in self._state.volunteers:
            leg = volunteer.leg
            if leg is not None and leg.end_us >= now_us and leg.ends_us[-1] > now_us:
                self._plan_passings(search, volunteer, leg)
        for part in subject.parts[:-1]:
            if part.to_share in {0, SHARES} and part.end_us >= now_us:
                self._clock.at(part.end_us, Rank.OCCURS, self._passes_corner, search, part.end_us)

    def ends(self, incident: IncidentState) -> None:
        """Stop looking: nobody passes a subject any more."""
        search = self._open.pop(incident.id, None)
        if search is None:
            return
        for who in incident.team():
            if who.status in ON_SCENE:
                self._state.halt(who)

    def stop_of(self, incident: IncidentState) -> Stop:
        """Return where the subject of an incident is now."""
        search = self._open[incident.id]
        arc, share = search.subject.spot_at(self._clock.now_us)
        return stop_at_spot(self._world.streets, search.ground.mode, arc, share)

    # Those who search.

    def go_on(self, incident: IncidentState) -> None:
        """Let everybody search who is at work and does nothing yet."""
        for who in incident.team():
            if who.status is Status.AT_WORK and who.timer is None:
                self._search_next(who)

    def pause(self, incident: IncidentState) -> None:
        """Let those stand still for whom the search waits for more people."""
        for who in incident.team():
            if who.status in ON_SCENE:
                self._state.halt(who)

    def _search_next(self, volunteer: VolunteerState) -> None:
        """Ask which streets come next, and go there; stand still when there are none."""
        volunteer.timer = None
        incident, now_us = volunteer.incident, self._clock.now_us
        search = None if incident is None else self._open.get(incident.id)
        if incident is None or search is None:
            raise SimulationError(f"volunteer {volunteer.id} searches for nobody")
        policy = self._policies.search
        if policy is None:
            raise SimulationError("somebody is looked for, and there is no search policy")
        self._tasks.book(search)
        task = self._tasks.task(search, volunteer)
        method = policy.next_search
        decision = self._caller.decide(now_us, incident.id, method, self.view, task)
        if decision is None:
            again_us = now_us + LOOK_AGAIN_US
            timer = self._clock.at(again_us, Rank.ARRIVES, self._search_next, volunteer)
            self._state.expect(volunteer, timer)
            return
        reason = self._why_not(volunteer, search, decision)
        if reason is not None:
            reason = f"volunteer {volunteer.id}: {reason}"
            raise self._caller.refusal(now_us, incident.id, method, reason)
        self._go_to_first(volunteer, search, decision)

    def _go_to_first(self, volunteer: VolunteerState, search: OpenSearch, decision: Sweep) -> None:
        """Go to the corner at which the search of the streets begins."""
        first = self._travel.stop_at(decision.nodes[0])
        begin = partial(self._sweep, volunteer, search, decision)
        if self._travel.is_at(volunteer, first):
            begin()
            return
        errand = Errand(volunteer.person.mode, Purpose.TO_SEARCH, search.incident.id)
        leg = self._travel.leg_to(volunteer, first, errand)
        timer = self._clock.at(leg.end_us, Rank.ARRIVES, begin)
        self._tasks.claim(search, volunteer, decision.nodes)
        self._state.set_out(volunteer, leg, timer)

    def _sweep(self, volunteer: VolunteerState, search: OpenSearch, decision: Sweep) -> None:
        """Search the streets, from the first corner to the last."""
        if volunteer.leg is not None:
            self._state.rest(volunteer, volunteer.leg.target)
        if len(decision.nodes) == 1:
            self._watch(volunteer, decision)
            return
        errand = Errand(search.ground.mode, Purpose.SEARCH, search.incident.id)
        reason = self._why_no_walk(volunteer, search, decision.nodes)
        if reason is not None:  # a street was closed while the searcher was on the way
            self._search_next(volunteer)
            return
        leg = self._travel.leg_along(volunteer, decision.nodes[1:], errand)
        timer = self._clock.at(leg.end_us, Rank.ARRIVES, self._watch, volunteer, decision)
        self._tasks.claim(search, volunteer, decision.nodes)
        self._state.set_out(volunteer, leg, timer)

    def _watch(self, volunteer: VolunteerState, decision: Sweep) -> None:
        """Stay at the last corner for a while, and watch who comes by."""
        if volunteer.leg is not None:
            self._state.rest(volunteer, volunteer.leg.target)
        stays_us = to_us(decision.stay_s)
        if stays_us == 0:
            self._search_next(volunteer)
            return
        if volunteer.incident is not None:
            self._tasks.unclaim(volunteer.incident.id, volunteer)
        until_us = self._clock.now_us + stays_us
        timer = self._clock.at(until_us, Rank.ARRIVES, self._search_next, volunteer)
        self._state.expect(volunteer, timer)

    # Those who pass.

    def sets_out(self, volunteer: VolunteerState, leg: Leg) -> None:
        """Take note of a leg, in case it passes somebody who is looked for."""
        incident = volunteer.incident
        if incident is not None and leg.purpose is Purpose.SEARCH:
            search = self._open.get(incident.id)
            if search is not None:
                self._tasks.book(search)
                search.walks[volunteer.id] = leg, 0
        for search in self._open.values():
            self._plan_passings(search, volunteer, leg)

    def _plan_passings(self, search: OpenSearch, volunteer: VolunteerState, leg: Leg) -> None:
        is_search = leg.purpose is Purpose.SEARCH and leg.incident_id == search.incident.id
        effort = search.ground.search
        if not is_search and effort.effort_of_passer_by == 0.0:
            return
        twin, now_us = self._travel.ground.twin, self._clock.now_us
        for time_us in passings(leg, search.subject, twin, now_us):
            self._clock.at(time_us, Rank.OCCURS, self._passes, search, volunteer, leg)

    def _passes(self, search: OpenSearch, volunteer: VolunteerState, leg: Leg) -> None:
        """Add coverage where the subject is, unless the leg was broken off before."""
        if leg.end_us < self._clock.now_us or self._open.get(search.incident.id) is not search:
            return
        is_search = leg.purpose is Purpose.SEARCH and leg.incident_id == search.incident.id
        self._sees(search, volunteer, is_search=is_search)

    def _passes_corner(self, search: OpenSearch, _time_us: int) -> None:
        """Let those see the subject who search and stand at the corner that it passes."""
        if self._open.get(search.incident.id) is not search:
            return
        stop = self.stop_of(search.incident)
        for who in search.incident.team():
            if who.status is Status.AT_WORK and self._travel.is_at(who, stop):
                self._sees(search, who, is_search=True)
                if self._open.get(search.incident.id) is not search:
                    return

    def _sees(self, search: OpenSearch, volunteer: VolunteerState, *, is_search: bool) -> None:
        if is_search:
            search.seen_by_searchers += 1
        else:
            search.seen_by_others += 1
        if search.coverage >= search.subject.coverage:
            self.is_found(search.incident, volunteer)

    # What a policy may decide.

    def _why_not(self, volunteer: VolunteerState, search: OpenSearch, decision: Any) -> str | None:
        if not isinstance(decision, Sweep):
            return f"{decision!r} is no Sweep or None"
        reason = _why_no_sweep(decision, len(self._travel.streets.x))
        if reason is None:
            reason = self._why_no_walk(volunteer, search, decision.nodes)
        if reason is None and not self._tasks.is_reachable(volunteer, decision.nodes[0]):
            reason = f"no way leads to node {decision.nodes[0]}"
        return reason

    def _why_no_walk(
        self, volunteer: VolunteerState, search: OpenSearch, nodes: Sequence[int]
    ) -> str | None:
        usable, mode = self._travel.streets.usable, search.ground.mode
        for node, after in pairwise(nodes):
            if self._travel.arc_between(node, after, mode) < 0:
                return f"no street leads from node {node} to node {after}"
            if not usable[volunteer.person.mode, after]:
                return f"from node {after} there is no way back for the volunteer"
        return None


def _why_no_sweep(decision: Sweep, count: int) -> str | None:
    """Return what is wrong with a sweep on any streets of so many nodes; None for nothing."""
    if not 0 <= decision.stay_s < float("inf"):
        return f"a stay of {decision.stay_s!r} s is not possible"
    nodes: Any = decision.nodes
    if not isinstance(nodes, tuple) or not nodes:
        return "a sweep needs at least one node"
    for node in nodes:
        if not isinstance(node, int) or not 0 <= node < count:
            return f"there is no node {node!r}"
    if len(nodes) == 1 and to_us(decision.stay_s) == 0:
        return f"{decision!r} takes no time: it would never end"
    return None
