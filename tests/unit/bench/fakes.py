"""Suites whose experiments are made up: what each entry does on each day is given."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from tests.unit.experiment.test_estimates import metrics

from patrolsim.bench import Entry, Suite, read_suite, record_baseline, run_suite
from patrolsim.bench.entries import Venue
from patrolsim.cli.policies import load_plugins
from patrolsim.experiment import Arm, Failure, Finished, Results, Task
from patrolsim.streams import RandomStreams

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from patrolsim.bench import Baseline, Means, Report
    from patrolsim.errors import PatrolsimError
    from patrolsim.experiment import Design
    from patrolsim.scenario.loaded import LoadedScenario

    Times = tuple[float, ...]
    Doing = Callable[[int], Times]

TEXT = """\
suite: tiny@1
scenarios: {town: town.yaml}
strategies:
  plain: {}
  rounds: {patrol: hot_spot_rounds}
metrics:
  response_mean: {estimand: per_incident, better: lower, primary: true, margin: 5%}
  not_reached: {estimand: per_replication, better: lower, margin: 0.5}
replications: {root_seed: 1, looks: [10, 20, 40, 80]}
gate: {alpha: 0.05, family: holm, inconclusive: warn, confirm_seed: 2}
"""
NAMES = ("town/plain", "town/rounds")


def make_suite(folder: Path, text: str = TEXT) -> Suite:
    """Return the suite of a text; its scenario is an empty file."""
    (folder / "town.yaml").touch()
    file = folder / "tiny.yaml"
    file.write_text(text, encoding="utf-8")
    return read_suite(file, load_plugins())


def make_entries(suite: Suite, digest: str = "d") -> list[Entry]:
    """Return the entries of a suite, without scenarios that could be run."""
    days, fresh = (
        cast("LoadedScenario", SimpleNamespace(name=name)) for name in ("days", "fresh")
    )
    found = []
    for scenario in suite.model.scenarios:
        venue = Venue(
            name=scenario, days=days, fresh=fresh, digest=digest, fresh_digest=f"{digest} fresh"
        )
        for strategy in suite.choices:
            name = f"{scenario}/{strategy}"
            written = suite.model.strategies[strategy]
            entry = Entry(
                venue=venue,
                strategy=strategy,
                days=Arm(name=name, loaded=days, chosen={}),
                fresh=Arm(name=name, loaded=fresh, chosen={}),
                definition=written.model_dump(exclude_none=True, exclude={"about"}),
                code={"dispatch": "0"},
            )
            found.append(entry)
    return found


@dataclass
class FakeMeans:
    """Runs experiments out of a table.

    Attributes
    ----------
    days, fresh
        What an entry does on a day, by name of the entry.
    errors
        At which replication an entry fails, and how.
    findings
        What the auditor finds in the first replication of an entry.
    late_after
        After how many replications the time is over.
    asked
        The designs that were run.
    """

    days: Mapping[str, Doing]
    fresh: Mapping[str, Doing]
    errors: Mapping[str, tuple[int, PatrolsimError]] = field(default_factory=dict)
    findings: Mapping[str, list[str]] = field(default_factory=dict)
    late_after: int = 10**6
    interrupted_after: int = 10**6
    asked: list[Design] = field(default_factory=list)
    done: int = 0

    def is_late(self) -> bool:
        return self.done >= self.late_after

    def run(self, design: Design) -> Results:
        self.asked.append(design)
        names = tuple(arm.name for arm in design.arms)
        is_fresh = design.arms[0].loaded.name == "fresh"  # type: ignore[attr-defined]
        found = Results(strategies=names, control=names[0], asked=0)
        left = set(names)
        for replication in range(design.replications):
            if replication >= self.interrupted_after:
                found.is_interrupted = True
                break
            for name in sorted(left):
                self._do(Task(name, replication), found, left, is_fresh=is_fresh)
            self.done = found.asked = replication + 1
            left -= set(design.enough(found)) if design.enough else set()
            if not left:
                break
        return found

    def _do(self, task: Task, found: Results, left: set[str], *, is_fresh: bool) -> None:
        at, error = self.errors.get(task.strategy, (-1, None))
        if error is not None and at == task.replication:
            found.failures.append(Failure(task, error))
            left.discard(task.strategy)
            return
        doing = (self.fresh if is_fresh else self.days)[task.strategy]
        times = doing(task.replication)
        digest = hashlib.sha256(repr(times).encode()).hexdigest()
        found.finished[task] = Finished(metrics(*times), digest, f"day {task.replication:060d}")
        if task.strategy in self.findings and task.replication == 0:
            found.findings[task] = self.findings[task.strategy]


def normal(seed: int, name: str = "test") -> list[float]:
    """Return 200 standard normal numbers."""
    return [float(x) for x in RandomStreams(seed, 0).generator(name).standard_normal(200)]


def day(*, seed: int = 1, factor: float = 1.0, noise_s: float = 0.0, noise_seed: int = 9) -> Doing:
    """Return what somebody does on each day: ten calls of about two minutes; days differ."""
    level, noise = normal(seed), normal(noise_seed)

    def times(replication: int) -> Times:
        base_s = 120 + 15 * level[replication]
        shift_s = noise_s * noise[replication]
        return tuple(factor * (base_s + 4 * call) + shift_s for call in range(10))

    return times


def same(doing: Doing, fresh: Doing | None = None, **means: Any) -> FakeMeans:
    """Return means with which every entry does the same."""
    return FakeMeans(
        days=dict.fromkeys(NAMES, doing), fresh=dict.fromkeys(NAMES, fresh or doing), **means
    )


def make_baseline(suite: Suite) -> Baseline:
    """Return the baseline of two strategies that do as `day` says."""
    means = same(day(), day(seed=2))
    found = record_baseline(suite, make_entries(suite), cast("Means", means)).baseline
    assert found is not None
    return found


def report_of(
    suite: Suite, means: FakeMeans, baseline: Baseline | None = None, digest: str = "d"
) -> Report:
    """Return the report of a suite against its baseline."""
    kept = baseline or make_baseline(suite)
    return run_suite(suite, make_entries(suite, digest), kept, cast("Means", means))
