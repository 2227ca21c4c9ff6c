"""Earliest due date first: what is due first is started first (rule Q1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolsim import Explanation, PolicySpec, Role
from patrolsim_policies.appointing import AHEAD, Diary, by_due_date
from patrolsim_policies.reasons import why_appointed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim import Appointment, Later, Request, StateView


@dataclass(frozen=True, slots=True)
class EarliestDueDate:
    """Starts requests by (due, known, number), each with those who are there first.

    Looks at: due times, hours, and who is free. One search per request.

    References
    ----------
    Jackson (1955), Scheduling a production line to minimize maximum tardiness: on one server
    with everything known, no order has a smaller largest lateness.
    """

    ahead_s: float

    def next_appointments(
        self, view: StateView, requests: Sequence[Request]
    ) -> Sequence[Appointment | Later]:
        """Return the appointments of everybody who is free."""
        diary = Diary(view, self.ahead_s)
        diary.appoint_first_come(sorted(requests, key=by_due_date))
        return diary.answer()

    def explain(
        self, view: StateView, requests: Sequence[Request], appointment: Appointment
    ) -> Explanation | None:
        """Return who could have started the request of an appointment, and who does."""
        return why_appointed(
            view,
            requests,
            appointment,
            "what is due first is started first, by those who are there first",
        )


EARLIEST_DUE_DATE = PolicySpec(
    name="earliest_due_date",
    role=Role.APPOINTMENTS,
    build=lambda parameters: EarliestDueDate(parameters["reserve_ahead"]),
    about="Starts the request that is due first with those who are there first.",
    parameters={"reserve_ahead": AHEAD},
)
