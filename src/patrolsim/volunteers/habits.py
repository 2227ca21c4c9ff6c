"""How people take to being asked: whether they hear it, when they answer, what is too much.

What a person answers is drawn before any policy decides: it hangs on the incident and the person
alone, so that every plan meets the same answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.eventlog import NEVER_US
from patrolsim.units import DAY_S, to_us

if TYPE_CHECKING:
    from patrolsim.distributions import Distribution
    from patrolsim.streams import RandomStreams

WEEK_US = to_us(7 * DAY_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Rules about being asked beyond the acceptance and the time to the answer.

    Attributes
    ----------
    hears
        Probability that a person hears that they are asked.
    answer_within_us
        Who has not answered by then counts as not having heard; `NEVER_US` without a limit.
    tires
        By this share the acceptance falls with each alert accepted in the last 7 days.
    most_alerts, most_work_us
        How often a person is asked and how long they work on incidents in a week, Monday to
        Sunday, at most; None without a limit.
    """

    hears: float = 1.0
    answer_within_us: int = NEVER_US
    tires: float = 0.0
    most_alerts: int | None = None
    most_work_us: int | None = None

    @property
    def may_decline(self) -> bool:
        """Whether somebody who always accepts when asked may fail to come all the same."""
        return self.hears < 1.0 or self.tires > 0.0 or self.answer_within_us < NEVER_US

    @property
    def has_limits(self) -> bool:
        """Whether a week may bring too much."""
        return self.most_alerts is not None or self.most_work_us is not None


class Answer(NamedTuple):
    """What becomes of an alert, as drawn.

    Attributes
    ----------
    after_us
        Time from being asked to the answer, or until none is expected any more.
    is_heard
        Whether there is an answer.
    reluctance
        The person goes if their acceptance is above this number, from 0 to 1.
    """

    after_us: int
    is_heard: bool
    reluctance: float


def draw_answer(
    habits: Habits,
    answers_after: Distribution | None,
    key: tuple[int, int],
    streams: RandomStreams,
) -> Answer:
    """Return what a person answers to an incident.

    Parameters
    ----------
    habits, answers_after
        What is usual with them.
    key
        Numbers of the incident and of the volunteer.
    streams
        The random numbers of the replication.
    """
    limit_us = habits.answer_within_us
    after_us = 0
    if answers_after is not None:
        after_us = int(answers_after.quantile_us(streams.uniform("answers", *key)))
    hears = habits.hears >= 1.0 or streams.uniform("hears", *key) < habits.hears
    is_heard = hears and after_us <= limit_us
    reluctance = streams.uniform("accepts", *key)
    return Answer(after_us if is_heard else limit_us, is_heard, reluctance)


def willingness(acceptance: float, tires: float, accepted_lately: int) -> float:
    """Return the probability that a person who hears that they are asked goes.

    Parameters
    ----------
    acceptance
        Of somebody who is rested.
    tires
        Share by which each alert accepted lately lowers it.
    accepted_lately
        How many they have accepted in the last 7 days.
    """
    return acceptance * (1.0 - tires) ** accepted_lately
