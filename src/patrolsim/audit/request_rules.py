"""Requests: due as the rules say, started within the hours, nobody reserved twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.audit.fitness import why_unfit
from patrolsim.audit.records import FREE
from patrolsim.audit.stages import wake
from patrolsim.eventlog import NEVER_US, Event, Lapse
from patrolsim.incidents import Where

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.audit.records import Case, Person, Row, Scene

LONGEST_WAIT_US = 30 * 60 * 1_000_000
"""Whoever stands before a closed door waits so long, and no longer."""


def read_due(scene: Scene, row: Row) -> None:
    """Check that a request is due when its kind says so."""
    case = scene.cases[row.incident_id]
    expected_us = due_us(case)
    if case.due_us is not None:
        scene.find("due once", f"incident {case.id} gets a second due time")
    if expected_us is None:
        scene.find("due as the rules say", f"incident {case.id} is no known request")
    elif row.detail != expected_us:
        due = f"{expected_us / 1e6:.6f} s, the trace says {row.detail / 1e6:.6f} s"
        scene.find("due as the rules say", f"incident {case.id} is due at {due}")
    case.due_us = row.detail


def read_booked(scene: Scene, row: Row) -> None:
    """Check that somebody free and fit is reserved, once, for a start that is allowed."""
    case, person = scene.cases[row.incident_id], scene.people[row.volunteer_id]
    start_us = row.detail
    wake(scene, case)
    if person.id in scene.bookings:
        other = scene.bookings[person.id][0].id
        scene.find("booked twice", f"volunteer {person.id} for incidents {other} and {case.id}")
    if case.kind.request is None:
        scene.find("booked for requests", f"incident {case.id} is none")
        return
    reason = why_unfit(person, case, scene.now_us)
    if person.status not in FREE:
        reason = "is not free"
    if reason is not None:
        text = f"volunteer {person.id} {reason}, reserved for incident {case.id}"
        scene.find("fit for the work", text)
    if start_us < scene.now_us or start_us < next_start_us(case, start_us):
        text = f"incident {case.id} is planned for {start_us / 1e6:.6f} s"
        scene.find("within the hours", text)
    booked = sum(1 for one, _start_us in scene.bookings.values() if one is case)
    if booked >= case.missing:
        scene.find("booked without need", f"incident {case.id} needs nobody more")
    scene.bookings[person.id] = (case, start_us)
    scene.expect(start_us, person_id=person.id)


def read_unbooked(scene: Scene, row: Row) -> None:
    """Check that a reservation lapses for a reason that holds."""
    case, person = scene.cases[row.incident_id], scene.people[row.volunteer_id]
    booking = scene.bookings.pop(person.id, None)
    if booking is None or booking[0] is not case:
        scene.find("lapsed unbooked", f"volunteer {person.id}, incident {case.id}")
    elif row.detail == Lapse.BUSY and person.status in FREE:
        scene.find("lapsed busy", f"volunteer {person.id} is free")


def leave_booking(scene: Scene, case: Case, person: Person) -> None:
    """Check that whoever is sent to a request was reserved for it, and end the reservation."""
    if case.kind.request is None:
        return
    booking = scene.bookings.pop(person.id, None)
    if booking is None or booking[0] is not case:
        scene.find("sent unbooked", f"volunteer {person.id} to incident {case.id}")


def judge_booking(scene: Scene, person: Person) -> None:
    """Check, at the end of an instant, that nobody reserved is forgotten."""
    booking = scene.bookings.get(person.id)
    if booking is not None and scene.now_us >= booking[1]:
        text = f"volunteer {person.id} does not leave for incident {booking[0].id}"
        scene.find("booked and forgotten", text)
        del scene.bookings[person.id]


def due_us(case: Case) -> int | None:
    """Return when a known request is due; None for what is no known request."""
    rule = case.kind.request
    if rule is None or case.known_us is None:
        return None
    return case.row.due_us if rule.due_within_us is None else case.known_us + rule.due_within_us


def next_start_us(case: Case, time_us: int) -> int:
    """Return when work on the present stage may start next, minute by minute of the week."""
    rule, stage = case.kind.request, case.present
    if rule is None or stage is None:
        return time_us
    if rule.due_within_us is None:
        return max(time_us, case.row.due_us) if case.row.due_us < NEVER_US else time_us
    hours = rule.windows
    if hours is None or stage.where is Where.REMOTE:
        return time_us
    day_us, week_us = 86_400_000_000, 7 * 86_400_000_000
    of_week_us = (time_us + hours.begins_us) % week_us
    waits_us = []
    for day in hours.days:
        since_us = (of_week_us - day * day_us - hours.opens_us) % week_us
        waits_us.append(0 if since_us < hours.length_us else week_us - since_us)
    return time_us + min(waits_us)


def judge_start(scene: Scene, case: Case) -> None:
    """Check that work starts or goes on only when a request may be worked on."""
    if next_start_us(case, scene.now_us) > scene.now_us:
        scene.find("within the hours", f"incident {case.id} is worked on outside them")


REQUEST_READERS: dict[int, Callable[[Scene, Row], None]] = {
    Event.DUE: read_due,
    Event.BOOKED: read_booked,
    Event.UNBOOKED: read_unbooked,
}
