"""Group ``queue``: waiting and losses where nobody travels."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.verification import queueing
from patrolsim.verification.queue_scenarios import (
    Customers,
    Queue,
    load_controls,
    mean_queue,
    served,
)
from patrolsim.verification.rows import Limits, Row, measured
from patrolsim.verification.studies import Observation, Size, Study

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.verification.trial import Trial

GROUP = "queue"
EXPONENTIAL = "{exponential: 1 min}"
LATE_SHARE = 0.1
WORKS = {
    "exponential": EXPONENTIAL,
    "deterministic": "1 min",
    "lognormal": "{lognormal: {mean: 1 min, cv: 131%}}",
}
GENERAL_WORKS = (
    ("deterministic", "1 min", 0.0),
    ("Erlang-4", "{gamma: {mean: 1 min, cv: 50%}}", 0.25),
    ("uniform", "0-2 min", 1 / 3),
    ("scv-2", "{lognormal: {mean: 1 min, cv: 141.4213562373%}}", 2.0),
)
NOBODY_WAITS = "0 s"
INTERRUPTS = "{policy: closest, interrupt: lower_to_higher, interrupted_work: resume}"


def rows() -> Iterator[Row]:
    """Yield the rows of the group."""
    yield from _m_m_c()
    yield from _losses()
    yield from _general_work()
    yield from _everybody_at_once()
    yield from _priorities()
    yield from _preemptive()
    yield from _two_works()
    yield from _abandonment()


def _study(name: str, queue: Queue, full: Size, quick: Size | None = None) -> Study:
    return Study(
        name=f"queue/{name}",
        setup=queue.setup,
        observe=partial(observe_queue, queue),
        full=full,
        quick=quick,
    )


def observe_queue(queue: Queue, trial: Trial, customers: int) -> Observation:
    """Measure everything that a row of this group may ask for."""
    span_us = queue.span(customers)
    seen = served(trial, span_us)
    load = sum(each.rate * each.mean for each in queue.classes)
    measures = {
        "lost": float(seen.was_lost.mean()),
        "wait": float(seen.wait.mean()),
        "waits": float((seen.wait > 0).mean()),
        "late": float((seen.wait > 1).mean()),
        "number": mean_queue(trial, span_us),
    }
    if load < queue.servers:
        q90 = queueing.late_quantile(queue.servers, load, LATE_SHARE)
        measures["beyond"] = float((seen.wait > q90).mean())
    for kind in range(len(queue.classes)):
        mine = seen.kind == kind
        measures[f"wait {kind}"] = float(seen.wait[mine].mean())
        measures[f"stay {kind}"] = float(seen.stay[mine].mean())
    return Observation(measures, load_controls(trial, queue.classes, span_us))


def _m_m_c() -> Iterator[Row]:
    sizes = {
        (1, 0.5): Size(20, 5_000),
        (2, 1.0): Size(20, 18_000),
        (3, 1.5): Size(20, 28_000),
        (2, 1.5): Size(20, 6_000),
        (3, 2.4): Size(20, 9_000),
    }
    for (servers, load), full in sizes.items():
        is_quick = load / servers <= 0.5  # noqa: PLR2004 - half loaded
        case = f"c{servers}-rho{load / servers:g}"
        queue = Queue(servers, (Customers(load),))
        study = _study(f"mmc-{case}", queue, full, Size(20, 400 + 100 * servers))
        yield from _m_m_c_rows(servers, load, study, is_quick=is_quick)


def _m_m_c_rows(servers: int, load: float, study: Study, *, is_quick: bool) -> Iterator[Row]:
    wait = queueing.mean_wait(servers, load)
    q90 = queueing.late_quantile(servers, load, LATE_SHARE)
    late = Limits(0.3, 0.1)
    claims = (
        ("p-wait", "share that waits", "waits", queueing.erlang_c(servers, load), (0.08, 0.01)),
        ("wait", "mean wait (mean work = 1)", "wait", wait, (0.2, 0.06)),
        ("queue", "mean number waiting", "number", load * wait, (0.2, 0.06)),
        ("late", "share that waits > 1", "late", queueing.late_share(servers, load, 1.0), late),
        ("q90", f"share that waits > {q90:.4f}, the 90 % quantile", "beyond", LATE_SHARE, late),
    )
    for measure, what, key, exact, limits in claims:
        yield Row(
            id=f"queue1/c{servers}-rho{load / servers:g}/{measure}",
            group=GROUP,
            what=f"M/M/{servers}, load {load / servers:.0%} each: {what}",
            source="Erlang C; Kleinrock 1975",
            find=measured(study, key, exact),
            limits=Limits(*limits),
            is_quick=is_quick,
        )


def _losses() -> Iterator[Row]:
    cases = {
        (1, 1.0): Size(20, 500),
        (2, 1.0): Size(20, 1_700),
        (3, 2.0): Size(20, 1_500),
        (10, 5.0): Size(20, 3_000),
        (10, 8.0): Size(20, 1_500),
    }
    for (servers, load), full in cases.items():
        for name, takes in WORKS.items():
            queue = Queue(servers, (Customers(load, takes, patience=NOBODY_WAITS),))
            case = f"c{servers}-a{load:g}-{name}"
            yield Row(
                id=f"queue2/{case}/loss",
                group=GROUP,
                what=f"M/G/{servers}/{servers}, load {load:g}, {name} work: share lost",
                source="Erlang B",
                find=measured(
                    _study(f"loss-{case}", queue, full, Size(20, 150)),
                    "lost",
                    queueing.erlang_b(servers, load),
                ),
                limits=Limits(0.12, 0.1 if servers > 3 else 0.03),  # noqa: PLR2004 - rare losses
                is_quick=servers <= 2,  # noqa: PLR2004
            )


def _general_work() -> Iterator[Row]:
    for load, customers, limit in ((0.5, 2_500, 0.04), (0.8, 6_000, 0.08)):
        for name, takes, scv in GENERAL_WORKS:
            if load > 0.5 and scv > 1:  # noqa: PLR2004 - too long a run
                continue
            queue = Queue(1, (Customers(load, takes),))
            case = f"rho{load:g}-{name}"
            yield Row(
                id=f"queue4/{case}/wait",
                group=GROUP,
                what=f"M/G/1, load {load:.0%}, {name} work: mean wait",
                source="Pollaczek and Khinchine",
                find=measured(
                    _study(f"mg1-{case}", queue, Size(20, customers)),
                    "wait",
                    queueing.pollaczek_khinchine(load, scv),
                ),
                limits=Limits(None, limit if scv <= 1 else 2 * limit),
                is_quick=False,
            )


def _everybody_at_once() -> Iterator[Row]:
    works = {"uniform": "0-3 min", "exponential": "{exponential: 1.5 min}"}
    for name, takes in works.items():
        queue = Queue(40, (Customers(4.0, takes, 1.5),))
        study = Study(
            name=f"queue/mginf-{name}",
            setup=queue.setup,
            observe=partial(observe_present, queue),
            full=Size(20, 1_500),
        )
        claims = (
            ("mean", "mean number present", 6.0, Limits(None, 0.02)),
            ("few", "share of time with 2 or fewer", queueing.poisson_up_to(6.0, 2), 0.2),
            ("many", "share of time with 10 or fewer", queueing.poisson_up_to(6.0, 10), 0.02),
        )
        for measure, what, exact, limit in claims:
            yield Row(
                id=f"queue5/{name}/{measure}",
                group=GROUP,
                what=f"M/G/infinity, rate 4, {name} work of 1.5: {what}",
                source="Poisson(6)",
                find=measured(study, measure, exact),
                limits=limit if isinstance(limit, Limits) else Limits(None, limit),
                is_quick=False,
            )


def observe_present(queue: Queue, trial: Trial, customers: int) -> Observation:
    """Measure how many are present at once, over the measured part of a run."""
    start_us, end_us = span_us = queue.span(customers)
    rows = trial.rows
    closed_us = np.minimum(rows.closed_us, trial.world.horizon_us)
    times = np.concatenate([rows.occurred_us, closed_us])
    step = np.concatenate([np.ones(rows.kind.size), -np.ones(rows.kind.size)])
    order = np.argsort(times, kind="stable")
    present = np.cumsum(step[order])
    held_us = np.diff(np.clip(np.append(times[order], end_us), start_us, end_us))
    share = held_us / (end_us - start_us)
    measures = {
        "mean": float(present @ share),
        "few": float(share[present <= 2].sum() + _before(times[order], span_us)),  # noqa: PLR2004
        "many": float(share[present <= 10].sum() + _before(times[order], span_us)),  # noqa: PLR2004
    }
    return Observation(measures, load_controls(trial, queue.classes, span_us))


def _before(times_us: np.ndarray[tuple[int], np.dtype[np.int64]], span: tuple[int, int]) -> float:
    """Return the share of a span before the first moment at which anything happens."""
    start_us, end_us = span
    return max(0, int(times_us[0]) - start_us) / (end_us - start_us)


def _priorities() -> Iterator[Row]:
    cases = (
        (1, (0.3, 0.5), Size(20, 6_000)),
        (3, (0.6, 1.8), Size(20, 6_000)),
    )
    for servers, rates, full in cases:
        classes = tuple(Customers(rate, priority=k + 1) for k, rate in enumerate(rates))
        queue = Queue(servers, classes, "closest")
        case = f"c{servers}-{'-'.join(f'{rate:g}' for rate in rates)}"
        study = _study(f"priority-{case}", queue, full)
        for k, exact in enumerate(queueing.cobham(servers, rates)):
            yield Row(
                id=f"queue6/{case}/class{k + 1}",
                group=GROUP,
                what=f"M/M/{servers}, priorities, class {k + 1} of {len(rates)}: mean wait",
                source="Cobham 1954",
                find=measured(study, f"wait {k}", exact),
                limits=Limits(None, 0.06),
                is_quick=False,
            )


def _preemptive() -> Iterator[Row]:
    cases = (
        (1, (0.3, 0.5), Size(20, 6_000)),
        (2, (0.5, 1.0), Size(20, 4_000)),
    )
    for servers, rates, full in cases:
        classes = tuple(Customers(rate, priority=k + 1) for k, rate in enumerate(rates))
        queue = Queue(servers, classes, INTERRUPTS)
        case = f"c{servers}-{'-'.join(f'{rate:g}' for rate in rates)}"
        study = _study(f"preemptive-{case}", queue, full)
        for k, exact in enumerate(queueing.preemptive_stay(servers, rates)):
            yield Row(
                id=f"queue7/{case}/class{k + 1}",
                group=GROUP,
                what=f"M/M/{servers}, preemptive-resume, class {k + 1}: mean time in system",
                source="Buzen and Bondi 1983",
                find=measured(study, f"stay {k}", exact),
                limits=Limits(None, 0.05),
                is_quick=False,
            )


def _two_works() -> Iterator[Row]:
    classes = (
        Customers(0.2, "1 min", 1.0, priority=1),
        Customers(0.2, "3 min", 3.0, priority=2),
    )
    works = (1.0, 3.0)
    by_class = queueing.cobham_general((0.2, 0.2), works, [work**2 for work in works])
    full, quick = Size(20, 5_000), Size(20, 500)
    study = _study("two-works", Queue(1, classes, "closest"), full, quick)
    claims = (
        ("class1", "urgent, 1 min: mean wait", "wait 0", by_class[0], (0.08, 0.03)),
        ("class2", "others, 3 min: mean wait", "wait 1", by_class[1], (0.35, 0.08)),
    )
    for measure, what, key, exact, limits in claims:
        yield Row(
            id=f"queue8/two-works/{measure}",
            group=GROUP,
            what=f"One server, 12 + 12 an hour; {what}",
            source="MIT 1.203J, quiz 2, 2003",
            find=measured(study, key, exact),
            limits=Limits(*limits),
        )


def _abandonment() -> Iterator[Row]:
    cases = ((3, 3.0, 0.5, 1_500), (5, 6.0, 1.0, 1_500), (10, 9.0, 0.2, 2_500))
    for servers, rate, impatience, customers in cases:
        patience = f"{{exponential: {1 / impatience:g} min}}"
        queue = Queue(servers, (Customers(rate, patience=patience),))
        case = f"c{servers}-a{rate:g}-theta{impatience:g}"
        study = _study(f"impatient-{case}", queue, Size(20, customers))
        waits, leaves, number = queueing.erlang_a(servers, rate, impatience)
        claims = (
            ("p-wait", "share that waits", "waits", waits, 0.03),
            ("p-leave", "share that leaves", "lost", leaves, 0.08),
            ("queue", "mean number waiting", "number", number, 0.08),
        )
        for measure, what, key, exact, limit in claims:
            yield Row(
                id=f"queue9/{case}/{measure}",
                group=GROUP,
                what=f"M/M/{servers}+M, rate {rate:g}, impatience {impatience:g}: {what}",
                source="Erlang A; Palm 1957",
                find=measured(study, key, exact),
                limits=Limits(None, limit),
                is_quick=False,
            )
