"""``patrolsim run --dry-run``: what would be run, and how long it would take."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.cli.preparing import Options
    from patrolsim.scenario.models import Scenario
    from patrolsim.world import World


class Size(NamedTuple):
    """How large an experiment is, from one replication that was tried."""

    scenario: str
    volunteers: int
    teams: int
    nodes: int
    expected_incidents: float
    period_s: float
    strategies: list[str]
    replications: int
    workers: int
    seconds: float


def show_dry_run(path: str | Path, options: Options) -> int:
    """Try one replication of the first strategy, and say how large the whole would be."""
    size = _try(path, options)
    if options.is_json:
        click.echo(json.dumps(size._asdict(), ensure_ascii=False, indent=2))
    elif not options.is_quiet:
        click.echo(_describe(size))
    return 0


def _try(path: str | Path, options: Options) -> Size:
    from patrolsim.cli.preparing import prepare, usable_processors
    from patrolsim.engine import simulate
    from patrolsim.experiment import build_policies
    from patrolsim.experiment.placing import builder_of
    from patrolsim.units import to_s

    loaded, host, choices = prepare(path, options)
    scenario = loaded.scenario
    builder = builder_of(loaded, host)
    before = time.perf_counter()
    world = builder.build(0)
    built = time.perf_counter()
    simulate(world, build_policies(next(iter(choices.values())), host))
    ran = time.perf_counter()
    a_replication_s = (built - before) + (ran - built) * len(choices)
    workers = min(options.workers or usable_processors(), scenario.replications * len(choices))
    return Size(
        scenario=scenario.name,
        volunteers=len(world.volunteers),
        teams=len(world.team_names),
        nodes=len(world.streets.node_ids),
        expected_incidents=_expected(world, scenario),
        period_s=to_s(world.horizon_us),
        strategies=list(choices),
        replications=scenario.replications,
        workers=workers,
        seconds=a_replication_s * scenario.replications / workers,
    )


def _expected(world: World, scenario: Scenario) -> float:
    """Return how many incidents one copy of the period has: drawn on average, and recorded."""
    kinds = [scenario.incidents[kind.item_of or kind.name] for kind in world.kinds]
    drawn = sum(
        float(world.forecast.per_hour_of_period(number).sum())
        for number, kind in enumerate(kinds)
        if kind.replay is None
    )
    recorded = sum(
        int((world.incidents.kind == number).sum())
        for number, kind in enumerate(kinds)
        if kind.replay is not None
    )
    return drawn + recorded


def _describe(size: Size) -> str:
    from patrolsim.units import format_duration

    runs = size.replications * len(size.strategies)
    workers = "1 worker" if size.workers == 1 else f"{size.workers} workers"
    return (
        f"{size.scenario}: {size.volunteers:,} volunteers in {size.teams} teams on"
        f" {size.nodes:,} street nodes; about {size.expected_incidents:,.0f} incidents expected in"
        f" {format_duration(size.period_s)}.\n"
        f"{len(size.strategies)} strategies ({', '.join(size.strategies)}) x"
        f" {size.replications} replications = {runs} runs, about"
        f" {format_duration(size.seconds)} with {workers}. Nothing was written."
    )
