"""What an experiment leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from patrolsim.audit import AuditRules
    from patrolsim.errors import PatrolsimError
    from patrolsim.eventlog import EventLog
    from patrolsim.metrics import IncidentRows, Metrics
    from patrolsim.world import World


class Task(NamedTuple):
    """One replication under one strategy."""

    strategy: str
    replication: int


class Run(NamedTuple):
    """A task that has just been done, with everything that is known of it.

    Attributes
    ----------
    task
        Which one.
    world, log
        The world in which it happened, and what happened.
    rows, metrics
        What became of each incident, and what it all amounts to.
    rules
        What an audit may hold the run to.
    """

    task: Task
    world: World
    log: EventLog
    rows: IncidentRows
    metrics: Metrics
    rules: AuditRules


class Finished(NamedTuple):
    """What is kept in memory of a task that has been done."""

    metrics: Metrics
    log_digest: str


class Failure(NamedTuple):
    """Why a strategy ended before all its replications were done."""

    task: Task
    error: PatrolsimError

    def __str__(self) -> str:
        strategy, replication = self.task
        return f"strategy {strategy}, replication {replication}: {self.error}"


@dataclass(slots=True, kw_only=True)
class Results:
    """All that was done, filled task by task.

    Attributes
    ----------
    strategies
        Names, in the order of the scenario.
    control
        The strategy that the others are compared with.
    asked
        How many replications were wanted of each.
    finished
        By task.
    incident_digests
        Sha256 of what was drawn to happen, by replication: the same for all strategies.
    failures
        Strategies that ended early.
    notices
        What the user should know of the maps and tables of the scenario.
    is_interrupted
        Whether the user stopped the experiment.
    """

    strategies: tuple[str, ...]
    control: str
    asked: int
    finished: dict[Task, Finished] = field(default_factory=dict)
    incident_digests: dict[int, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    is_interrupted: bool = False

    def replications_of(self, *strategies: str) -> list[int]:
        """Return the replications that are finished for all of these strategies, rising."""
        wanted = range(self.asked)
        return [r for r in wanted if all(Task(s, r) in self.finished for s in strategies)]

    def metrics_of(self, strategy: str, replications: list[int]) -> list[Metrics]:
        """Return what was measured in these replications."""
        return [self.finished[Task(strategy, number)].metrics for number in replications]
