"""The border to policies: every call goes through here, so that a failing policy is named."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from patrolsim.errors import PatrolsimError, PolicyError
from patrolsim.policy import Preemption, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from patrolsim.policy import DispatchPolicy, PatrolPolicy, RosterPolicy, StandbyPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """One policy object per role, fresh for this replication.

    Attributes
    ----------
    dispatch, standby, patrol
        Who answers, where a free person waits, where a patrolling person goes next.
    roster
        Who is on duty when; None for the scenario's own shifts.
    names
        The name of each, by role, for messages.
    """

    dispatch: DispatchPolicy
    standby: StandbyPolicy
    patrol: PatrolPolicy
    roster: RosterPolicy | None = None
    names: Mapping[Role, str] = field(default_factory=dict)

    def name(self, role: Role) -> str:
        """Return the name of the policy of a role."""
        return self.names.get(role, role.value)


def ask(
    name: str,
    time_s: float,
    incident_id: int | None,
    method: Callable[..., Any],
    *arguments: object,
) -> Any:
    """Call a policy and return its decision.

    Raises
    ------
    PolicyError
        If the policy raises: names the policy, the time, the incident, the file and the line.
    """
    try:
        return method(*arguments)
    except PatrolsimError:
        raise
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__}: {error} ({where.filename}:{where.lineno})"
        raise PolicyError(name, time_s, incident_id, reason) from error


def preemption_of(
    policy: DispatchPolicy, name: str, diversions: frozenset[tuple[int, int]]
) -> Preemption:
    """Return the preemption rules of a dispatch policy.

    A policy without the attribute preempts nobody; `diversions` are the pairs that a city
    file brings, for a policy that wants them.

    Raises
    ------
    PolicyError
        If a pair does not lead from a less urgent to a more urgent priority: two incidents
        could then take people from each other for ever.
    """
    rules = getattr(policy, "preemption", Preemption())
    if not isinstance(rules, Preemption):
        raise PolicyError(name, 0.0, None, f"its preemption is {rules!r}, not a Preemption")
    if rules.with_city_pairs:
        rules = replace(rules, divert=rules.divert | diversions)
    for left, gained in sorted(rules.divert | rules.interrupt):
        if left <= gained:
            reason = f"may not leave priority {left} for {gained}, which is not more urgent"
            raise PolicyError(name, 0.0, None, reason)
    return rules
