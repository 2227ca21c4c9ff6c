"""Runs of tiny worlds with policies of a few lines, and what came out per incident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.engine import Policies, simulate
from patrolsim.eventlog import Event
from patrolsim.policy import Assignment, Base, OpenIncident, Preemption, StateView, Visit

if TYPE_CHECKING:
    from patrolsim.eventlog import EventLog
    from patrolsim.world import World


NOBODY_IS_TAKEN_AWAY = Preemption()


@dataclass
class Closest:
    """Sends the free volunteers who are there first."""

    preemption: Preemption = NOBODY_IS_TAKEN_AWAY
    fcfs: bool = False

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        found = view.nearest(incident, 1)
        if not found:
            return None
        return Assignment(incident.incident_id, (found[0].volunteer_id,))

    def queue_key(self, incident: OpenIncident) -> tuple[float, ...]:
        return (0 if self.fcfs else incident.priority, incident.known_s)


class Home:
    """Sends free people back to their base."""

    def standby(self, _view: StateView, _volunteer_id: int) -> Base:
        return Base.OWN


class Stay:
    """Lets free people wait where they are."""

    def standby(self, _view: StateView, _volunteer_id: int) -> None:
        return None


class NoPatrol:
    """Patrols nowhere."""

    def next_patrol(self, _view: StateView, _volunteer_id: int) -> Visit | None:
        return None


def run(world: World, **policies: object) -> EventLog:
    """Simulate a world; roles that are not named get the simplest policy."""
    chosen = {"dispatch": Closest(), "standby": Stay(), "patrol": NoPatrol(), **policies}
    return simulate(world, Policies(**chosen))  # type: ignore[arg-type]


class Row(NamedTuple):
    """When one incident was assigned, reached and closed, and by whom (the last one sent)."""

    volunteer: int | None
    assigned_us: int | None
    arrived_us: int | None
    closed_us: int | None


def rows(log: EventLog) -> dict[int, Row]:
    """Return a row per incident that became known."""
    found: dict[int, dict[str, int | None]] = {}
    events = log.events
    columns = (events.time_us, events.event, events.incident_id, events.volunteer_id)
    for time_us, event, incident, volunteer in zip(*(c.tolist() for c in columns), strict=True):
        if event == Event.KNOWN:
            found[incident] = dict.fromkeys(Row._fields)
        elif event == Event.ASSIGNED:
            found[incident] |= {"volunteer": volunteer, "assigned_us": time_us}
        elif event == Event.ARRIVED:
            found[incident]["arrived_us"] = time_us
        elif event == Event.CLOSED:
            found[incident]["closed_us"] = time_us
    return {incident: Row(**clocks) for incident, clocks in found.items()}
