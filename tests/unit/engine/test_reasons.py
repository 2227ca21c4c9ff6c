"""Reasons are asked for when somebody wants them, and then change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.runs import Closest, NoPatrol, Stay

from patrolsim.engine import Policies, Reason, ReasonBook, simulate
from patrolsim.errors import PolicyError
from patrolsim.explanation import Explanation, Weighed
from patrolsim.policy import Appointment, Assignment, Role
from patrolsim.testing import ordinary_day
from patrolsim.testing.companions import FirstDueFirst
from patrolsim.testing.with_requests import with_requests

if TYPE_CHECKING:
    from patrolsim.eventlog import EventLog
    from patrolsim.policy import OpenIncident, StateView


class Speaks(Closest):
    """Says whom it has sent, and counts how often it is asked."""

    asked = 0

    def explain(self, _view: StateView, _incident: OpenIncident, decision: Any) -> Any:
        self.asked += 1
        sent = decision.volunteer_ids if isinstance(decision, Assignment) else ()
        return Explanation("who was sent", tuple(Weighed(who, 0.0) for who in sent), sent)


class Stammers(Speaks):
    def explain(self, _view: StateView, _incident: OpenIncident, _decision: Any) -> Any:
        return "because"


def play(dispatch: object, book: ReasonBook | None) -> EventLog:
    policies = Policies(
        dispatch=dispatch,  # type: ignore[arg-type]  # some are faulty
        standby=Stay(),
        patrol=NoPatrol(),
        reasons=book,
    )
    return simulate(ordinary_day(), policies)


def test_nobody_is_asked_unless_somebody_wants_to_know() -> None:
    policy = Speaks()
    play(policy, None)
    assert policy.asked == 0


def test_reasons_change_nothing() -> None:
    assert play(Speaks(), ReasonBook()).digest() == play(Speaks(), None).digest()


def test_each_decision_has_its_reason_in_order() -> None:
    policy, book = Speaks(), ReasonBook()
    play(policy, book)
    told = [one for one in book.reasons if one.role is Role.DISPATCH]
    assert len(told) == policy.asked > 40
    assert [one.time_us for one in told] == sorted(one.time_us for one in told)
    sent = [one.answer.volunteer_ids if one.answer else () for one in told]  # type: ignore[attr-defined]
    assert [one.explanation.chosen for one in told if one.explanation] == sent


def test_only_one_incident_can_be_asked_about() -> None:
    policy, book = Speaks(), ReasonBook(incident_id=7)
    play(policy, book)
    assert {one.about for one in book.reasons} == {7}
    assert policy.asked == len(book.reasons)


def test_of_a_policy_that_says_nothing_the_nearest_are_named() -> None:
    book = ReasonBook()
    play(Closest(), book)
    found = [one.explanation for one in book.reasons if one.role is Role.DISPATCH]
    sent = [one for one in found if one is not None and one.chosen]
    assert all(one.candidates[0].what == one.chosen[0] for one in sent)
    assert len(sent) > 20


class Stumbles(Speaks):
    def explain(self, _view: StateView, _incident: OpenIncident, _decision: Any) -> Any:
        return 1 // 0


def test_an_explanation_that_fails_is_told_with_its_line() -> None:
    with pytest.raises(PolicyError) as caught:
        play(Stumbles(), ReasonBook())
    line = Stumbles.explain.__code__.co_firstlineno + 1
    assert caught.value.reason.startswith("ZeroDivisionError")
    assert caught.value.where == f"{__file__}:{line}"


def test_a_wrong_explanation_names_the_policy() -> None:
    with pytest.raises(PolicyError, match="explain\\(\\) returned 'because'"):
        play(Stammers(), ReasonBook())


class Appoints(FirstDueFirst):
    """Says which appointment it is asked about."""

    def __init__(self) -> None:
        self.asked: list[Appointment] = []

    def explain(self, _view: StateView, _requests: Any, decision: Appointment) -> Explanation:
        self.asked.append(decision)
        return Explanation("first due", (), decision.volunteer_ids)


def appoint(policy: object, book: ReasonBook) -> list[Reason]:
    policies = Policies(
        dispatch=Closest(),
        standby=Stay(),
        patrol=NoPatrol(),
        appointments=policy,  # type: ignore[arg-type]
        reasons=book,
    )
    simulate(with_requests(ordinary_day()), policies)
    return [one for one in book.reasons if one.role is Role.APPOINTMENTS]


def test_each_appointment_has_a_reason_under_its_incident() -> None:
    policy = Appoints()
    reasons = appoint(policy, ReasonBook())
    assert len(reasons) >= 10
    assert [one.answer for one in reasons] == policy.asked
    assert [one.about for one in reasons] == [one.incident_id for one in policy.asked]


def test_only_the_appointments_of_one_request_can_be_asked_about() -> None:
    everything = appoint(Appoints(), ReasonBook())
    number = everything[0].about
    policy = Appoints()
    reasons = appoint(policy, ReasonBook(incident_id=number))
    assert {one.about for one in reasons} == {number}
    assert len(policy.asked) == len(reasons)


def test_of_an_appointment_without_words_the_nearest_are_named() -> None:
    reasons = appoint(FirstDueFirst(), ReasonBook())
    found = [one.explanation for one in reasons if one.explanation is not None]
    assert len(found) == len(reasons) >= 10
    assert all(one.candidates and len(one.chosen) == 1 for one in found)
