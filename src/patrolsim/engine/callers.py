"""The border to policies: every call goes through here, so that a failing policy is named."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from patrolsim.errors import PatrolsimError, PolicyError
from patrolsim.policy import Preemption, Role
from patrolsim.units import to_s

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from patrolsim.engine.reasons import ReasonBook
    from patrolsim.policy import (
        AlertsPolicy,
        AppointmentsPolicy,
        DispatchPolicy,
        PatrolPolicy,
        RosterPolicy,
        SearchPolicy,
        StandbyPolicy,
    )


class Watch(Protocol):
    """Is told before and after each call of a policy."""

    def enters(self, role: Role, time_us: int, incident_id: int | None) -> None:
        """Take note of a call that starts."""

    def leaves(self) -> None:
        """Take note that the call has come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """One policy object per role, fresh for this replication.

    Attributes
    ----------
    dispatch, standby, patrol
        Who answers, where a free person waits, where a patrolling person goes next.
    roster
        Who is on duty when; None for the scenario's own shifts.
    appointments
        Which request is started by whom, and when; needed where there are requests.
    alerts
        Whom to ask among those who may decline; None to send them like everybody.
    search
        Which streets a searcher searches next; None where nobody is ever looked for.
    names
        The name of each, by role, for messages.
    watch
        Is told of every call; None for nobody.
    reasons
        Asks for the reasons of decisions and keeps them; None for nobody.
    """

    dispatch: DispatchPolicy
    standby: StandbyPolicy
    patrol: PatrolPolicy
    roster: RosterPolicy | None = None
    appointments: AppointmentsPolicy | None = None
    alerts: AlertsPolicy | None = None
    search: SearchPolicy | None = None
    names: Mapping[Role, str] = field(default_factory=dict)
    watch: Watch | None = None
    reasons: ReasonBook | None = None

    def name(self, role: Role) -> str:
        """Return the name of the policy of a role."""
        return self.names.get(role, role.value)


class Caller:
    """Calls one policy, and names it, with the place in its code, when it fails."""

    def __init__(self, policies: Policies, role: Role) -> None:
        self.name = policies.name(role)
        self._role = role
        self._watch = policies.watch
        self._reasons = policies.reasons
        self._is_alone = policies.watch is None and policies.reasons is None

    def decide(
        self,
        time_us: int,
        incident_id: int | None,
        method: Callable[[Any, Any], Any],
        view: object,
        about: object,
    ) -> Any:
        """Ask the question of the policy's role and return its decision.

        Raises
        ------
        PolicyError
            As `ask`.
        """
        # written out, without a tuple of arguments: benchmarks/smoke/test_policy_call.py
        if self._is_alone:
            try:
                return method(view, about)
            except PatrolsimError:
                raise
            except Exception as error:
                raise self._failure(time_us, incident_id, method, error) from error
        return self._decide_in_company(time_us, incident_id, method, (view, about))

    def plan(self, method: Callable[[Any], Any], view: object) -> Any:
        """Ask a policy that decides once, before the period begins, and return its answer.

        Raises
        ------
        PolicyError
            As `ask`.
        """
        if self._is_alone:
            try:
                return method(view)
            except PatrolsimError:
                raise
            except Exception as error:
                raise self._failure(0, None, method, error) from error
        return self.ask(0, None, method, view)

    def ask(
        self,
        time_us: int,
        incident_id: int | None,
        method: Callable[..., Any],
        *arguments: object,
    ) -> Any:
        """Call the policy and return its answer.

        Raises
        ------
        PolicyError
            If the policy raises: names the policy, the time, the incident, the file and the line.
        """
        watch = self._watch
        if watch is not None:
            watch.enters(self._role, time_us, incident_id)
        try:
            answer = method(*arguments)
        except PatrolsimError:
            raise
        except Exception as error:
            raise self._failure(time_us, incident_id, method, error) from error
        if watch is not None:
            watch.leaves()
        return answer

    def _decide_in_company(
        self,
        time_us: int,
        incident_id: int | None,
        method: Callable[..., Any],
        question: tuple[object, object],
    ) -> Any:
        """Ask as `decide` does, and tell those who want to know.

        The reason is asked for at the instant of the decision, before it is carried out.
        """
        decision = self.ask(time_us, incident_id, method, *question)
        book = self._reasons
        if book is not None and book.wants(self._role, incident_id):
            try:
                book.note(self._role, self.name, time_us, method, question, decision)
            except PatrolsimError:
                raise
            except Exception as error:
                raise self._failure(time_us, incident_id, method, error) from error
        return decision

    def _failure(
        self, time_us: int, incident_id: int | None, method: Callable[..., Any], error: Exception
    ) -> PolicyError:
        reason = f"{type(error).__name__}: {error}".removesuffix(": ")
        where = _raised_at(error, method)
        return PolicyError(self.name, to_s(time_us), incident_id, reason, where)

    def refusal(
        self, time_us: int, incident_id: int | None, method: Callable[..., Any], reason: str
    ) -> PolicyError:
        """Return the error of a decision that breaks the rules."""
        return PolicyError(self.name, to_s(time_us), incident_id, reason, _defined_at(method))


def _raised_at(error: Exception, method: Callable[..., Any]) -> str:
    """Return the last line in the policy's own file, else the last line of all."""
    frames = traceback.extract_tb(error.__traceback__)
    code = getattr(method, "__code__", None)
    own = [frame for frame in frames if code is not None and frame.filename == code.co_filename]
    last = (own or frames)[-1]
    return f"{last.filename}:{last.lineno}"


def _defined_at(method: Callable[..., Any]) -> str:
    code = getattr(method, "__code__", None)
    return "" if code is None else f"{code.co_filename}:{code.co_firstlineno}"


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
