"""The roles of a strategy, and the method that a policy has for each."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.policy.decisions import (
        Alert,
        Appointment,
        Assignment,
        Base,
        GoTo,
        Later,
        Sweep,
        Visit,
        Walk,
    )
    from patrolsim.policy.search import SearchTask
    from patrolsim.policy.seen import OpenIncident, Request, ShiftPlan
    from patrolsim.policy.views import RosterView, StateView


class Role(Enum):
    """What a policy decides."""

    DISPATCH = "dispatch"
    STANDBY = "standby"
    PATROL = "patrol"
    ROSTER = "roster"
    APPOINTMENTS = "appointments"
    ALERTS = "alerts"
    SEARCH = "search"


@runtime_checkable
class DispatchPolicy(Protocol):
    """Chooses whom to send.

    Optional: an attribute ``preemption`` (a `Preemption`; without it nobody is preempted) and a
    method ``queue_key(incident)`` (a sortable key; without it (priority, known time)).
    """

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        """Return whom to send, or None to leave the incident in the queue."""


@runtime_checkable
class AlertsPolicy(Protocol):
    """Chooses whom to ask, among people who may decline or not hear it.

    Under a strategy with such a policy the dispatch policy sends only those who always go, and
    is asked first.
    """

    def alert(self, view: StateView, incident: OpenIncident) -> Alert | None:
        """Return whom to ask besides those who have been asked; None for nobody."""


@runtime_checkable
class StandbyPolicy(Protocol):
    """Chooses where a free person waits."""

    def standby(self, view: StateView, volunteer_id: int) -> GoTo | Base | None:
        """Return where to wait; None to stay where one is."""


@runtime_checkable
class PatrolPolicy(Protocol):
    """Chooses where a patrolling person goes next."""

    def next_patrol(self, view: StateView, volunteer_id: int) -> Visit | Walk | None:
        """Return the next leg of the patrol; None to stand by instead."""


@runtime_checkable
class RosterPolicy(Protocol):
    """Chooses who is on duty when, before the period starts."""

    def plan_roster(self, view: RosterView) -> Sequence[ShiftPlan]:
        """Return all shifts of the period."""


@runtime_checkable
class AppointmentsPolicy(Protocol):
    """Chooses which request is started by whom, and when.

    It is asked whenever a request comes in or goes on to its next stage, somebody becomes free,
    a window opens, or a time has come that it asked for; again and again, until it starts nothing
    more. Emergencies come first: they never wait for it, and it gets who is left.
    """

    def next_appointments(
        self, view: StateView, requests: Sequence[Request]
    ) -> Sequence[Appointment | Later]:
        """Return who starts which of the requests when; nothing to leave them waiting."""


@runtime_checkable
class SearchPolicy(Protocol):
    """Chooses which streets a searcher searches next."""

    def next_search(self, view: StateView, task: SearchTask) -> Sweep | None:
        """Return the next streets; None to stand still for a minute and be asked again."""


ROLE_METHODS = {
    Role.DISPATCH: "dispatch",
    Role.STANDBY: "standby",
    Role.PATROL: "next_patrol",
    Role.ROSTER: "plan_roster",
    Role.APPOINTMENTS: "next_appointments",
    Role.ALERTS: "alert",
    Role.SEARCH: "next_search",
}
