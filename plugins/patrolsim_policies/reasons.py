"""What policies say of their decisions: who or what was weighed, in a form that several share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim import Appointment, Explanation, Weighed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patrolsim import Alert, Candidate, OpenIncident, Request, SearchTask, StateView, Sweep
    from patrolsim_policies.sweeping import Bools, Floats

RUNNERS_UP = 4
MOST_TOLD = 5


def why_alerted(
    view: StateView,
    incident: OpenIncident,
    alert: Alert | None,
    rule: str,
    note: Callable[[Candidate], str] = lambda _one: "",
) -> Explanation:
    """Return who was alerted and who would have been the next, with their arrivals.

    Parameters
    ----------
    view, incident, alert
        The question, and what was decided.
    rule
        How people are chosen, in a sentence; the scores are seconds until they are there.
    note
        What else counted of a person.
    """
    chosen = () if alert is None else alert.volunteer_ids
    found = view.nearest(incident, len(chosen) + RUNNERS_UP)
    if not set(chosen) <= {one.volunteer_id for one in found}:
        found = view.nearest(incident, max(len(view.available(incident)), 1))
    weighed = [Weighed(one.volunteer_id, one.eta_s, note(one)) for one in found]
    shown = [one for k, one in enumerate(weighed) if k < MOST_TOLD or one.what in chosen]
    return Explanation(f"seconds until they are there: {rule}", tuple(shown), chosen)


def why_appointed(
    view: StateView, requests: Sequence[Request], appointment: Appointment, rule: str
) -> Explanation | None:
    """Return who could have started a request and who does, with their arrivals.

    Parameters
    ----------
    view, requests, appointment
        The question, and one of the appointments that were decided.
    rule
        How requests and people are chosen, in a sentence.
    """
    about = next(
        (one for one in requests if one.incident.incident_id == appointment.incident_id), None
    )
    if about is None:
        return None
    reserved = {one.volunteer_id: one.incident_id for one in view.bookings}
    chosen = appointment.volunteer_ids
    found = view.nearest(about.incident, len(view.available(about.incident)))
    weighed = [
        Weighed(one.volunteer_id, one.eta_s, _kept_for(reserved.get(one.volunteer_id)))
        for one in found
    ]
    shown = [one for k, one in enumerate(weighed) if k < MOST_TOLD or one.what in chosen]
    due_s = about.due_s - view.now_s
    due = f"due in {due_s / 3600:.1f} h" if due_s >= 0 else f"late by {-due_s / 3600:.1f} h"
    text = f"seconds until they are there: {rule}; of {len(requests)} requests, this one {due}"
    return Explanation(text, tuple(shown), chosen)


def why_searched(
    task: SearchTask,
    sweep: Sweep | None,
    weights: tuple[Floats, Bools],
    rule: str,
    *,
    least_first: bool = False,
) -> Explanation:
    """Return the best streets that could be searched, and the one that is.

    Parameters
    ----------
    task, sweep
        The question, and what was decided.
    weights
        What each street was weighed at, and which could be taken.
    rule
        What the weights mean, in a sentence.
    least_first
        Whether the least weight is the best.
    """
    import numpy as np

    scores, is_open = weights
    chosen = _street_of(task, sweep)
    order = np.argsort(scores if least_first else -scores, kind="stable")
    best = [int(street) for street in order if is_open[street]][:MOST_TOLD]
    shown = best if chosen is None or chosen in best else [*best, chosen]
    weighed = tuple(Weighed(street, float(scores[street])) for street in shown)
    return Explanation(rule, weighed, () if chosen is None else (chosen,))


def _kept_for(incident_id: int | None) -> str:
    return "" if incident_id is None else f"reserved for incident {incident_id}"


def _street_of(task: SearchTask, sweep: Sweep | None) -> int | None:
    """Return the first street of a sweep; None for a post, or for nothing."""
    if sweep is None or len(sweep.nodes) < len(("from", "to")):
        return None
    here, there = sweep.nodes[:2]
    ways = ((task.tail == here) & (task.head == there)) | (
        (task.tail == there) & (task.head == here) & task.is_two_way
    )
    found = ways.nonzero()[0].tolist()
    return int(found[0]) if found else None
