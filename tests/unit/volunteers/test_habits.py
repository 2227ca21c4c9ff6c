"""Answers as they are drawn: keyed by incident and person, heard or not, in time or not."""

from __future__ import annotations

import pytest

from patrolsim.distributions import Fixed, parse_distribution
from patrolsim.eventlog import NEVER_US
from patrolsim.streams import RandomStreams
from patrolsim.volunteers.habits import Answer, Habits, draw_answer, willingness

MINUTE_US = 60_000_000
PEOPLE = 4000


def answers(habits: Habits, answers_after: object = None) -> list[Answer]:
    streams = RandomStreams(7, 0)
    spec = None if answers_after is None else parse_distribution(answers_after)
    return [draw_answer(habits, spec, (3, who), streams) for who in range(PEOPLE)]


def share(values: list[bool]) -> float:
    return sum(values) / len(values)


def test_people_hear_as_often_as_is_usual() -> None:
    found = answers(Habits(hears=0.85, answer_within_us=2 * MINUTE_US))
    # three standard errors of a share of 4,000 people
    assert share([one.is_heard for one in found]) == pytest.approx(0.85, abs=0.017)


def test_who_does_not_hear_is_given_up_when_the_time_is_over() -> None:
    for one in answers(Habits(hears=0.5, answer_within_us=2 * MINUTE_US)):
        assert one.after_us == (0 if one.is_heard else 2 * MINUTE_US)


def test_who_answers_too_late_counts_as_not_having_heard() -> None:
    found = answers(Habits(answer_within_us=MINUTE_US), {"exponential": "1 min"})
    # 1 - 1/e of an exponential lie below its mean; three standard errors
    assert share([one.is_heard for one in found]) == pytest.approx(0.6321, abs=0.023)
    assert max(one.after_us for one in found) == MINUTE_US


def test_an_answer_at_the_last_moment_is_in_time() -> None:
    (streams, habits) = RandomStreams(7, 0), Habits(answer_within_us=MINUTE_US)
    drawn = draw_answer(habits, Fixed(60.0), (3, 4), streams)
    assert (drawn.is_heard, drawn.after_us) == (True, MINUTE_US)


def test_hearing_and_accepting_are_independent() -> None:
    found = answers(Habits(hears=0.5, answer_within_us=MINUTE_US))
    heard = [one.reluctance for one in found if one.is_heard]
    assert sum(heard) / len(heard) == pytest.approx(0.5, abs=0.02)


def test_an_answer_hangs_on_the_incident_and_the_person_alone() -> None:
    habits = Habits(hears=0.5, answer_within_us=MINUTE_US)
    first, second = RandomStreams(7, 0), RandomStreams(7, 0)
    first.uniform("accepts", 9, 9)
    assert draw_answer(habits, None, (3, 4), first) == draw_answer(habits, None, (3, 4), second)
    assert draw_answer(habits, None, (3, 4), first) != draw_answer(habits, None, (3, 5), first)
    assert draw_answer(habits, None, (3, 4), first) != draw_answer(habits, None, (2, 4), first)


def test_each_accepted_alert_multiplies_the_acceptance() -> None:
    assert willingness(0.5, 0.1, 0) == 0.5
    assert willingness(0.5, 0.1, 3) == pytest.approx(0.5 * 0.9 * 0.9 * 0.9, rel=1e-12)


@pytest.mark.parametrize(
    ("habits", "may_decline"),
    [
        (Habits(), False),
        (Habits(most_alerts=3, most_work_us=5), False),
        (Habits(hears=0.9), True),
        (Habits(tires=0.1), True),
        (Habits(answer_within_us=NEVER_US - 1), True),
    ],
)
def test_who_may_fail_to_come_may_decline(habits: Habits, may_decline: bool) -> None:  # noqa: FBT001
    assert habits.may_decline is may_decline


@pytest.mark.parametrize("other", [(2, 4), (3, 5)])
def test_another_incident_and_another_person_draw_every_part_anew(other: tuple[int, int]) -> None:
    streams, spec = RandomStreams(7, 0), parse_distribution({"exponential": "1 min"})
    patient = Habits(answer_within_us=NEVER_US - 1)
    one, two = (draw_answer(patient, spec, key, streams) for key in ((3, 4), other))
    assert one.after_us != two.after_us
    assert one.reluctance != two.reluctance


def test_whether_somebody_hears_it_is_drawn_for_each_incident() -> None:
    habits, streams = Habits(hears=0.5, answer_within_us=MINUTE_US), RandomStreams(7, 0)
    heard = [draw_answer(habits, None, (number, 4), streams).is_heard for number in range(400)]
    assert share(heard) == pytest.approx(0.5, abs=0.075)
