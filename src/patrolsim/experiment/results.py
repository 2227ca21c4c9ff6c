"""What an experiment leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from patrolsim.audit import AuditRules
    from patrolsim.errors import PatrolsimError
    from patrolsim.eventlog import EventLog
    from patrolsim.metrics import IncidentRows, Metrics
    from patrolsim.world import World


class Task(NamedTuple):
    """One replication of one arm, which is most often a strategy."""

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
    """What is kept in memory of a task that has been done.

    Attributes
    ----------
    metrics
        What was measured.
    log_digest, incident_digest
        Sha256 of everything that happened, and of what was drawn to happen.
    """

    metrics: Metrics
    log_digest: str
    incident_digest: str = ""


class FailureKind(Enum):
    """How a replication failed."""

    ERROR = "error"
    """It raised, or a decision broke the rules."""
    TIMEOUT = "timeout"
    """It took longer than it may."""
    LOST = "lost"
    """Its process ended each time that it was tried."""


class Failure(NamedTuple):
    """Why a strategy ended before all its replications were done.

    The earliest replication that fails counts, whichever was tried first: so what is reported
    does not depend on the number of workers.
    """

    task: Task
    error: PatrolsimError
    kind: FailureKind = FailureKind.ERROR

    def __str__(self) -> str:
        strategy, replication = self.task
        return f"strategy {strategy}, replication {replication}: {self.error}"

    @property
    def policy(self) -> str | None:
        """The policy that is to blame; None when it was not one."""
        return getattr(self.error, "policy", None)

    @property
    def time_s(self) -> float | None:
        """Simulated time of the call that failed."""
        return getattr(self.error, "time_s", None)

    @property
    def incident_id(self) -> int | None:
        """The incident that was being decided."""
        return getattr(self.error, "incident_id", None)

    @property
    def where(self) -> str:
        """The place in the policy's code, ``FILE:LINE``; empty when it is not known."""
        return getattr(self.error, "where", "")


@dataclass(slots=True, kw_only=True)
class Results:
    """All that was done.

    Attributes
    ----------
    strategies
        Names of the arms, in the order of the scenario.
    control
        The one that the others are compared with.
    asked
        How many replications were wanted of each.
    finished
        By task, replication by replication.
    failures
        Strategies that ended early, each with its earliest failure.
    findings
        What the auditor found, by task; only those with findings.
    notices
        What the user should know of the maps and tables of the scenario.
    is_interrupted
        Whether the user stopped the experiment.
    cached
        How many of the finished tasks stood in the ledger already.
    """

    strategies: tuple[str, ...]
    control: str
    asked: int
    finished: dict[Task, Finished] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    findings: dict[Task, list[str]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    is_interrupted: bool = False
    cached: int = 0

    @property
    def incident_digests(self) -> dict[int, str]:
        """Sha256 of what was drawn to happen, by replication that any arm has finished."""
        found: dict[int, str] = {}
        for task, done in self.finished.items():
            found.setdefault(task.replication, done.incident_digest)
        return found

    def incident_digests_of(self, strategy: str) -> dict[int, str]:
        """Return the sha256 of what was drawn to happen, by finished replication."""
        return {
            number: self.finished[Task(strategy, number)].incident_digest
            for number in self.replications_of(strategy)
        }

    def meet_the_same_days(self, one: str, other: str) -> bool:
        """Return whether two arms met the same incidents in every replication that they share."""
        first, second = self.incident_digests_of(one), self.incident_digests_of(other)
        return all(first[number] == second[number] for number in first.keys() & second.keys())

    def replications_of(self, *strategies: str) -> list[int]:
        """Return the replications that are finished for all of these strategies, rising."""
        wanted = range(self.asked)
        return [r for r in wanted if all(Task(s, r) in self.finished for s in strategies)]

    def metrics_of(self, strategy: str, replications: list[int]) -> list[Metrics]:
        """Return what was measured in these replications."""
        return [self.finished[Task(strategy, number)].metrics for number in replications]
