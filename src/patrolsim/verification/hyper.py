"""Group ``hyper``: servers in different places, whoever is nearest goes (Larson's hypercube).

The theory knows preference lists and no travel within the busy time. Here the map makes the
lists: a call prefers whoever is nearest, and streets take millionths of a second.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.eventlog import NEVER_US, NOBODY, Status
from patrolsim.incidents import Outcome
from patrolsim.metrics import volunteer_time
from patrolsim.verification import maps
from patrolsim.verification.hypercube import Region, solve
from patrolsim.verification.queue_scenarios import (
    AFTERWARDS_MIN,
    MINUTE_US,
    WARM_UP,
    Customers,
    load_controls,
    mean_queue,
    served,
)
from patrolsim.verification.rows import Limits, Row, measured
from patrolsim.verification.studies import Observation, Setup, Size, Study

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.verification.trial import Trial

GROUP = "hyper"
STEP_S = 1e-5
"""Time of a street of length 1: too short to count as busy time."""
STEP_US = 10
PATIENCE = "0.001 s"
"""Longer than any way, far shorter than any work: who finds everybody busy is lost."""
WORKS = {
    "exponential": "{exponential: 1 min}",
    "deterministic": "1 min",
    "lognormal": "{lognormal: {mean: 1 min, cv: 141.4213562373%}}",
}


class Town(NamedTuple):
    """A region, and the map on which nearness makes its lists.

    Attributes
    ----------
    region
        Rates and lists.
    files
        The streets.
    homes, places
        Nodes of the servers and of the groups.
    """

    region: Region
    files: dict[str, str]
    homes: tuple[int, ...]
    places: tuple[int, ...]


class Case(NamedTuple):
    """A town under one rule for calls that find everybody busy, with one kind of work."""

    town: Town
    loses: bool
    work: str = "exponential"

    @property
    def classes(self) -> tuple[Customers, ...]:
        """The calls of each group."""
        takes = WORKS[self.work]
        return tuple(Customers(rate, takes) for rate in self.town.region.rates)

    def span(self, calls: int) -> tuple[int, int]:
        """Return the measured part of a replication of so many calls, in microseconds."""
        end_us = round(calls / self.town.region.rate * MINUTE_US)
        return round(WARM_UP * end_us), end_us

    def setup(self, calls: int, _draw: int = 0) -> Setup:
        """Return the scenario."""
        minutes = self.span(calls)[1] / MINUTE_US + AFTERWARDS_MIN
        patience = f", patience: {PATIENCE}" if self.loses else ""
        places = "\n".join(
            f"  group {number}: {{node: {node}}}" for number, node in enumerate(self.town.places)
        )
        kinds = "\n".join(
            f"  kind {number}: {{how often: {each.rate} per min,"
            f" where: {{places: {{group {number}: 1}}}}, takes: {each.takes}{patience}}}"
            for number, each in enumerate(self.classes)
        )
        text = f"""\
name: A hypercube
streets: {maps.STREETS}
places:
{places}
period: {{from: 2025-03-10 00:00, length: {minutes:.6f} min}}
teams:
  servers: {{members: servers.csv, modes: {{walker: 100%}}}}
incidents:
{kinds}
strategies:
  theory: {{dispatch: {{policy: closest, queue: fcfs}}, standby: home, patrol: stand}}
"""
        return Setup(text, {**self.town.files, "servers.csv": maps.members_file(self.town.homes)})


def town_of_lists(region: Region) -> Town:
    """Return a map with a street from each home to each group, the longer the less preferred.

    The lengths are n, n + 1, ... 2 n - 1 for n servers, so no way round is as short.
    """
    n, groups = region.servers, len(region.rates)
    ways = [
        way
        for group, order in enumerate(region.lists)
        for rank, server in enumerate(order)
        for way in maps.both_ways(server, n + group, STEP_S * (n + rank))
    ]
    files = maps.map_files(maps.circle(n + groups), ways)
    return Town(region, files, tuple(range(n)), tuple(range(n, n + groups)))


def town_on_a_line() -> Town:
    """Return six places on a line with three servers at 0, 2 and 5."""
    ways = [way for atom in range(5) for way in maps.both_ways(atom, atom + 1, STEP_S)]
    files = maps.map_files([(float(atom), 0.0) for atom in range(6)], ways)
    near_0, near_5 = (0, 1, 2), (2, 1, 0)
    lists = (near_0, near_0, (1, 0, 2), (1, 2, 0), near_5, near_5)
    return Town(Region((0.1, 0.2, 0.3, 0.2, 0.1, 0.2), lists), files, LINE_HOMES, tuple(range(6)))


LINE_HOMES = (0, 2, 5)
LARSON_ODONI = Region((0.50, 0.25, 0.35, 0.40), ((0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 0, 1)))
SMALLEST = Region((1.0,), ((0, 1),))


def rows() -> Iterator[Row]:
    """Yield the rows of the group."""
    larson, line = town_of_lists(LARSON_ODONI), town_on_a_line()
    source = "Larson and Odoni 1981, 5.4; exact solution"
    quick = Size(20, 300)
    # Waits scatter more than losses do.
    sizes = {True: Size(20, 3_000), False: Size(20, 5_500)}
    for loses, full in sizes.items():
        case = Case(larson, loses=loses)
        yield from _rows("hyper1", case, source, full, quick if loses else None)
        yield from _share_rows("hyper1", case, source, _study("hyper1", case, full))
    own = "exact solution of 2^3 states"
    for loses, full in sizes.items():
        case = Case(line, loses=loses)
        yield from _rows("hyper3", case, own, full, quick if loses else None)
        yield _travel_row(case, full, quick if loses else None)
    for work in ("deterministic", "lognormal"):
        case = Case(line, loses=True, work=work)
        yield from _workload_rows("hyper3", case, own, _study("hyper3", case, Size(20, 2_000)))
    case = Case(town_of_lists(SMALLEST), loses=True)
    yield from _rows("hyper4", case, "exact solution of 2^2 states", Size(20, 1_500), None)


def _name(case: Case) -> str:
    return "-".join(["loss" if case.loses else "queue", case.work])


def _study(item: str, case: Case, full: Size, quick: Size | None = None) -> Study:
    return Study(
        name=f"{item}/{_name(case)}",
        setup=case.setup,
        observe=partial(observe_town, case),
        full=full,
        quick=quick,
    )


def observe_town(case: Case, trial: Trial, calls: int) -> Observation:
    """Measure workloads, waits, ways, and who went where."""
    start_us, end_us = span_us = case.span(calls)
    rows, world = trial.rows, trial.world
    seen = served(trial, span_us)
    chosen = (rows.occurred_us >= start_us) & (rows.occurred_us < end_us)
    went = chosen & (rows.first_volunteer != NOBODY) & (rows.outcome == Outcome.SETTLED)
    spent = volunteer_time(trial.log, world, from_us=start_us)
    busy = spent.spent_s((Status.AT_WORK,)) * 1e6 / (world.horizon_us - start_us)
    waits_s = seen.wait * 60 > 1e-3  # noqa: PLR2004 - more than the patience of the lost
    measures = {
        "refused": float(seen.was_lost.mean() if case.loses else waits_s.mean()),
        "wait": float(seen.wait.mean()),
        "number": mean_queue(trial, span_us),
        "travel": float(rows.travel_us[went & (rows.travel_us < NEVER_US)].mean()) / STEP_US,
    }
    for server in range(case.town.region.servers):
        measures[f"workload {server}"] = float(busy[server])
        for group in range(len(case.classes)):
            mine = (rows.first_volunteer[went] == server) & (rows.kind[went] == group)
            measures[f"share {server} {group}"] = float(np.mean(mine))
    return Observation(measures, _controls(trial, case, span_us))


def _controls(trial: Trial, case: Case, span_us: tuple[int, int]) -> tuple[float, ...]:
    """Return how far all arrivals, the work, and the load of groups are from the expected."""
    found = load_controls(trial, case.classes, span_us)
    arrivals, works = np.array(found[::2]), np.array(found[1::2])
    weights = np.array(case.town.region.rates) / case.town.region.rate
    return float(weights @ arrivals), float(weights @ works)


def _rows(item: str, case: Case, source: str, full: Size, quick: Size | None) -> Iterator[Row]:
    exact = solve(case.town.region, loses=case.loses)
    study = _study(item, case, full, quick)
    yield from _workload_rows(item, case, source, study)
    prefix = f"{item}/{_name(case)}"
    claims: tuple[tuple[str, str, str, float, float], ...]
    if case.loses:
        claims = (("lost", "share lost", "refused", exact.refused, 0.04),)
    else:
        wait = exact.mean_wait(case.town.region.rate)
        claims = (
            ("p-wait", "share that waits", "refused", exact.refused, 0.03),
            ("wait", "mean wait", "wait", wait, 0.06),
            ("queue", "mean number waiting", "number", exact.waiting, 0.06),
        )
    for measure, what, key, value, limit in claims:
        yield Row(
            id=f"{prefix}/{measure}",
            group=GROUP,
            what=f"{_words(case)}: {what}",
            source=source,
            find=measured(study, key, value),
            limits=Limits(0.15, limit),
            is_quick=quick is not None,
        )


def _words(case: Case) -> str:
    servers, groups = case.town.region.servers, len(case.town.region.rates)
    rule = "calls are lost" if case.loses else "calls wait"
    return f"{servers} servers, {groups} group{'s' * (groups > 1)}, {case.work} work, {rule}"


def _workload_rows(item: str, case: Case, source: str, study: Study) -> Iterator[Row]:
    exact = solve(case.town.region, loses=case.loses)
    for server, workload in enumerate(exact.workloads.tolist()):
        yield Row(
            id=f"{item}/{_name(case)}/workload{server + 1}",
            group=GROUP,
            what=f"{_words(case)}: workload of server {server + 1}",
            source=source,
            find=measured(study, f"workload {server}", workload),
            limits=Limits(0.06, 0.025 if case.work == "lognormal" else 0.02),
            is_quick=study.quick is not None,
        )


def _share_rows(item: str, case: Case, source: str, study: Study) -> Iterator[Row]:
    """Yield who goes where; the absolute limit is the same for common and rare pairs."""
    exact = solve(case.town.region, loses=case.loses)
    for server, of_groups in enumerate(exact.shares.tolist()):
        for group, share in enumerate(of_groups):
            yield Row(
                id=f"{item}/{_name(case)}/f{server + 1}{group + 1}",
                group=GROUP,
                what=f"{_words(case)}: share of answers, server {server + 1}, group {group + 1}",
                source=source,
                find=measured(study, f"share {server} {group}", share),
                limits=Limits(None, 0.004, 1.0),
                is_quick=False,
            )


def _travel_row(case: Case, full: Size, quick: Size | None) -> Row:
    return Row(
        id=f"hyper3/{_name(case)}/travel",
        group=GROUP,
        what=f"{_words(case)}: mean way to a call",
        source="Larson and Odoni 1981, 5.4 (queued calls from the last place)",
        find=measured(_study("hyper3", case, full, quick), "travel", mean_travel(case)),
        limits=Limits(0.06, 0.02),
        is_quick=quick is not None,
    )


def mean_travel(case: Case) -> float:
    """Return the mean way of the line of six places, in streets.

    A call that waited is answered from where the server was last: a call of another group,
    independent of this one.

    References
    ----------
    Larson and Odoni (1981), equation 5.40.
    """
    region = case.town.region
    exact = solve(region, loses=case.loses)
    places = np.array(case.town.places, float)
    homes = np.array(LINE_HOMES, float)
    way = np.abs(homes[:, None] - places[None, :])
    if case.loses:
        return float((exact.shares * way).sum())
    of_group = np.array(region.rates) / region.rate
    at_once = exact.shares - exact.refused * of_group / region.servers
    between = np.abs(places[:, None] - places[None, :])
    return float((at_once * way).sum() + exact.refused * (of_group @ between @ of_group))
