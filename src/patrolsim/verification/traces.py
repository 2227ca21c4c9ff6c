"""Group ``trace``: the engine and a recursion of a few lines give equal microseconds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.eventlog import NEVER_US, NOBODY
from patrolsim.streams import RandomStreams
from patrolsim.units import US_PER_S
from patrolsim.verification import maps
from patrolsim.verification.laboratory import SEED
from patrolsim.verification.references import (
    LOST,
    Answer,
    Table,
    TraceCall,
    all_pairs,
    by_lists,
    by_nearness,
    first_come_first_served,
)
from patrolsim.verification.rows import Finding, Row
from patrolsim.verification.studies import Setup, Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from patrolsim.verification.laboratory import Laboratory
    from patrolsim.verification.trial import Trial

GROUP = "trace"
FULL, QUICK = Size(20, 700), Size(2, 150)
"""Traces, and calls of each."""
LOADS = (0.3, 0.8, 1.3)
SERVERS = 4
SIDE = 5
LISTS = ((0, 1, 2, 3), (1, 0, 3, 2), (3, 2, 1, 0))
"""Whom the calls of each group prefer."""
MEAN_WORK_S = 60.0
LONGEST_WAY_S = 600
DOUBLED, WITHOUT_WORK = 0.05, 0.05
"""Shares of the calls that come together with the one before, and that take no time."""


class Rule(NamedTuple):
    """How calls are answered: the strategy, and the recursion that does the same.

    Attributes
    ----------
    dispatch, standby
        Policies as a scenario writes them.
    travels
        Whether people and calls are in different places.
    patience
        Of every kind, as a scenario writes it; empty for ever.
    answers
        Gives the answers of the recursion.
    """

    dispatch: str
    standby: str
    travels: bool
    patience: str
    answers: Callable[[Sequence[TraceCall]], list[Answer]]


def rows() -> Iterator[Row]:
    """Yield the rows of the group."""
    for name, what, rule in rules():
        for load in LOADS:
            yield Row(
                id=f"{name}/load{load:g}",
                group=GROUP,
                what=f"{what}, load {load:g}: calls that agree to the microsecond",
                source="recursion; exact",
                find=partial(_agreement, rule, load),
            )


def rules() -> list[tuple[str, str, Rule]]:
    """Return the rules with their names, and in words."""
    fcfs, lose = "{policy: closest, queue: fcfs}", "when_busy: lose"
    lists = "; ".join(
        f"group {group}: {' '.join(str(who) for who in one)}" for group, one in enumerate(LISTS)
    )
    by_list = f'{{policy: verify_lists, lists: "{lists}"'
    found = [
        ("traceA/fcfs", "First come first served", Rule(fcfs, "stay", False, "", _reference_a)),
        ("traceB/queue", "Preference lists, calls wait",
         Rule(f"{by_list}}}", "stay", False, "", partial(by_lists, lists=LISTS, loses=False))),
        ("traceB/loss", "Preference lists, calls are lost",
         Rule(f"{by_list}, {lose}}}", "stay", False, "0 s",
              partial(by_lists, lists=LISTS, loses=True))),
    ]  # fmt: skip
    for loses in (False, True):
        for goes_home in (False, True):
            dispatch = f"{{policy: verify_lists, {lose}}}" if loses else fcfs
            name = f"traceC/{'loss' if loses else 'queue'}-{'home' if goes_home else 'last'}"
            words = f"calls {'are lost' if loses else 'wait'}"
            back = "back home" if goes_home else "stay at the last scene"
            standby = "home" if goes_home else "stay"
            patience = f"{LONGEST_WAY_S} s" if loses else ""
            answers = partial(_reference_c, loses=loses, goes_home=goes_home)
            rule = Rule(dispatch, standby, True, patience, answers)
            found.append((name, f"Nearest goes, {words}, {back}", rule))
    return found


def _reference_a(calls: Sequence[TraceCall]) -> list[Answer]:
    """Return the answers of the heap; it knows no persons."""
    times = first_come_first_served(calls, SERVERS)
    return [Answer(None, start_us, start_us, end_us) for start_us, end_us in times]


def _reference_c(calls: Sequence[TraceCall], *, loses: bool, goes_home: bool) -> list[Answer]:
    return by_nearness(calls, homes(), _table(), loses=loses, goes_home=goes_home)


def homes() -> list[int]:
    """Return where people start, spread over the grid."""
    return [number * SIDE**2 // SERVERS for number in range(SERVERS)]


def streets() -> list[maps.Way]:
    """Return a grid whose streets all take another time, in whole microseconds."""
    streams = RandomStreams(SEED, 0)
    ways = maps.grid(SIDE, 1.0)
    uniforms = streams.uniforms("verification/streets", np.arange(len(ways) // 2, dtype=np.int64))
    times_s = np.rint((2 + 8 * uniforms) * US_PER_S) / US_PER_S
    return [way._replace(time_s=float(times_s[n // 2])) for n, way in enumerate(ways)]


def _table() -> Table:
    ways = [(way.tail, way.head, round(way.time_s * US_PER_S)) for way in streets()]
    return all_pairs(SIDE**2, ways)


def draw_trace(load: float, length: int, number: int, *, travels: bool) -> list[TraceCall]:
    """Return a trace: Poisson calls, exponential work, both in whole microseconds.

    A few calls come at the same instant as the one before, and a few take no time.
    """
    streams, ids = RandomStreams(SEED, number), np.arange(length, dtype=np.int64)

    def uniforms(purpose: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return streams.uniforms(f"verification/{purpose}", ids)

    mean_gap_s = MEAN_WORK_S / (load * SERVERS)
    gaps_s = -mean_gap_s * np.log1p(-uniforms("gap"))
    gaps_s[(uniforms("doubled") < DOUBLED) & (ids > 0)] = 0.0
    at_us = np.cumsum(np.rint(gaps_s * US_PER_S)).astype(np.int64)
    work_s = -MEAN_WORK_S * np.log1p(-uniforms("work"))
    work_s[uniforms("nothing") < WITHOUT_WORK] = 0.0
    work_us = np.rint(work_s * US_PER_S).astype(np.int64)
    node = (uniforms("place") * SIDE**2).astype(int) if travels else np.zeros(length, int)
    group = (uniforms("group") * len(LISTS)).astype(int)
    columns = (column.tolist() for column in (at_us, node, work_us, group))
    return [TraceCall(*call) for call in zip(*columns, strict=True)]


def trace_setup(rule: Rule, calls: Sequence[TraceCall]) -> Setup:
    """Return the scenario that replays a trace under a rule."""
    patience = f", patience: {rule.patience}" if rule.patience else ""
    kinds = "\n".join(
        f"  group {group}: {{replay: calls.csv, stages: {{work: {{where: scene}}}}{patience}}}"
        for group in range(len(LISTS))
    )
    length_s = calls[-1].at_us // US_PER_S + int(MEAN_WORK_S) * len(calls)
    text = f"""\
name: A trace
streets: {maps.STREETS}
period: {{from: 2025-03-10 00:00, length: {length_s} s}}
teams:
  people: {{members: members.csv, modes: {{walker: 100%}}}}
incidents:
{kinds}
strategies:
  theory: {{dispatch: {rule.dispatch}, standby: {rule.standby}, patrol: stand}}
"""
    lines = [
        f"{_seconds(call.at_us)},{call.node},group {call.group},{_seconds(call.work_us)}"
        for call in calls
    ]
    return Setup(
        text,
        maps.map_files(maps.square(SIDE), streets())
        | {
            "members.csv": maps.members_file(homes() if rule.travels else [0] * SERVERS),
            "calls.csv": "\n".join(["time_s,node,kind,work", *lines]) + "\n",
        },
    )


def _seconds(time_us: int) -> str:
    """Return microseconds as seconds without rounding."""
    return f"{time_us // US_PER_S}.{time_us % US_PER_S:06d}"


def _agreement(rule: Rule, load: float, laboratory: Laboratory) -> Finding:
    traces, length = QUICK if laboratory.is_quick else FULL
    same = 0
    for number in range(traces):
        calls = draw_trace(load, length, number, travels=rule.travels)
        wanted = rule.answers(calls)
        (trial,) = laboratory.trials(trace_setup(rule, calls))
        found = answers_of(trial, len(calls), who=wanted[0].volunteer is not None)
        same += sum(one == other for one, other in zip(found, wanted, strict=True))
    return Finding(float(traces * length), [float(same)])


def answers_of(trial: Trial, calls: int, *, who: bool) -> list[Answer]:
    """Return what became of each call of a replay, in the order of the calls."""
    rows = trial.rows
    columns = (rows.first_volunteer, rows.assigned_us, rows.first_on_scene_us, rows.closed_us)
    answers = [LOST] * calls
    for number, cells in zip(
        rows.incident_id.tolist(), zip(*(c.tolist() for c in columns), strict=True), strict=True
    ):
        volunteer, sent_us, there_us, done_us = cells
        if volunteer != NOBODY and there_us < NEVER_US:
            answers[number] = Answer(volunteer if who else None, sent_us, there_us, done_us)
    return answers
