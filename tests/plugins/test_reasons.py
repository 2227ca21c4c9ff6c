"""What shipped policies say of alerts, appointments and searches is what they decided by."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from patrolsim.engine import Reason, ReasonBook
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim.testing import ordinary_day
from patrolsim.testing.checking import subjects_of

if TYPE_CHECKING:
    from patrolsim.testing.subject import Subject

ROLES = (Role.ALERTS, Role.APPOINTMENTS, Role.SEARCH)
LEAST_FIRST = ("seconds", "coverage")


def shipped(*roles: Role) -> list[Subject]:
    host = PluginHost()
    host.load_installed()
    return [
        one
        for one in subjects_of(host)
        if one.offer.origin.plugin == "policies" and one.spec.role in roles
    ]


@cache
def told(name: str, role: Role) -> tuple[Reason, ...]:
    """Return what a policy says of its decisions on an ordinary day."""
    (subject,) = [one for one in shipped(role) if one.spec.name == name]
    book = ReasonBook(roles=frozenset({role}))
    play = subject.play(ordinary_day(), book)
    assert play.error == ""
    return tuple(book.reasons)


def named(*roles: Role) -> list[Any]:
    """Return name and role of each shipped policy of some roles, as cases of a test."""
    found = [(one.spec.name, one.spec.role) for one in shipped(*roles)]
    return [pytest.param(name, role, id=name) for name, role in found]


@pytest.mark.parametrize(("name", "role"), named(*ROLES))
def test_every_decision_has_a_reason_of_its_own(name: str, role: Role) -> None:
    reasons = told(name, role)
    assert len(reasons) >= 10
    rules = {one.explanation.rule for one in reasons if one.explanation is not None}
    assert [one for one in reasons if one.explanation is None] == []
    assert not any("does not say why" in rule for rule in rules)


@pytest.mark.parametrize(("name", "role"), named(Role.ALERTS, Role.APPOINTMENTS))
def test_the_chosen_are_those_who_are_asked_and_stand_among_the_weighed(
    name: str, role: Role
) -> None:
    for reason in told(name, role):
        answer: Any = reason.answer
        why = reason.explanation
        assert why is not None
        assert why.chosen == (() if answer is None else answer.volunteer_ids)
        assert set(why.chosen) <= {one.what for one in why.candidates}


@pytest.mark.parametrize(("name", "role"), named(Role.ALERTS, Role.APPOINTMENTS))
def test_the_weighed_stand_by_their_arrival(name: str, role: Role) -> None:
    for reason in told(name, role):
        assert reason.explanation is not None
        scores = [one.score for one in reason.explanation.candidates]
        assert scores == sorted(scores)


@pytest.mark.parametrize(("name", "role"), named(Role.SEARCH))
def test_the_street_that_is_searched_is_weighed_the_best(name: str, role: Role) -> None:
    streets = 0
    for reason in told(name, role):
        why, answer = reason.explanation, reason.answer
        assert why is not None
        if not why.chosen:
            assert answer is None or len(answer.nodes) == 1  # type: ignore[attr-defined]
            continue
        streets += 1
        is_least_first = why.rule.startswith(LEAST_FIRST)
        scores = {one.what: one.score for one in why.candidates}
        best = min(scores.values()) if is_least_first else max(scores.values())
        assert scores[why.chosen[0]] == best
    assert streets >= 10


def test_an_appointment_says_who_of_the_free_are_reserved_for_something_else() -> None:
    notes = {
        one.note
        for reason in told("earliest_due_date", Role.APPOINTMENTS)
        if reason.explanation is not None
        for one in reason.explanation.candidates
    }
    assert any(note.startswith("reserved for incident") for note in notes)
