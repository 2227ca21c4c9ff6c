"""A day in the life of a volunteer between incidents: shifts, patrols, waiting."""

from __future__ import annotations

from collections import defaultdict, deque
from math import isfinite
from typing import TYPE_CHECKING, Any

from patrolsim.engine.callers import Caller
from patrolsim.engine.clock import Rank
from patrolsim.engine.legs import Errand
from patrolsim.eventlog import NEVER_US, Purpose, Status
from patrolsim.network.joints import NO_ARC
from patrolsim.network.streets import UNREACHABLE_US
from patrolsim.policy import Base, GoTo, Role, Visit, Walk
from patrolsim.units import to_us

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from patrolsim.engine.callers import Policies
    from patrolsim.engine.clock import Clock
    from patrolsim.engine.legs import Leg
    from patrolsim.engine.present import VolunteerState
    from patrolsim.engine.sightings import Sightings
    from patrolsim.engine.state import State
    from patrolsim.engine.travel import Travel
    from patrolsim.network.streets import Stop
    from patrolsim.policy import StateView
    from patrolsim.volunteers.roster import Shift


class Duty:
    """Brings people on duty and off again, and gives free people something to do."""

    def __init__(
        self,
        policies: Policies,
        state: State,
        travel: Travel,
        clock: Clock,
        sightings: Sightings,
    ) -> None:
        self._patrol_policy, self._standby_policy = policies.patrol, policies.standby
        self._patrol_caller = Caller(policies, Role.PATROL)
        self._standby_caller = Caller(policies, Role.STANDBY)
        self._state = state
        self._travel = travel
        self._clock = clock
        self._sightings = sightings
        self._shifts: dict[int, deque[Shift]] = defaultdict(deque)
        self.standby_view: StateView
        self.patrol_view: StateView
        self.serve_queue: Callable[[], None]
        self.hand_over: Callable[[VolunteerState], None]
        self.withdraw_from: Callable[[VolunteerState], None]

    def schedule(self, shifts: Iterable[Shift]) -> None:
        """Plan the first shift of everybody; each shift plans the next one at its end."""
        for shift in sorted(shifts, key=lambda s: (s.start_us, s.volunteer_id)):
            self._shifts[shift.volunteer_id].append(shift)
        for volunteer in self._state.volunteers:
            self._plan_next_shift(volunteer)

    def starts_shift(self, volunteer: VolunteerState, end_us: int) -> None:
        """Come on duty, or stay on duty where overtime has run into the next shift."""
        if volunteer.status is Status.OFF_DUTY:
            self._state.start_shift(volunteer, end_us)
        else:
            self._state.extend_shift(volunteer, end_us)
        self._clock.at(end_us, Rank.SHIFT_ENDS, self.ends_shift, volunteer)
        if volunteer.is_free:
            self.are_free([volunteer])

    def ends_shift(self, volunteer: VolunteerState) -> None:
        """Go off duty, or finish what is in hand as the overtime rule says."""
        self._state.note_shift_end(volunteer)
        self._plan_next_shift(volunteer)
        if volunteer.alert is not None:
            self.withdraw_from(volunteer)
            self._state.go_off_duty(volunteer)
        elif volunteer.is_free:
            self._state.go_off_duty(volunteer)
        elif volunteer.must_stop_us != NEVER_US:
            stop_us = max(volunteer.must_stop_us, self._clock.now_us)
            self._clock.at(stop_us, Rank.SHIFT_ENDS, self._must_stop, volunteer, stop_us)

    def are_free(self, people: Sequence[VolunteerState]) -> None:
        """Take over people who have nothing to do: first the queue, then patrol or wait."""
        for volunteer in people:
            self._state.halt(volunteer)
            if self._is_over(volunteer):
                self._state.go_off_duty(volunteer)
            else:
                self._state.set_status(volunteer, Status.STANDING_BY)
        self.serve_queue()
        for volunteer in people:
            if volunteer.status is Status.STANDING_BY and volunteer.timer is None:
                self.choose_what_to_do(volunteer)

    def choose_what_to_do(self, volunteer: VolunteerState) -> None:
        """Patrol if one of those who patrol; else wait where the standby policy says."""
        if volunteer.person.patrols and self._patrol(volunteer):
            return
        self._stand_by(volunteer)

    # Patrols.

    def _patrol(self, volunteer: VolunteerState) -> bool:
        """Walk the next leg of a patrol; say whether the policy wanted one."""
        now_us, caller = self._clock.now_us, self._patrol_caller
        method = self._patrol_policy.next_patrol
        decision = caller.decide(now_us, None, method, self.patrol_view, volunteer.id)
        if decision is None:
            return False
        reason = self._why_no_patrol(volunteer, decision)
        if reason is not None:
            reason = f"volunteer {volunteer.id}: {reason}"
            raise caller.refusal(now_us, None, method, reason)
        leg = self._patrol_leg(volunteer, decision)
        dwell_us = to_us(decision.dwell_s)
        if leg.end_us + dwell_us <= now_us:
            reason = f"{decision!r} takes no time: it would never end"
            raise caller.refusal(now_us, None, method, reason)
        self._state.set_status(volunteer, Status.PATROLLING)
        timer = self._clock.at(leg.end_us, Rank.ARRIVES, self._dwell, volunteer, dwell_us)
        self._state.set_out(volunteer, leg, timer)
        self._sightings.patrol_sets_out(volunteer.id, leg)
        return True

    def _patrol_leg(self, volunteer: VolunteerState, decision: Visit | Walk) -> Leg:
        errand = Errand(volunteer.person.mode, Purpose.PATROL)
        if isinstance(decision, Walk):
            return self._travel.leg_along(volunteer, decision.nodes, errand)
        return self._travel.leg_to(volunteer, self._travel.stop_at(decision.node), errand)

    def _why_no_patrol(self, volunteer: VolunteerState, decision: Any) -> str | None:
        if not isinstance(decision, Visit | Walk):
            return f"{decision!r} is no Visit, Walk or None"
        if not 0 <= decision.dwell_s < float("inf"):
            return f"a stay of {decision.dwell_s!r} s is not possible"
        nodes: tuple[Any, ...] = decision.nodes if isinstance(decision, Walk) else (decision.node,)
        for node in nodes:
            if not isinstance(node, int) or not 0 <= node < len(self._travel.streets.x):
                return f"there is no node {node!r}"
        if isinstance(decision, Visit):
            stop = self._travel.stop_at(decision.node)
            time_us = self._travel.time_to(volunteer, stop, volunteer.person.mode)
            return f"no way leads to node {decision.node}" if time_us >= UNREACHABLE_US else None
        return self._why_no_walk(volunteer, nodes)

    def _why_no_walk(self, volunteer: VolunteerState, nodes: Sequence[int]) -> str | None:
        mode = volunteer.person.mode
        departures = self._travel.departures(volunteer, mode)
        if not nodes or not departures:
            return "a walk needs at least one node"
        corners = departures[0].node, *nodes
        arcs = self._travel.arcs_along(corners, mode)
        if NO_ARC in arcs:
            here, node = corners[arcs.index(NO_ARC) :][:2]
            return f"no street leads from node {here} to node {node}"
        return None

    def _dwell(self, volunteer: VolunteerState, dwell_us: int) -> None:
        """Arrive, stay for a while, and go on."""
        if volunteer.leg is not None:
            self._state.rest(volunteer, volunteer.leg.target)
        go_on_us = self._clock.now_us + dwell_us
        volunteer.timer = self._clock.at(go_on_us, Rank.ARRIVES, self._go_on, volunteer)

    def _go_on(self, volunteer: VolunteerState) -> None:
        volunteer.timer = None
        self._look_again(volunteer)
        if volunteer.incident is None and not self._patrol(volunteer):
            self._state.set_status(volunteer, Status.STANDING_BY)
            self._stand_by(volunteer)

    # Waiting.

    def _stand_by(self, volunteer: VolunteerState) -> None:
        """Go where the standby policy wants a free person to wait."""
        stop = self._standby_stop(volunteer)
        if stop is None or self._travel.is_at(volunteer, stop):
            return
        errand = Errand(volunteer.person.mode, Purpose.TO_POST)
        leg = self._travel.leg_to(volunteer, stop, errand)
        self._state.set_status(volunteer, Status.GOING_TO_POST)
        timer = self._clock.at(leg.end_us, Rank.ARRIVES, self._reach_post, volunteer)
        self._state.set_out(volunteer, leg, timer)

    def _standby_stop(self, volunteer: VolunteerState) -> Stop | None:
        now_us, method = self._clock.now_us, self._standby_policy.standby
        caller = self._standby_caller
        decision = caller.decide(now_us, None, method, self.standby_view, volunteer.id)
        if decision is None:
            return None
        if decision is Base.OWN:
            return volunteer.person.base
        stop, reason = self._stop_chosen(volunteer, decision)
        if stop is None:
            reason = f"volunteer {volunteer.id}: {reason}"
            raise self._standby_caller.refusal(now_us, None, method, reason)
        return stop

    def _stop_chosen(self, volunteer: VolunteerState, decision: object) -> tuple[Stop | None, str]:
        """Return the stop that a decision means, or else why there is none."""
        if not isinstance(decision, GoTo):
            return None, f"{decision!r} is no GoTo, Base.OWN or None"
        if not (isfinite(decision.x) and isfinite(decision.y)):
            return None, f"{decision!r} is no position"
        stop = self._travel.stop_near(decision.x, decision.y, volunteer.person.mode)
        if self._travel.time_to(volunteer, stop, volunteer.person.mode) >= UNREACHABLE_US:
            return None, f"no way leads to {decision!r}"
        return stop, ""

    def _reach_post(self, volunteer: VolunteerState) -> None:
        if volunteer.leg is not None:
            self._state.rest(volunteer, volunteer.leg.target)
        self._state.set_status(volunteer, Status.STANDING_BY)
        self._look_again(volunteer)

    def _look_again(self, volunteer: VolunteerState) -> None:
        """Offer the queue to somebody who answers in another mode than they come in.

        From a footpath there may be no way on for a car: who comes to a road can be sent.
        """
        person = volunteer.person
        if any(mode != person.mode for mode in person.mode_by_priority.values()):
            self.serve_queue()

    # Shifts.

    def _plan_next_shift(self, volunteer: VolunteerState) -> None:
        shifts = self._shifts[volunteer.id]
        if shifts:
            shift = shifts.popleft()
            self._clock.at(
                shift.start_us, Rank.SHIFT_STARTS, self.starts_shift, volunteer, shift.end_us
            )

    def _must_stop(self, volunteer: VolunteerState, stop_us: int) -> None:
        if volunteer.incident is not None and volunteer.must_stop_us == stop_us:
            self.hand_over(volunteer)

    def _is_over(self, volunteer: VolunteerState) -> bool:
        end_us = volunteer.shift_end_us
        return end_us is None or end_us <= self._clock.now_us
