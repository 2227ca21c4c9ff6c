"""Policies with one fault each for alerts, appointments and searches; never installed.

Each is sound in all else, as in `planted_faults`; here it also says what must name the rule.
"""

from __future__ import annotations

import random  # noqa: TID251 - a fault that is meant
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from tests.plugins.planted_faults import NearestStreet

from patrolsim import Alert, Appointment, Explanation, OpenIncident, PolicySpec, Role, StateView
from patrolsim.testing.companions import FirstDueFirst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim import Request, SearchTask


class RoleFault(NamedTuple):
    """A faulty policy, the check that must catch it, and words that must name the rule."""

    check: str
    role: Role
    policy: type
    said: str


class AlertsTwo:
    """Alerts the two nearest; faulty ones alert in another way."""

    def alert(self, view: StateView, incident: OpenIncident) -> Any:
        if view.alerted(incident).volunteer_ids:
            return None
        found = [one.volunteer_id for one in view.nearest(incident, 4)]
        return Alert(incident.incident_id, self.pick(view, incident, found))

    def pick(self, _view: Any, _incident: OpenIncident, found: list[int]) -> tuple[int, ...]:
        return tuple(found[:2])


class AlertsStrangers(AlertsTwo):
    def pick(self, _view: Any, _incident: OpenIncident, _found: list[int]) -> tuple[int, ...]:
        return (4711,)


class AlertsTwice(AlertsTwo):
    def pick(self, _view: Any, _incident: OpenIncident, found: list[int]) -> tuple[int, ...]:
        return (*found[:1], *found[:1])


class AlertsTheUnwilling(AlertsTwo):
    def pick(self, view: Any, _incident: OpenIncident, _found: list[int]) -> tuple[int, ...]:
        return (view.on_duty()[0],)


class AlertsBusyPeople(AlertsTwo):
    def pick(self, view: Any, _incident: OpenIncident, found: list[int]) -> tuple[int, ...]:
        busy = [who for who in view.on_duty() if who not in view.free()]
        return tuple((busy or found)[:1])


class AlertsAboutAnother(AlertsTwo):
    def alert(self, view: StateView, incident: OpenIncident) -> Any:
        alert = super().alert(view, incident)
        return None if alert is None else alert._replace(incident_id=incident.incident_id + 1)


class AlertsInThePast(AlertsTwo):
    def alert(self, view: StateView, incident: OpenIncident) -> Any:
        alert = super().alert(view, incident)
        return None if alert is None else alert._replace(next_s=-60.0)


class AlertsByLot(AlertsTwo):
    def pick(self, _view: Any, _incident: OpenIncident, found: list[int]) -> tuple[int, ...]:
        return tuple(random.sample(found, min(2, len(found))))


class AlertsAndSetsTheClock(AlertsTwo):
    def pick(self, view: Any, _incident: OpenIncident, found: list[int]) -> tuple[int, ...]:
        try:
            view.now_s = 0.0
        except AttributeError:
            return tuple(found[:2])
        return tuple(found[:2])


class AlertsForTheNextCall(AlertsTwo):
    """Looks where the next call will be: it finds the world through a method's owner."""

    def pick(self, view: Any, _incident: OpenIncident, found: list[int]) -> tuple[int, ...]:
        table = view.on_duty.__self__._world.incidents
        later = np.flatnonzero(table.occurred_us > view.now_s * 1e6)
        is_far = len(later) and table.x[later[0]] + table.y[later[0]] > 700.0
        return tuple(found[-1:] if is_far else found[:2])


class AlertsByAMemoryForAll(AlertsTwo):
    calls: ClassVar[list[int]] = []

    def pick(self, _view: Any, incident: OpenIncident, found: list[int]) -> tuple[int, ...]:
        self.calls.append(incident.incident_id)
        return tuple(found[: 1 + len(self.calls) % 3])


class AlertsAndDrawsToExplain(AlertsTwo):
    def pick(self, view: Any, _incident: OpenIncident, found: list[int]) -> tuple[int, ...]:
        return tuple(found[: 1 + int(view.rng.integers(3))])

    def explain(self, view: StateView, _incident: OpenIncident, _decision: object) -> Explanation:
        return Explanation(f"a number: {view.rng.integers(9)}")


class PlansOutsideTheWindows(FirstDueFirst):
    """Starts whatever it is asked about at once, open or not."""

    def next_appointments(self, view: StateView, requests: Sequence[Request]) -> Any:
        plain = [one._replace(openings=()) for one in requests]
        return super().next_appointments(view, plain)


class AppointsForNothing(FirstDueFirst):
    def next_appointments(self, view: StateView, requests: Sequence[Request]) -> Any:
        return [
            one._replace(incident_id=4711) for one in super().next_appointments(view, requests)
        ]


class AppointsTheReserved(FirstDueFirst):
    def next_appointments(self, view: StateView, requests: Sequence[Request]) -> Any:
        reserved = [one.volunteer_id for one in view.bookings]
        if not reserved:
            return super().next_appointments(view, requests)
        return [Appointment(requests[0].incident.incident_id, (reserved[0],), view.now_s)]


class AppointsByLot(FirstDueFirst):
    def next_appointments(self, view: StateView, requests: Sequence[Request]) -> Any:
        one = requests[np.random.randint(len(requests))]  # noqa: NPY002
        return super().next_appointments(view, [one])


class AppointsByHindsight(FirstDueFirst):
    """Reads the work that is to come: it finds the world through a method's owner."""

    def next_appointments(self, view: Any, requests: Sequence[Request]) -> Any:
        table = view.on_duty.__self__._world.incidents
        later = table.occurred_us > view.now_s * 1e6
        is_long = int(table.stage_us[later, 0].sum()) // 60_000_000 % 2
        return super().next_appointments(view, requests[-1:] if is_long else requests[:1])


class SearchesAndSetsTheClock(NearestStreet):
    def pick(self, view: Any, _task: SearchTask, streets: Any) -> int:
        try:
            view.now_s = 0.0
        except AttributeError:
            return int(streets[0])
        return int(streets[0])


class WritesOnTheMap(NearestStreet):
    def pick(self, _view: Any, task: SearchTask, streets: Any) -> int:
        task.chance[streets[0]] = 0.0
        return int(streets[0])


class SearchesBeyondTheMap(NearestStreet):
    def next_search(self, view: StateView, task: SearchTask) -> Any:
        sweep = super().next_search(view, task)
        return None if sweep is None else sweep._replace(nodes=(*sweep.nodes, 4711))


@dataclass
class SearchesByAMemoryForAll(NearestStreet):
    calls: ClassVar[list[int]] = []

    def pick(self, _view: Any, task: SearchTask, streets: Any) -> int:
        self.calls.append(task.incident_id)
        return int(streets[len(self.calls) % len(streets)])


ALERTS, APPOINTMENTS, SEARCH = Role.ALERTS, Role.APPOINTMENTS, Role.SEARCH
ROLE_FAULTS = (
    RoleFault("feasible", ALERTS, AlertsStrangers, "there is no volunteer 4711"),
    RoleFault("feasible", ALERTS, AlertsTwice, "is alerted twice"),
    RoleFault("feasible", ALERTS, AlertsTheUnwilling, "has already declined it"),
    RoleFault("feasible", ALERTS, AlertsBusyPeople, "is not free"),
    RoleFault("feasible", ALERTS, AlertsAboutAnother, "was asked about incident"),
    RoleFault("feasible", ALERTS, AlertsInThePast, "asked again after -60.0 s"),
    RoleFault("no_mutation", ALERTS, AlertsAndSetsTheClock, "sets view.now_s"),
    RoleFault("no_global_random", ALERTS, AlertsByLot, "use view.rng"),
    RoleFault("no_shared_state", ALERTS, AlertsByAMemoryForAll, "outlives the policy"),
    RoleFault("no_peeking", ALERTS, AlertsForTheNextCall, "only what happens after"),
    RoleFault("explains", ALERTS, AlertsAndDrawsToExplain, "explain() must only look"),
    RoleFault("feasible", APPOINTMENTS, PlansOutsideTheWindows, "it is outside the hours"),
    RoleFault("feasible", APPOINTMENTS, AppointsForNothing, "there is no request 4711"),
    RoleFault("feasible", APPOINTMENTS, AppointsTheReserved, "is reserved for incident"),
    RoleFault("no_global_random", APPOINTMENTS, AppointsByLot, "use view.rng"),
    RoleFault("no_peeking", APPOINTMENTS, AppointsByHindsight, "only what happens after"),
    RoleFault("no_mutation", SEARCH, SearchesAndSetsTheClock, "sets view.now_s"),
    RoleFault("feasible", SEARCH, WritesOnTheMap, "read-only"),
    RoleFault("feasible", SEARCH, SearchesBeyondTheMap, "there is no node 4711"),
    RoleFault("no_shared_state", SEARCH, SearchesByAMemoryForAll, "outlives the policy"),
)


def spec_of(fault: RoleFault) -> PolicySpec:
    """Return a faulty policy as a plugin would offer it."""
    name, build = fault.policy.__name__, fault.policy
    return PolicySpec(name=name, role=fault.role, build=lambda _parameters: build())
