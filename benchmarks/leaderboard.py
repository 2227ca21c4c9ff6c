"""Writes the leaderboard: every strategy of a suite on every map, beside what none can beat.

``python -m benchmarks.leaderboard OUT [--suite FILE] [--manhattan FOLDER] [--workers N]``
"""

from __future__ import annotations

import argparse
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.leaderboard_page import BOUND, Board, Score, write_page
from benchmarks.manhattan import write_scenario
from benchmarks.visits import intervals_between_visits

from patrolsim.bench import entries_of, read_suite
from patrolsim.bench.entries import Venue
from patrolsim.bounds import (
    Roster,
    bound_lateness,
    bound_response,
    measured_lateness,
    measured_response,
)
from patrolsim.engine import simulate
from patrolsim.experiment import build_policies
from patrolsim.experiment.keys import scenario_digest
from patrolsim.experiment.placing import builder_of
from patrolsim.metrics import incident_table
from patrolsim.plugins import PluginHost
from patrolsim.scenario.reader import read_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.bench import Suite
    from patrolsim.bench.entries import Entry
    from patrolsim.world import World, WorldBuilder

SUITE = Path(__file__).parent / "suites" / "library.yaml"
MANHATTAN = "manhattan"
STAND = "stand"
SMALL_MAPS = frozenset({"hpcc"})
"""Patrols that search the whole map for each decision."""
MOST_CORNERS = 500
"""On larger maps those of `SMALL_MAPS` are left out."""


class Task(NamedTuple):
    """One replication of every strategy of a suite on a scenario.

    Attributes
    ----------
    suite
        The file of the suite.
    name, scenario
        The scenario: how it is called, and where it stands.
    replication
        From 0.
    """

    suite: Path
    name: str
    scenario: Path
    replication: int


class Stage(NamedTuple):
    """A scenario that is ready to be played."""

    host: PluginHost
    entries: tuple[Entry, ...]
    builder: WorldBuilder


def make_board(
    suite: Path,
    *,
    manhattan: Path | None = None,
    replications: int | None = None,
    workers: int = 1,
) -> tuple[Suite, list[Board]]:
    """Return a suite and what each of its strategies comes to on each of its scenarios.

    Equal suites give equal boards, whatever the number of workers.

    Parameters
    ----------
    suite
        The file of the suite.
    manhattan
        The folder with the data of Manhattan; None leaves that map out.
    replications
        How many of each map; None for as many as the suite says.
    workers
        How many processes share the work.

    Raises
    ------
    ScenarioError, NetworkError, PluginError, PolicyError
        If the suite or a scenario is wrong, or a policy fails.
    """
    read = read_suite(suite, _host())
    with tempfile.TemporaryDirectory(prefix="patrolsim-leaderboard-") as folder:
        scenarios = dict(read.model.scenarios)
        if manhattan is not None:
            scenarios[MANHATTAN] = write_scenario(manhattan, Path(folder))
        tasks = [
            Task(suite, name, path, replication)
            for name, path in scenarios.items()
            for replication in range(replications or read.most)
        ]
        scores = _play_all(tasks, workers)
    boards: dict[str, list[dict[str, Score]]] = {}
    for task, score in zip(tasks, scores, strict=True):
        boards.setdefault(task.name, []).append(score)
    return read, [Board.of(name, found) for name, found in boards.items()]


def play(task: Task) -> dict[str, Score]:
    """Return what each strategy makes of one drawn day, and the bound on all of them."""
    stage = _stage(task.suite, task.name, task.scenario)
    world = stage.builder.build(task.replication)
    # None of these strategies interrupts work or moves a shift.
    wait = bound_response(world, preempts=False, roster=Roster.OWN)
    late = bound_lateness(world, preempts=False, roster=Roster.OWN)
    found = {BOUND: Score(wait.value, wait.count, late.value, late.count)}
    for entry in stage.entries:
        if _suits(entry, world):
            found[entry.strategy] = _score(entry, world, stage.host)
    return found


def _play_all(tasks: Sequence[Task], workers: int) -> list[dict[str, Score]]:
    if workers == 1:
        return [play(task) for task in tasks]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(play, tasks))


def _score(entry: Entry, world: World, host: PluginHost) -> Score:
    log = simulate(world, build_policies(entry.days.chosen, host))
    rows = incident_table(log, world)
    worst_s = intervals_between_visits(log, world).worst_s if _patrols(entry) else None
    return Score(*measured_response(rows, world), *measured_lateness(rows, world), worst_s)


def _patrols(entry: Entry) -> bool:
    return entry.days.chosen["patrol"].policy != STAND


def _suits(entry: Entry, world: World) -> bool:
    """Whether a strategy is played on a map: some patrols are for small ones, some have none."""
    if not _patrols(entry):
        return True
    is_small = len(world.streets.x) <= MOST_CORNERS
    is_known = is_small or entry.days.chosen["patrol"].policy not in SMALL_MAPS
    return is_known and any(person.patrols for person in world.volunteers)


def _host() -> PluginHost:
    host = PluginHost()
    host.load_installed()
    return host


@cache
def _stage(file: Path, name: str, scenario: Path) -> Stage:
    """Return a scenario with the strategies of a suite; each process reads it once."""
    host = _host()
    suite = read_suite(file, host)
    days = read_scenario(scenario, overrides={"seed": str(suite.model.replications.root_seed)})
    digest = scenario_digest(days.scenario)
    venue = Venue(name=name, days=days, fresh=days, digest=digest, fresh_digest=digest)
    return Stage(host, tuple(entries_of(suite, [venue], host)), builder_of(days, host))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page that the command line asks for; None for that of the process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.leaderboard", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT", help="the page to write")
    parser.add_argument("--suite", type=Path, default=SUITE, help="default: %(default)s")
    parser.add_argument("--manhattan", type=Path, metavar="FOLDER", help="the data of that map")
    parser.add_argument("--replications", type=int, metavar="N", help="default: the suite's")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes")
    given = parser.parse_args(arguments)
    suite, boards = make_board(
        given.suite,
        manhattan=given.manhattan,
        replications=given.replications,
        workers=given.workers,
    )
    given.out.write_text(write_page(suite, boards), encoding="utf-8")


if __name__ == "__main__":
    main()
