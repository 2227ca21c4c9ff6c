"""Earliest due date first: what is due first is started first (rule Q1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolsim import PolicySpec, Role
from patrolsim_policies.appointing import AHEAD, Diary, by_due_date

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


EARLIEST_DUE_DATE = PolicySpec(
    name="earliest_due_date",
    role=Role.APPOINTMENTS,
    build=lambda parameters: EarliestDueDate(parameters["reserve_ahead"]),
    about="Starts the request that is due first with those who are there first.",
    parameters={"reserve_ahead": AHEAD},
)
