"""``patrolsim run --dry-run``: what would be run, and how long it would take."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.cli.preparing import Options


class Size(NamedTuple):
    """How large an experiment is, from one replication that was tried."""

    scenario: str
    volunteers: int
    teams: int
    nodes: int
    incidents: int
    period_s: float
    strategies: list[str]
    replications: int
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
    from patrolsim.cli.preparing import prepare
    from patrolsim.engine import simulate
    from patrolsim.experiment import build_policies
    from patrolsim.units import to_s
    from patrolsim.world import WorldBuilder

    loaded, host, choices = prepare(path, options)
    scenario = loaded.scenario
    builder = WorldBuilder(scenario)
    before = time.perf_counter()
    world = builder.build(0)
    built = time.perf_counter()
    simulate(world, build_policies(next(iter(choices.values())), host))
    ran = time.perf_counter()
    a_replication_s = (built - before) + (ran - built) * len(choices)
    return Size(
        scenario=scenario.name,
        volunteers=len(world.volunteers),
        teams=len(world.team_names),
        nodes=len(world.streets.node_ids),
        incidents=len(world.incidents.incident_id),
        period_s=to_s(world.horizon_us),
        strategies=list(choices),
        replications=scenario.replications,
        seconds=a_replication_s * scenario.replications,
    )


def _describe(size: Size) -> str:
    from patrolsim.units import format_duration

    runs = size.replications * len(size.strategies)
    return (
        f"{size.scenario}: {size.volunteers:,} volunteers in {size.teams} teams on"
        f" {size.nodes:,} street nodes; {size.incidents:,} incidents in"
        f" {format_duration(size.period_s)} (first replication).\n"
        f"{len(size.strategies)} strategies ({', '.join(size.strategies)}) x"
        f" {size.replications} replications = {runs} runs, about"
        f" {format_duration(size.seconds)}. Nothing was written."
    )
