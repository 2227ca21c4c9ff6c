"""Hold requests until there are enough for a round, or one has waited for long (rule Q5)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from patrolsim import Explanation, Parameter, PolicySpec, Role
from patrolsim_policies.appointing import Diary
from patrolsim_policies.insertion import INSERTION_PARAMETERS, Insertion, make_insertion
from patrolsim_policies.reasons import why_appointed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim import Appointment, Later, Request, StateView


@dataclass(slots=True)
class Batching:
    """Holds the requests of each kind, and plans rounds once there are enough of them.

    A batch is let go when `size` requests of a kind are held, when the oldest was held for
    `hold_s`, or when one would be late otherwise: its expected work no longer fits before the
    due time beside another `hold_s`. Requests once let go are not held again. Appointments at
    fixed times are never held.

    Looks at: what `insertion` looks at.
    """

    size: int
    hold_s: float
    rounds: Insertion
    _free: set[int] = field(default_factory=set)

    def next_appointments(
        self, view: StateView, requests: Sequence[Request]
    ) -> Sequence[Appointment | Later]:
        """Return the first visits of the rounds with all that is not held."""
        diary = Diary(view, self.rounds.ahead_s)
        held: dict[str, list[Request]] = {}
        for one in requests:
            if not one.is_fixed and one.incident.incident_id not in self._free:
                held.setdefault(one.incident.kind, []).append(one)
        for batch in held.values():
            self._hold_or_let_go(diary, batch)
        self.rounds.plan(diary, [one for one in requests if self._is_free(one)])
        return diary.answer()

    def explain(
        self, view: StateView, requests: Sequence[Request], appointment: Appointment
    ) -> Explanation | None:
        """Return who could have started the request of an appointment, and who does."""
        return why_appointed(
            view, requests, appointment, "the first visit of a round, planned once enough are held"
        )

    def _hold_or_let_go(self, diary: Diary, batch: Sequence[Request]) -> None:
        until_s = min((self._until_s(one) for one in batch), default=math.inf)
        if len(batch) >= self.size or until_s <= diary.view.now_s:
            self._free.update(one.incident.incident_id for one in batch)
        else:
            diary.ask_again(until_s)

    def _until_s(self, request: Request) -> float:
        """Return until when a request may be held."""
        return min(
            request.incident.known_s + self.hold_s, request.due_s - request.left_s - self.hold_s
        )

    def _is_free(self, request: Request) -> bool:
        return request.is_fixed or request.incident.incident_id in self._free


def _build(parameters: Mapping[str, object]) -> Batching:
    size, hold_s = parameters["size"], parameters["hold"]
    if not (isinstance(size, int) and size > 0):
        raise ValueError("size must be 1 or more")
    if not isinstance(hold_s, float):
        raise TypeError("hold must be a length of time")
    return Batching(size, hold_s, make_insertion(parameters))


BATCHING = PolicySpec(
    name="batching",
    role=Role.APPOINTMENTS,
    build=_build,
    about="Holds requests until there are enough for a round or one has waited for long.",
    parameters={
        "size": Parameter(
            kind="count",
            default=4,
            about="How many requests of a kind make a batch.",
        ),
        "hold": Parameter(
            kind="duration",
            default="4 h",
            about="How long the oldest request of a batch is held.",
        ),
        **INSERTION_PARAMETERS,
    },
)
