"""What a strategy promises, so that its runs can be audited against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.audit import AuditRules

if TYPE_CHECKING:
    from patrolsim.engine import Policies
    from patrolsim.world import World

NEAREST, WORK_CONSERVING = "nearest", "work_conserving"
QUEUES = ("priority", "fcfs")


def rules_of(policies: Policies, world: World) -> AuditRules:
    """Return what the runs of these policies must keep to.

    The dispatch policy says so itself: its preemption rules, and the words in its attribute
    ``promises``. ``nearest``: nobody free would be there earlier. ``work_conserving``: nobody
    waits whom a free person could help; the order of its queue (attribute ``queue``,
    ``priority`` or ``fcfs``) is held only with it. A policy that says nothing is held to the
    general rules. The nearest is not asked for where a stage needs people of different skills:
    there a party is chosen, not one person after the other.
    """
    from patrolsim.engine import preemption_of
    from patrolsim.policy import Interruption, Role

    dispatch = policies.dispatch
    rules = preemption_of(dispatch, policies.name(Role.DISPATCH), world.diversions)
    promises: frozenset[str] = getattr(dispatch, "promises", frozenset())
    queue = getattr(dispatch, "queue", None)
    has_parties = any(len(stage.needs) > 1 for kind in world.kinds for stage in kind.stages)
    return AuditRules(
        queue=queue if queue in QUEUES and WORK_CONSERVING in promises else None,
        nearest=NEAREST in promises and not has_parties,
        work_conserving=WORK_CONSERVING in promises,
        divert=rules.divert,
        interrupt=rules.interrupt,
        alerts=policies.alerts is not None,
        repeat=rules.interruption is Interruption.REPEAT,
    )
