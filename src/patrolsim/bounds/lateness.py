"""How many of some incidents must be late, whatever anybody does: the best of several bounds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.bounds.arrivals import Arrivals, solve_arrivals
from patrolsim.bounds.capacity import Duty, Jobs, least_cost
from patrolsim.bounds.cases import Cases, read_cases
from patrolsim.bounds.crews import Crew, form_crews
from patrolsim.bounds.footing import FAR_US
from patrolsim.bounds.model import Roster, Strategies
from patrolsim.bounds.paths import most_in_time

if TYPE_CHECKING:
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
    PARTS = "hours on duty, by who may answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A bound: late incidents, or microseconds of waiting; and how it was found."""

    value: int
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
    arrivals, is_near = None, np.ones(n, np.bool_)
    if 0 < n <= MOST_CASES:
        arrivals = solve_arrivals(world, cases, crews, strategies.roster)
        is_near = arrivals.lead_us < FAR_US
    return Question(
        cases=cases,
        crews=crews,
        arrivals=arrivals,
        floor_us=np.min([np.full(n, FAR_US), *notice], axis=0),
        earliest_us=np.where(is_near, np.min([np.full(n, FAR_US), *earliest], axis=0), FAR_US),
        parts=_parts(crews, n),
        roster=strategies.roster,
    )


def least_late(question: Question, allowed_us: Ints, chosen: Bools) -> Found:
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
    alone = Found(value=int(np.count_nonzero(chosen & ~can_be)), method=Method.ALONE)
    left = chosen & can_be
    arrivals = question.arrivals
    if arrivals is None or not left.any():
        return alone
    n = len(cases)
    jobs = Jobs(
        earliest_us=question.earliest_us - arrivals.lead_us,
        latest_us=deadline_us - arrivals.lead_us,
        length_us=arrivals.lead_us + arrivals.held_us,
        absent=np.ones(n),
        least=np.zeros(n),
        dear_from_us=np.zeros(n, np.int64),
        slope=0.0,
    )
    after_us = arrivals.after_us[np.ix_(left, left)]
    in_time = most_in_time(arrivals.first_us[:, left], after_us, deadline_us[left])
    on_paths = int(np.count_nonzero(left)) - in_time
    return best(
        alone,
        Found(value=alone.value + on_paths, method=Method.PATHS),
        *(
            Found(value=alone.value + value, method=method)
            for value, method in by_hours(question, jobs, deadline_us, left)
        ),
    )


def best(*found: Found) -> Found:
    """Return the highest of several bounds; of equal ones the first, which is the simplest."""
    return max(found, key=lambda one: one.value)


def by_hours(
    question: Question, jobs: Jobs, deadline_us: Ints, chosen: Bools
) -> list[tuple[int, Method]]:
    """Return the bounds by hours on duty: all cases together, and by who may answer them."""
    together = _by_hours_of(question, jobs, deadline_us, chosen)
    parts = np.unique(question.parts[chosen]).tolist()
    if len(parts) == 1:
        return [(together, Method.HOURS)]
    apart = [
        _by_hours_of(question, jobs, deadline_us, chosen & (question.parts == part))
        for part in parts
    ]
    return [(together, Method.HOURS), (sum(apart), Method.PARTS)]


def _by_hours_of(question: Question, jobs: Jobs, deadline_us: Ints, chosen: Bools) -> int:
    arrivals = question.arrivals
    if arrivals is None:
        return 0
    return least_cost(jobs.pick(chosen), _duty(question, arrivals, deadline_us, chosen))


def _duty(question: Question, arrivals: Arrivals, deadline_us: Ints, chosen: Bools) -> Duty:
    """Return when people may be busy with the chosen cases, each spell of duty by itself.

    The last case of a spell may end long after it, and whoever handed it over is counted as if
    they had finished it. A later spell of the same person may follow without a break: then the
    way to its first case may have begun before it.
    """
    cases = question.cases
    near = chosen & (arrivals.lead_us < FAR_US)
    beyond_us = int((deadline_us - cases.release_us + arrivals.held_us)[near].max(initial=0))
    lead_us = int(arrivals.lead_us[near].max(initial=0))
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
    """Give cases that the same people may answer the same number."""
    if not crews:
        return np.zeros(n, np.int64)
    able = np.array([crew.may_answer for crew in crews])
    _kinds, number = np.unique(able, axis=1, return_inverse=True)
    return np.asarray(number, np.int64).reshape(-1)
