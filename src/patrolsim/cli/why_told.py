"""What `patrolsim why` prints: the clocks of an incident, and the reasons of each decision."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from patrolsim.eventlog import NOBODY, AlertEnd, Event, Release
from patrolsim.units import to_s

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from patrolsim.engine import Reason
    from patrolsim.experiment.results import Run
    from patrolsim.experiment.stored import StoredRun

SHOWN = {
    Event.OCCURRED: "occurs",
    Event.KNOWN: "becomes known",
    Event.QUEUED: "waits in the queue",
    Event.ASSIGNED: "{who} is asked to go",
    Event.DECLINED: "{who} declines",
    Event.DEPARTED: "{who} sets out",
    Event.ARRIVED: "{who} is there",
    Event.STAGE_STARTED: "work starts",
    Event.STAGE_ENDED: "work ends",
    Event.RELEASED: "{who} leaves: {why}",
    Event.CLOSED: "is closed",
    Event.DUE: "is to be done in time",
    Event.BOOKED: "{who} is reserved",
    Event.UNBOOKED: "{who} is not reserved any more",
    Event.AT_STAKE: "something is at stake: {amount}",
    Event.STAKE_KEPT: "work has started in time: {amount} kept safe",
    Event.STAKE_LOST: "too late: {amount} lost",
    Event.FOUND: "{who} finds whom they look for",
    Event.ALERTED: "{who} is alerted",
    Event.ALERT_ENDED: "alert of {who}: {why}",
}

ENDS = {
    AlertEnd.ACCEPTED: "accepted",
    AlertEnd.DECLINED: "declined",
    AlertEnd.NOT_HEARD: "no answer in time",
    AlertEnd.WITHDRAWN: "taken back",
}


class Line(NamedTuple):
    """Something that happened to an incident, or a decision on it.

    Attributes
    ----------
    time_s
        When, in seconds since the start of the period.
    text
        What, in words.
    reason
        The decision, if it is one.
    """

    time_s: float
    text: str
    reason: Reason | None = None


def tell_why(stored: StoredRun, task: tuple[str, int], incident: str, *, as_json: bool) -> str:
    """Return the story of an incident as text, or as one JSON document.

    Raises
    ------
    click.UsageError
        If the replication has no such incident.
    PlaybackError, ScenarioError, PluginError
        If the replication cannot be simulated again as it was.
    """
    from patrolsim.cli.view import stage_of
    from patrolsim.engine import ReasonBook
    from patrolsim.report.playback import replay

    stage, (strategy, replication) = stage_of(stored), task
    book = ReasonBook()
    (run,) = replay(stored, stage, (strategy,), (replication,), book)
    number = _number_of(run, incident)
    lines = _story(run, number, [one for one in book.reasons if _is_about(one, number)])
    head = f"incident {incident}, strategy {strategy}, replication {replication + 1}"
    if as_json:
        return _document(head, lines)
    return "\n".join([head, *(text for line in lines for text in _written(line, stored.start))])


def _is_about(reason: Reason, number: int) -> bool:
    from patrolsim.policy import Role

    if reason.role is Role.SEARCH:
        return reason.incident == number
    told = {Role.DISPATCH, Role.ALERTS, Role.APPOINTMENTS}
    return reason.role in told and reason.about == number


def _number_of(run: Run, incident: str) -> int:
    """Return the number of an incident that is called by its label or number."""
    from patrolsim.units import quoted

    rows = run.rows
    numbers = rows.incident_id.tolist()
    names = {label or str(n): n for label, n in zip(rows.label, numbers, strict=True)}
    if incident not in names:
        known = ", ".join(list(names)[:3])
        hint = f"it has {len(names)}, as {known}" if names else "it has none"
        raise click.UsageError(f"the replication has no incident {quoted(incident)}: {hint}")
    return int(names[incident])


def _story(run: Run, number: int, reasons: list[Reason]) -> list[Line]:
    """Return everything in order; a decision stands before what follows from it."""
    decided = [Line(to_s(one.time_us), _decision(one), one) for one in reasons]
    lines = [*decided, *_events(run, number)]
    before = {"occurs": 0, "becomes known": 1}
    return sorted(lines, key=lambda line: (line.time_s, before.get(line.text, 2)))


def _events(run: Run, number: int) -> Iterator[Line]:
    events, people = run.log.events, run.world.volunteers
    unit = _unit(run, number)
    rows = (events.incident_id == number).nonzero()[0].tolist()
    for row in rows:
        event, who = Event(int(events.event[row])), int(events.volunteer_id[row])
        if event not in SHOWN:
            continue
        name = "" if who == NOBODY else f"{people[who].label or people[who].team} ({who})"
        why = ""
        if event is Event.RELEASED:
            why = Release(int(events.detail[row])).name.lower().replace("_", " ")
        elif event is Event.ALERT_ENDED:
            why = ENDS[AlertEnd(int(events.detail[row]))]
        amount = f"{int(events.detail[row]):,} {unit}"
        text = SHOWN[event].format(who=name, why=why, amount=amount)
        yield Line(to_s(int(events.time_us[row])), text)


def _unit(run: Run, number: int) -> str:
    """Return the unit of what is at stake in an incident; empty where nothing is."""
    row = run.rows.incident_id.tolist().index(number)
    stake = run.world.kinds[int(run.rows.kind[row])].stake
    return "" if stake is None else stake.unit


def _decision(reason: Reason) -> str:
    from patrolsim.policy import Appointment, Sweep
    from patrolsim.units import format_duration

    if isinstance(reason.answer, Sweep):
        way = " - ".join(map(str, reason.answer.nodes))
        return f"search policy {reason.policy} sends {reason.about} along the corners {way}"
    if isinstance(reason.answer, Appointment):
        people = ", ".join(map(str, reason.answer.volunteer_ids))
        later_s = reason.answer.start_s - to_s(reason.time_us)
        when = f"in {format_duration(later_s)}" if later_s > 0 else "as soon as they can"
        return f"appointments policy {reason.policy} appoints {people}, to start {when}"
    sent = getattr(reason.answer, "volunteer_ids", ())
    verb = "alerts" if reason.role.value == "alerts" else "sends"
    what = ", ".join(map(str, sent)) if sent else "nobody"
    return f"{reason.role.value} policy {reason.policy} {verb} {what}"


def _written(line: Line, start: datetime) -> Iterator[str]:
    moment = start + timedelta(seconds=line.time_s)
    yield f"  {moment:%Y-%m-%d %H:%M:%S}  {line.text}"
    explanation = None if line.reason is None else line.reason.explanation
    if explanation is None:
        return
    yield f"      {explanation.rule}"
    for one in explanation.candidates:
        mark = "*" if one.what in explanation.chosen else " "
        yield f"      {mark} {one.what!s:>6}  {one.score:10.1f}  {one.note}".rstrip()


def _document(head: str, lines: list[Line]) -> str:
    plain = [_plain(line) for line in lines]
    return json.dumps({"about": head, "lines": plain}, ensure_ascii=False, indent=2)


def _plain(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {"time_s": line.time_s, "text": line.text}
    explanation = None if line.reason is None else line.reason.explanation
    if explanation is not None:
        found["rule"] = explanation.rule
        found["chosen"] = list(explanation.chosen)
        found["candidates"] = [one._asdict() for one in explanation.candidates]
    return found
