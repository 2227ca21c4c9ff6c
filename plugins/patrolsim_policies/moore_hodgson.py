"""As few late requests as can be: Moore's rule, which gives the longest up (rule Q2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from patrolsim import Explanation, PolicySpec, Role
from patrolsim_policies.appointing import AHEAD, Diary, by_due_date
from patrolsim_policies.reasons import why_appointed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from patrolsim import Appointment, Later, Request, StateView


class Job(NamedTuple):
    """Work for one server, in any unit of time, and its number in case of ties."""

    work: float
    due: float
    number: int


def on_time(jobs: Iterable[Job], start: float = 0.0) -> list[Job]:
    """Return the jobs of a largest set that one server can do in time, in the order of due times.

    Takes jobs in due order; whenever one is late, the longest so far is given up (of several the
    one of the highest number). No set of more jobs can be done in time when everything is known
    at the start and nothing is interrupted. O(n^2) as written, for lists of a few hundred.

    References
    ----------
    Moore (1968), An n job, one machine sequencing algorithm for minimizing the number of late
    jobs, Management Science 15(1), 102-109.
    """
    kept: list[Job] = []
    end = start
    for job in sorted(jobs, key=lambda one: (one.due, one.number)):
        kept.append(job)
        end += job.work
        if end > job.due:
            longest = max(kept, key=lambda one: (one.work, one.number))
            kept.remove(longest)
            end -= longest.work
    return kept


@dataclass(frozen=True, slots=True)
class MooreHodgson:
    """Starts those requests first that can all be done in time, then the others by due time.

    Requests of the same teams and skills share their people: with c of them on duty the work of
    each counts as 1/c of its expected length. So it is exact for one server, and a rule of thumb
    for more.

    Looks at: due times, expected work, who is on duty and free. One search per request.
    """

    ahead_s: float

    def next_appointments(
        self, view: StateView, requests: Sequence[Request]
    ) -> Sequence[Appointment | Later]:
        """Return the appointments of everybody who is free."""
        diary = Diary(view, self.ahead_s)
        chosen = self._in_time(view, requests)
        order = sorted(
            requests, key=lambda one: (one.incident.incident_id not in chosen, by_due_date(one))
        )
        diary.appoint_first_come(order)
        return diary.answer()

    def explain(
        self, view: StateView, requests: Sequence[Request], appointment: Appointment
    ) -> Explanation | None:
        """Return who could have started the request of an appointment, and who does."""
        return why_appointed(
            view,
            requests,
            appointment,
            "what can be done in time comes first, by those who are there first",
        )

    def _in_time(self, view: StateView, requests: Sequence[Request]) -> set[int]:
        """Return the requests that can all be done in time."""
        groups: dict[tuple[object, ...], list[Request]] = {}
        for request in requests:
            groups.setdefault((request.teams, request.incident.skills), []).append(request)
        chosen: set[int] = set()
        for group in groups.values():
            servers = max(_servers(view, group[0]), 1)
            jobs = [
                Job(one.left_s / servers, one.due_s, one.incident.incident_id) for one in group
            ]
            chosen |= {job.number for job in on_time(jobs, view.now_s)}
        return chosen


def _servers(view: StateView, request: Request) -> int:
    """Return how many parties for a request are on duty."""
    skills = request.incident.skills
    fit = 0
    for volunteer_id in view.on_duty():
        person = view.volunteer(volunteer_id)
        is_of_team = not request.teams or person.team in request.teams
        fit += is_of_team and any(skill is None or skill in person.skills for skill in skills)
    return fit // max(len(skills), 1)


MOORE_HODGSON = PolicySpec(
    name="moore_hodgson",
    role=Role.APPOINTMENTS,
    build=lambda parameters: MooreHodgson(parameters["reserve_ahead"]),
    about="Keeps as many requests in time as can be, and gives up the longest first.",
    parameters={"reserve_ahead": AHEAD},
)
