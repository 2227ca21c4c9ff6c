"""Keeps what policies say of their decisions, for whoever has asked: nobody else pays for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from patrolsim.explanation import Explanation, Weighed
from patrolsim.policy import Alert, Appointment, Assignment, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_CANDIDATES = 5
"""Of a policy that says nothing, so many people are named who could have been sent."""
ABOUT_INCIDENTS = (Role.DISPATCH, Role.ALERTS)
"""Roles that are asked about an incident; the others are asked about a volunteer."""
SILENT = "the policy does not say why: seconds until those who could be sent are there"


class Reason(NamedTuple):
    """A decision, and why.

    Attributes
    ----------
    time_us
        When, in microseconds since the start of the period.
    role, policy
        Whose decision it was.
    about
        The number of the incident or the volunteer that was asked about; of an appointment, the
        incident that it is for.
    answer
        What was decided; of all appointments of a decision, one.
    explanation
        Why; None when the policy does not say.
    incident
        The incident concerned; None for none.
    """

    time_us: int
    role: Role
    policy: str
    about: int
    answer: object
    explanation: Explanation | None
    incident: int | None = None


class ReasonBook:
    """Collects the reasons of a replication.

    Parameters
    ----------
    incident_id
        Only decisions on this incident; None for all.
    roles
        Only decisions of these roles; None for all.
    """

    def __init__(
        self, incident_id: int | None = None, *, roles: frozenset[Role] | None = None
    ) -> None:
        self.reasons: list[Reason] = []
        self._incident_id, self._roles = incident_id, roles

    def wants(self, role: Role, incident_id: int | None) -> bool:
        """Return whether a decision is one of those asked for."""
        if self._roles is not None and role not in self._roles:
            return False
        if self._incident_id is None:
            return True
        if role is Role.APPOINTMENTS:
            return True  # which incidents it is about is seen in the answer
        is_about_one = role in ABOUT_INCIDENTS or role is Role.SEARCH
        return is_about_one and incident_id == self._incident_id

    def note(
        self,
        role: Role,
        policy: str,
        time_us: int,
        method: Callable[..., Any],
        question: tuple[Any, ...],
        answer: object,
    ) -> None:
        """Ask the policy why, and keep what it says; of appointments, each has a reason.

        Raises
        ------
        TypeError
            If it says something else than an `Explanation` or None.
        """
        own = getattr(getattr(method, "__self__", None), "explain", None)
        explain: Callable[..., object] = partial(_facts, role) if own is None else own
        for one in self._parts(role, answer):
            why = explain(*question, one)
            if not isinstance(why, Explanation | None):
                raise TypeError(f"explain() returned {why!r}, not an Explanation or None")
            number, incident = _numbers(role, question[1], one)
            self.reasons.append(Reason(time_us, role, policy, number, one, why, incident))

    def _parts(self, role: Role, answer: object) -> Sequence[object]:
        """Return the answer itself, or those of its appointments that are asked for."""
        if role is not Role.APPOINTMENTS:
            return (answer,)
        # an answer that can be gone through only once is left to the engine
        decisions = answer if isinstance(answer, list | tuple) else ()
        return [
            one
            for one in decisions
            if isinstance(one, Appointment) and self._incident_id in {None, one.incident_id}
        ]


def _numbers(role: Role, about: Any, answer: Any) -> tuple[int, int | None]:
    """Return the number that was asked about, and the incident concerned."""
    if role in ABOUT_INCIDENTS:
        return about.incident_id, about.incident_id
    if role is Role.APPOINTMENTS:
        return answer.incident_id, answer.incident_id
    if role is Role.SEARCH:
        return about.volunteer_id, about.incident_id
    return about, None


def _facts(role: Role, view: Any, about: Any, answer: object) -> Explanation | None:
    """Return who could have been sent, where the policy does not say why."""
    incident = about if role in ABOUT_INCIDENTS else None
    if role is Role.APPOINTMENTS and isinstance(answer, Appointment):
        known = {request.incident.incident_id: request.incident for request in about}
        incident = known.get(answer.incident_id)
    if incident is None:
        return None
    found = view.nearest(incident, MOST_CANDIDATES)
    chosen = answer.volunteer_ids if isinstance(answer, Assignment | Alert | Appointment) else ()
    return Explanation(
        SILENT, tuple(Weighed(one.volunteer_id, one.eta_s) for one in found), chosen
    )
