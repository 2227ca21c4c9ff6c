"""What the policies of a strategy promise, so that the auditor can hold them to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRules:
    """Promises of a strategy; without any, only the rules that hold for every run are checked.

    Attributes
    ----------
    queue
        ``priority``: among the incidents for which a person could be sent, the most urgent comes
        first and then who called first. ``fcfs``: who called first, whatever the priority.
        None: any order.
    nearest
        Nobody free and feasible could be expected earlier than anyone who is sent.
    work_conserving
        Nobody is free while an incident waits to which they could be sent.
    divert, interrupt
        Pairs (priority left, priority gained), as in `patrolsim.policy.Preemption`.
    alerts
        Whether people who may decline are asked by alerts and not sent; the promises on queue,
        nearest and idleness then concern the others.
    repeat
        Whether interrupted work starts again instead of going on.
    """

    queue: Literal["priority", "fcfs"] | None = None
    nearest: bool = False
    work_conserving: bool = False
    divert: frozenset[tuple[int, int]] = frozenset()
    interrupt: frozenset[tuple[int, int]] = frozenset()
    alerts: bool = False
    repeat: bool = False
