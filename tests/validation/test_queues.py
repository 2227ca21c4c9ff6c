"""Queueing theory: what the engine must reproduce when nobody travels.

`patrolsim verify` holds the same theory in full, with many more calls and narrower intervals.

References
----------
Kleinrock (1975), Queueing Systems I; Cobham (1954), Priority assignment in waiting line
problems; Larson and Odoni (1981), Urban Operations Research.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.runs import Closest, run
from tests.validation.queueing import (
    SECOND_US,
    Estimate,
    cobham,
    erlang_b,
    erlang_c,
    estimate,
    estimate_with_control,
    mean_wait,
)

from patrolsim.eventlog import NEVER_US, Event, EventLog
from patrolsim.policy import Assignment, Interruption, OpenIncident, Preemption, StateView
from patrolsim.testing import Call, Person, TinyWorld

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from patrolsim.world import World

pytestmark = pytest.mark.slow

RUNS, CUSTOMERS, WARM_UP = 20, 2_500, 500
"""Replications, customers of each, and how many of them are not counted."""
Floats = "npt.NDArray[np.float64]"


def rng(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed))


def exponential(generator: np.random.Generator, n: int) -> npt.NDArray[np.float64]:
    return generator.exponential(1.0, n)


def world_of(
    servers: int,
    rates: Sequence[float],
    work: Callable[[np.random.Generator, int], npt.NDArray[np.float64]],
    *,
    customers: int,
    seed: int,
    patience: Callable[[np.random.Generator, int], npt.NDArray[np.float64]] | None = None,
) -> World:
    """Return a world of one node: Poisson calls of some classes, work of mean 1 s."""
    generator = rng(seed)
    at_s = np.cumsum(generator.exponential(1 / sum(rates), customers))
    shares = np.cumsum(rates) / sum(rates)
    classes = 1 + np.searchsorted(shares, generator.random(customers))
    work_us = np.rint(work(generator, customers) * SECOND_US).astype(int)
    patience_us = (
        np.full(customers, NEVER_US)
        if patience is None
        else np.rint(patience(generator, customers) * SECOND_US).astype(int)
    )
    columns = (np.rint(at_s * SECOND_US).astype(int), classes, work_us, patience_us)
    calls = [
        Call(at_us=at, priority=priority, work_us=(length,), patience_us=gives_up)
        for at, priority, length, gives_up in zip(*(c.tolist() for c in columns), strict=True)
    ]
    horizon_us = calls[-1].at_us + 10_000 * SECOND_US
    return TinyWorld(calls=calls, people=[Person()] * servers, horizon_us=horizon_us).build()


def times_of(log: EventLog, event: Event, customers: int) -> npt.NDArray[np.float64]:
    """Return when an event first happened to each customer, in seconds; nan for never."""
    table = log.events
    mask = table.event == event
    times = np.full(customers, np.nan)
    ids, when = table.incident_id[mask][::-1], table.time_us[mask][::-1]
    times[ids] = when / SECOND_US
    return times


def waits(log: EventLog, customers: int) -> npt.NDArray[np.float64]:
    """Return the waiting time of each customer, in seconds."""
    return times_of(log, Event.STAGE_STARTED, customers) - times_of(log, Event.KNOWN, customers)


def mean_waits(
    servers: int,
    rates: Sequence[float],
    work: Callable[[np.random.Generator, int], npt.NDArray[np.float64]],
    *,
    runs: int = RUNS,
) -> tuple[Estimate, Estimate]:
    """Return the mean wait and the share that waits, with the load that was drawn as control."""
    means, shares, loads = [], [], []
    for seed in range(runs):
        world = world_of(servers, rates, work, customers=CUSTOMERS, seed=seed)
        wait = waits(run(world), CUSTOMERS)[WARM_UP:]
        means.append(float(wait.mean()))
        shares.append(float((wait > 0).mean()))
        calls = world.incidents
        loads.append(float(calls.stage_us[:, 0].sum() / calls.occurred_us[-1]))
    load = sum(rates)
    return (
        estimate_with_control(means, loads, load),
        estimate_with_control(shares, loads, load),
    )


@pytest.mark.parametrize(("servers", "load", "runs"), [(1, 0.5, 20), (2, 1.0, 20), (3, 1.5, 30)])
def test_waits_are_those_of_m_m_c(servers: int, load: float, runs: int) -> None:
    wait, share = mean_waits(servers, [load], exponential, runs=runs)
    wait.check(mean_wait(servers, load), relative_half_width=0.12)
    share.check(erlang_c(servers, load), relative_half_width=0.03)


@pytest.mark.parametrize(
    ("name", "work", "scv"),
    [
        ("deterministic", lambda _g, n: np.ones(n), 0.0),
        ("Erlang-4", lambda g, n: g.gamma(4.0, 0.25, n), 0.25),
        ("uniform", lambda g, n: g.uniform(0.0, 2.0, n), 1 / 3),
    ],
)
def test_waits_are_those_of_pollaczek_and_khinchine(
    name: str,
    work: Callable[[np.random.Generator, int], npt.NDArray[np.float64]],
    scv: float,
) -> None:
    assert name
    wait, _share = mean_waits(1, [0.5], work)
    wait.check(0.5 * (1 + scv) / (2 * 0.5), relative_half_width=0.12)


class Lose:
    """Serves at once or never: a call that finds nobody free is lost."""

    def __init__(self) -> None:
        self.lost: set[int] = set()

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        number = incident.incident_id
        if number in self.lost:
            return None
        free = view.available(incident)
        if not free:
            self.lost.add(number)
            return None
        return Assignment(number, (free[0],))


@pytest.mark.parametrize(
    ("name", "work"),
    [
        ("exponential", exponential),
        ("deterministic", lambda _g, n: np.ones(n)),
        ("lognormal", lambda g, n: g.lognormal(-0.5, 1.0, n)),
    ],
)
@pytest.mark.parametrize(("servers", "load"), [(2, 1.0), (3, 2.0)])
def test_losses_are_erlang_b_whatever_the_work(
    servers: int,
    load: float,
    name: str,
    work: Callable[[np.random.Generator, int], npt.NDArray[np.float64]],
) -> None:
    assert name
    customers, losses = 3_000, []
    for seed in range(8):
        world = world_of(
            servers,
            [load],
            work,
            customers=customers,
            seed=seed,
            patience=lambda _g, n: np.zeros(n),
        )
        log = run(world)
        lost = np.isnan(times_of(log, Event.STAGE_STARTED, customers))
        losses.append(float(lost[200:].mean()))
    estimate(losses).check(erlang_b(servers, load), relative_half_width=0.06)


@pytest.mark.parametrize(("servers", "rates"), [(1, (0.3, 0.4)), (2, (0.5, 0.8))])
def test_waits_by_class_are_those_of_cobham(servers: int, rates: tuple[float, ...]) -> None:
    customers, by_class = CUSTOMERS, ([], [])  # type: ignore[var-annotated]
    for seed in range(RUNS):
        world = world_of(servers, rates, exponential, customers=customers, seed=seed)
        wait = waits(run(world), customers)[WARM_UP:]
        priority = world.incidents.priority[WARM_UP:]
        for number in (1, 2):
            by_class[number - 1].append(float(wait[priority == number].mean()))
    for values, exact in zip(by_class, cobham(servers, rates), strict=True):
        estimate(values).check(exact, relative_half_width=0.17)


def test_deterministic_work_of_two_classes_gives_the_published_waits() -> None:
    """12 an hour each, 1 min and 3 min, one server: 1.25 and 6.25 min (MIT 1.203J, 2003)."""
    customers, by_class = CUSTOMERS, ([], [])  # type: ignore[var-annotated]
    for seed in range(RUNS):
        world = world_of(1, [0.2, 0.2], lambda _g, n: np.zeros(n), customers=customers, seed=seed)
        table = world.incidents
        table.stage_us[:, 0] = np.where(table.priority == 1, SECOND_US, 3 * SECOND_US)
        wait = waits(run(world), customers)[WARM_UP:]
        priority = table.priority[WARM_UP:]
        for number in (1, 2):
            by_class[number - 1].append(float(wait[priority == number].mean()))
    estimate(by_class[0]).check(1.25, relative_half_width=0.14)
    estimate(by_class[1]).check(6.25, relative_half_width=0.36)


def test_preemptive_resume_gives_the_times_in_system_of_theory() -> None:
    """M/M/1 with rates .3 and .5: 1.428571 and 7.142857 in the system."""
    rules = Preemption(interrupt=frozenset({(2, 1)}), interruption=Interruption.RESUME)
    customers, by_class = CUSTOMERS, ([], [])  # type: ignore[var-annotated]
    for seed in range(RUNS):
        world = world_of(1, (0.3, 0.5), exponential, customers=customers, seed=seed)
        log = run(world, dispatch=Closest(preemption=rules))
        stay = times_of(log, Event.CLOSED, customers) - times_of(log, Event.KNOWN, customers)
        priority = world.incidents.priority
        for number in (1, 2):
            by_class[number - 1].append(float(stay[WARM_UP:][priority[WARM_UP:] == number].mean()))
    estimate(by_class[0]).check(1.428571, relative_half_width=0.09)
    estimate(by_class[1]).check(7.142857, relative_half_width=0.36)


def test_impatient_callers_leave_as_in_erlang_a() -> None:
    """M/M/3+M with load 3 and patience of mean 2: P(abandon) .187268."""
    customers, left = 4_000, []
    for seed in range(10):
        world = world_of(
            3,
            [3.0],
            exponential,
            customers=customers,
            seed=seed,
            patience=lambda g, n: g.exponential(2.0, n),
        )
        served = times_of(run(world), Event.STAGE_STARTED, customers)[500:]
        left.append(float(np.isnan(served).mean()))
    estimate(left).check(0.187268, relative_half_width=0.07)


def test_the_number_present_with_everybody_served_at_once_is_poisson() -> None:
    """M/G/infinity: rate 4, uniform work of mean 1.5: Poisson(6) at any instant."""
    counts = []
    for seed in range(4):
        world = world_of(
            60, [4.0], lambda g, n: g.uniform(0.0, 3.0, n), customers=8_000, seed=seed
        )
        log = run(world)
        known = times_of(log, Event.KNOWN, 8_000)
        closed = times_of(log, Event.CLOSED, 8_000)
        instants = np.arange(20.0, 1_900.0, 5.0)
        present = [int(((known <= t) & (closed > t)).sum()) for t in instants]
        counts += present
    values = np.asarray(counts)
    standard_error = np.sqrt(6.0 / len(values))
    assert abs(values.mean() - 6.0) < 4 * 1.5 * standard_error
    assert abs((values == 0).mean() - 0.00247875) < 4 * np.sqrt(0.0025 / len(values))
    assert abs((values <= 10).mean() - 0.95737908) < 6 * np.sqrt(0.04 / len(values))
