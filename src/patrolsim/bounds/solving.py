"""The two bounds of one replication: late incidents, and time spent waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.bounds.capacity import Jobs
from patrolsim.bounds.cases import left_out
from patrolsim.bounds.lateness import (
    MOST_CASES,
    Found,
    Method,
    ask,
    best,
    by_hours,
    least_late,
)
from patrolsim.bounds.model import Bound, Roster, Strategies
from patrolsim.bounds.paths import least_waiting_us
from patrolsim.eventlog import NEVER_US
from patrolsim.units import to_s

if TYPE_CHECKING:
    from patrolsim.bounds.lateness import Question
    from patrolsim.world import World


def bound_lateness(world: World, *, preempts: bool = True, roster: Roster = Roster.ANY) -> Bound:
    """Return how many incidents with a target no strategy can reach within it on this day.

    An incident is late unless somebody is there within the target, before its caller gives up
    and before the period ends.

    Parameters
    ----------
    world
        One replication.
    preempts
        Whether the strategies may take people away from their work.
    roster
        Whether they keep the scenario's own shifts.

    References
    ----------
    Jagtenberg, van den Berg and van der Mei (2017), Benchmarking online dispatch algorithms for
    emergency medical services, European Journal of Operational Research 258.
    """
    strategies = Strategies(preempts=preempts, roster=Roster(roster))
    question = ask(world, strategies)
    has_target = question.cases.target_us < NEVER_US
    late = least_late(question, question.cases.target_us, has_target)
    without = int(np.count_nonzero(~has_target))
    untargeted = (f"{without} incidents without a target",) if without else ()
    return Bound(
        value=float(late.value),
        count=int(np.count_nonzero(has_target)),
        unit="incidents",
        method=_named(question, late.method),
        holds_for=str(strategies),
        n_incidents=len(world.incidents),
        left_out=(*left_out(world), *untargeted),
    )


def bound_response(world: World, *, preempts: bool = True, roster: Roster = Roster.ANY) -> Bound:
    """Return the time that the incidents of this day wait at least under any strategy.

    An incident waits from known until the first person is on scene; if nobody comes, until its
    caller gives up or the period ends. So a strategy gains nothing by leaving incidents alone.

    Parameters
    ----------
    world, preempts, roster
        As in `bound_lateness`.
    """
    strategies = Strategies(preempts=preempts, roster=Roster(roster))
    question = ask(world, strategies)
    found = _least_waiting(question)
    return Bound(
        value=to_s(found.value),
        count=len(question.cases),
        unit="s",
        method=_named(question, found.method),
        holds_for=str(strategies),
        n_incidents=len(world.incidents),
        left_out=left_out(world),
    )


def _named(question: Question, method: Method) -> str:
    n = len(question.cases)
    return f"{method} (more than {MOST_CASES} incidents: {n})" if n > MOST_CASES else method.value


def _least_waiting(question: Question) -> Found:
    """Return the best bound on the sum of all waiting times, in microseconds."""
    cases, arrivals, most_us = question.cases, question.arrivals, question.cases.most_us
    floor_us = np.minimum(question.floor_us, most_us)
    alone_us = np.clip(question.earliest_us - cases.known_us, floor_us, most_us)
    # an incident that needs nobody is closed at once: nobody waits
    happens = cases.first_stage >= 0
    alone = Found(value=int(alone_us[happens].sum()), method=Method.ALONE)
    if arrivals is None or not happens.any():
        return alone
    jobs = Jobs(
        earliest_us=question.earliest_us - arrivals.lead_us,
        latest_us=cases.limit_us - arrivals.lead_us,
        length_us=arrivals.lead_us + arrivals.held_us,
        absent=most_us.astype(np.float64),
        least=floor_us.astype(np.float64),
        dear_from_us=cases.known_us + floor_us - arrivals.lead_us,
        slope=1.0,
    )
    waiting = (cases.known_us[happens], floor_us[happens], most_us[happens])
    after_us = arrivals.after_us[np.ix_(happens, happens)]
    on_paths = least_waiting_us(arrivals.first_us[:, happens], after_us, waiting)
    hours = by_hours(question, jobs, cases.limit_us, happens)
    return best(
        alone,
        Found(value=on_paths, method=Method.PATHS),
        *(Found(value=value, method=method) for value, method in hours),
    )
