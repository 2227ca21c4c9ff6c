"""How many of some incidents must be late, whatever anybody does: the best of several bounds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.bounds.arrivals import Arrivals, solve_arrivals
from patrolsim.bounds.capacity import Duty, Jobs, most_on_duty
from patrolsim.bounds.cases import Cases, read_cases
from patrolsim.bounds.crews import Crew, form_crews
from patrolsim.bounds.footing import FAR_US
from patrolsim.bounds.model import Roster, Strategies
from patrolsim.bounds.paths import most_in_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

MOST_CASES = 300
"""With more incidents each one is looked at by itself."""


class Method(StrEnum):
    """How a bound was found."""

    ALONE = "each incident by itself"
    PATHS = "paths of people between incidents"
    HOURS = "hours on duty"
    PARTS = "parts by who may answer"
    LAYERS = "late incidents at several targets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A number of incidents that must be late, and how it was found."""

    number: int
    method: Method


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """A world as all bounds see it.

    Attributes
    ----------
    cases, crews
        What is counted, and who may answer.
    arrivals
        How soon somebody can be there; None when there are too many cases.
    floor_us
        How long each case waits at least, whoever comes, shape (n,).
    earliest_us
        When anybody can be first at each case at the earliest, shape (n,).
    parts
        Cases that the same people may answer have the same number, shape (n,).
    """

    cases: Cases
    crews: list[Crew]
    arrivals: Arrivals | None
    floor_us: Ints
    earliest_us: Ints
    parts: Ints
    roster: Roster


def ask(world: World, strategies: Strategies) -> Question:
    """Prepare everything that does not depend on a target."""
    cases = read_cases(world, strategies)
    crews = form_crews(world, cases, strategies.roster)
    notice = [np.where(crew.may_answer, crew.notice_us, FAR_US) for crew in crews]
    earliest = [crew.earliest_us for crew in crews]
    n = len(cases)
    is_small = 0 < n <= MOST_CASES
    return Question(
        cases=cases,
        crews=crews,
        arrivals=solve_arrivals(world, cases, crews, strategies.roster) if is_small else None,
        floor_us=np.min([np.full(n, FAR_US), *notice], axis=0),
        earliest_us=np.min([np.full(n, FAR_US), *earliest], axis=0),
        parts=_parts(crews, n),
        roster=strategies.roster,
    )


def count_late(question: Question, allowed_us: Ints, chosen: Bools) -> Late:
    """Return how many of the chosen cases must be late.

    Parameters
    ----------
    question
        The world.
    allowed_us
        How long each case may wait and not be late, shape (n,).
    chosen
        The cases that are looked at, shape (n,).
    """
    cases = question.cases
    deadline_us = np.minimum(cases.known_us + np.minimum(allowed_us, FAR_US), cases.limit_us)
    can_be = (question.earliest_us <= deadline_us) & (question.floor_us <= allowed_us)
    alone = Late(number=int(np.count_nonzero(chosen & ~can_be)), method=Method.ALONE)
    chosen_now = chosen & can_be
    if question.arrivals is None or not chosen_now.any():
        return alone
    together = _late_of(question, question.arrivals, deadline_us, chosen_now)
    found = Late(number=alone.number + together.number, method=together.method)
    parts = list(_late_by_part(question, question.arrivals, deadline_us, chosen_now))
    apart = Late(number=alone.number + sum(parts), method=Method.PARTS)
    return max((alone, found, apart), key=lambda late: late.number)


def _late_by_part(
    question: Question, arrivals: Arrivals, deadline_us: Ints, chosen: Bools
) -> Iterator[int]:
    """Yield how many must be late among the cases that the same people may answer."""
    for part in np.unique(question.parts[chosen]).tolist():
        own = chosen & (question.parts == part)
        yield _late_of(question, arrivals, deadline_us, own).number


def _late_of(question: Question, arrivals: Arrivals, deadline_us: Ints, chosen: Bools) -> Late:
    """Return how many of some cases must be late, all their people taken together."""
    n = int(np.count_nonzero(chosen))
    after_us = arrivals.after_us[np.ix_(chosen, chosen)]
    on_paths = most_in_time(arrivals.first_us[:, chosen], after_us, deadline_us[chosen])
    jobs = Jobs(
        earliest_us=(question.earliest_us - arrivals.lead_us)[chosen],
        latest_us=(deadline_us - arrivals.lead_us)[chosen],
        length_us=(arrivals.lead_us + arrivals.held_us)[chosen],
    )
    duty = _duty(question, arrivals, deadline_us, chosen)
    late = (
        Late(number=n - on_paths, method=Method.PATHS),
        Late(number=n - most_on_duty(jobs, duty), method=Method.HOURS),
    )
    return max(late, key=lambda one: one.number)


def _duty(question: Question, arrivals: Arrivals, deadline_us: Ints, chosen: Bools) -> Duty:
    """Return when people may be busy with the chosen cases, each spell of duty by itself.

    The last case of a spell may end long after it, and whoever handed it over is counted as if
    they had finished it. A later spell of the same person may follow without a break: then the
    way to its first case may have begun before it.
    """
    cases = question.cases
    beyond_us = int((deadline_us - cases.release_us + arrivals.held_us)[chosen].max())
    lead_us = int(arrivals.lead_us[chosen].max())
    start_us, end_us = [], []
    for crew in question.crews:
        if not (crew.may_answer & chosen).any():
            continue
        for begin_us, stop_us in crew.key.spells:
            early_us = lead_us if len(crew.key.spells) > 1 else 0
            start_us += [begin_us - early_us] * len(crew.people)
            end_us += [stop_us + beyond_us] * len(crew.people)
    if question.roster is Roster.ANY:
        start_us, end_us = [-FAR_US] * len(start_us), [FAR_US] * len(end_us)
    return Duty(start_us=np.array(start_us, np.int64), end_us=np.array(end_us, np.int64))


def _parts(crews: list[Crew], n: int) -> Ints:
    """Number the cases by who may answer them."""
    if not crews:
        return np.zeros(n, np.int64)
    able = np.array([crew.may_answer for crew in crews])
    _kinds, number = np.unique(able, axis=1, return_inverse=True)
    return np.asarray(number, np.int64).reshape(-1)
