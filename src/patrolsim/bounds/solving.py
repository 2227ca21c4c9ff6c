"""The two bounds of one replication: late incidents, and time spent waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.bounds.cases import left_out
from patrolsim.bounds.lateness import MOST_CASES, Method, ask, count_late
from patrolsim.bounds.model import Bound, Roster, Strategies
from patrolsim.bounds.paths import least_waiting_us
from patrolsim.eventlog import NEVER_US
from patrolsim.units import to_s

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.bounds.lateness import Question
    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]

MOST_LAYERS = 16
"""Targets at which late incidents are counted for a bound on waiting."""


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
    late = count_late(question, question.cases.target_us, has_target)
    without = int(np.count_nonzero(~has_target))
    untargeted = (f"{without} incidents without a target",) if without else ()
    return Bound(
        value=float(late.number),
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
    waiting_us, method = _least_waiting(question)
    return Bound(
        value=to_s(waiting_us),
        count=len(question.cases),
        unit="s",
        method=_named(question, method),
        holds_for=str(strategies),
        n_incidents=len(world.incidents),
        left_out=left_out(world),
    )


def _named(question: Question, method: Method) -> str:
    n = len(question.cases)
    return f"{method} (more than {MOST_CASES} incidents: {n})" if n > MOST_CASES else method.value


def _least_waiting(question: Question) -> tuple[int, Method]:
    """Return the best bound on the sum of all waiting times."""
    cases, arrivals = question.cases, question.arrivals
    most_us = cases.most_us
    floor_us = np.minimum(question.floor_us, most_us)
    alone_us = np.clip(question.earliest_us - cases.known_us, floor_us, most_us)
    # nobody is needed: it is closed at once and waits for nobody
    happens = cases.first_stage >= 0
    found = [(int(alone_us[happens].sum()), Method.ALONE)]
    if arrivals is not None and happens.any():
        waiting = (cases.known_us[happens], floor_us[happens], most_us[happens])
        after_us = arrivals.after_us[np.ix_(happens, happens)]
        paths_us = least_waiting_us(arrivals.first_us[:, happens], after_us, waiting)
        found.append((paths_us, Method.PATHS))
        found.append((_by_layers(question, floor_us, happens), Method.LAYERS))
    return max(found, key=lambda one: one[0])


def _by_layers(question: Question, floor_us: Ints, happens: npt.NDArray[np.bool_]) -> int:
    """Return the least sum of waiting times, from how many wait longer than each of some times.

    The sum of times is the integral of the number of those that are longer. That number falls,
    so between two targets it is at least what it must be at the later one.
    """
    cases = question.cases
    total_us, before_us = int(floor_us[happens].sum()), 0
    for extra_us in _layers(question, floor_us):
        waits_so_long = happens & (cases.most_us - floor_us > extra_us)
        late = count_late(question, floor_us + extra_us, waits_so_long)
        if late.number == 0:
            break
        total_us += (extra_us - before_us) * late.number
        before_us = extra_us
    return total_us


def _layers(question: Question, floor_us: Ints) -> list[int]:
    """Return targets beyond the floor, rising: spread over how late people can come."""
    cases, arrivals = question.cases, question.arrivals
    if arrivals is None:
        return []
    extra_us = arrivals.after_us - cases.known_us - floor_us
    seen = extra_us[(extra_us > 0) & (extra_us < cases.most_us - floor_us)]
    if not seen.size:
        return []
    nearest = np.sort(seen)[: max(MOST_LAYERS, seen.size // 4)]
    orders = np.linspace(0.0, 1.0, MOST_LAYERS)
    chosen = np.quantile(nearest, orders, method="inverted_cdf") - 1
    return sorted({int(us) for us in chosen if us > 0})
