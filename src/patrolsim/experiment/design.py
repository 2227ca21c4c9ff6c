"""What an experiment compares, and how it is carried out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from patrolsim.experiment.results import Finished, Results, Task
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.strategies import Choices, ChosenPolicy

    Tables = Mapping[str, Mapping[str, object]]

POLICY_LIMIT_S = 60.0
"""A policy that has not answered for so long is taken to loop for ever."""


class Part(Enum):
    """What can be kept of a replication beside its metrics."""

    TABLES = "tables"
    """The rows of the Parquet files of a run folder."""
    AUDIT = "audit"
    """What the auditor found."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arm:
    """One side of a comparison: a strategy on a scenario.

    Attributes
    ----------
    name
        By which the results are called.
    loaded
        The scenario; arms that share it should share the object.
    chosen
        The policy of each role.
    interventions
        The interventions of the streets that the strategy lists.
    """

    name: str
    loaded: LoadedScenario
    chosen: Mapping[str, ChosenPolicy]
    interventions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What an experiment compares.

    Attributes
    ----------
    arms
        The sides; all meet the same replications.
    replications
        How many of each, 1 or more; with `enough` the most.
    control
        Name of the arm that the others are compared with; None for the first.
    enough
        Asked after each replication that all arms still running have finished, in order, with the
        results of the replications so far: which arms need no more of them. None for none.
    """

    arms: tuple[Arm, ...]
    replications: int
    control: str | None = None
    enough: Callable[[Results], Collection[str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How an experiment is carried out; nothing of it changes a number.

    Attributes
    ----------
    workers
        How many worker processes; None runs everything in this process, where nobody can stop a
        policy that loops for ever.
    ledger
        The file in which each finished replication is recorded once; None records nothing.
    parts
        What is kept beside the metrics.
    limit_s
        How long a replication may take before it is given up, from its beginning in a worker that
        has started; None for as long as it wants.
    policy_limit_s
        How long one call of a policy may take.
    """

    workers: int | None = None
    ledger: Path | None = None
    parts: frozenset[Part] = frozenset()
    limit_s: float | None = None
    policy_limit_s: float = POLICY_LIMIT_S


class Progress(NamedTuple):
    """How far an experiment has come.

    Attributes
    ----------
    done, total
        Tasks done or given up, and all of them.
    last
        The one that was done last.
    cached
        How many of those done were in the ledger already.
    """

    done: int
    total: int
    last: Task
    cached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Is told what happens in an experiment.

    Attributes
    ----------
    progress
        Called after each task.
    on_result
        Called with each finished task, in the order in which they finish, and its tables if they
        were asked for.
    """

    progress: Callable[[Progress], None] = field(default=lambda _progress: None)
    on_result: Callable[[Task, Finished, Tables | None], None] = field(
        default=lambda _task, _finished, _tables: None
    )


def arms_of(loaded: LoadedScenario, choices: Choices) -> tuple[Arm, ...]:
    """Return the strategies of a scenario as arms of an experiment."""
    return tuple(arm_of(name, loaded, choices, name) for name in choices)


def arm_of(name: str, loaded: LoadedScenario, choices: Choices, strategy: str) -> Arm:
    """Return a strategy as an arm of an experiment, under a name.

    A strategy that the scenario does not hold lists no interventions.
    """
    model = loaded.scenario.strategies.get(strategy)
    listed = () if model is None else tuple(model.interventions)
    return Arm(name=name, loaded=loaded, chosen=choices[strategy], interventions=listed)
