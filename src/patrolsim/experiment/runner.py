"""Runs every strategy on the same replications, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from patrolsim.errors import PatrolsimError
from patrolsim.experiment.results import Failure, Finished, Results, Run, Task
from patrolsim.metrics import incident_table, plan_cover, summarise
from patrolsim.policy import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from patrolsim.engine import Policies
    from patrolsim.metrics import CoverPlan
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.strategies import Choices, ChosenPolicy
    from patrolsim.world import World


class PolicySource(Protocol):
    """Builds policies: `patrolsim.plugins.PluginHost`."""

    def build(self, role: Role, name: str, parameters: Mapping[str, object]) -> object:
        """Return a fresh policy."""


class Progress(NamedTuple):
    """How far an experiment has come: tasks done or given up, and all of them."""

    done: int
    total: int
    last: Task


def run_experiment(
    loaded: LoadedScenario,
    choices: Choices,
    host: PolicySource,
    *,
    replications: int | None = None,
    progress: Callable[[Progress], None] = lambda _progress: None,
    on_result: Callable[[Run], None] = lambda _run: None,
) -> Results:
    """Run all strategies on the same replications.

    The strategies take turns within each replication, so whatever is finished when the user
    interrupts can be compared in pairs. A strategy whose policy fails ends there, the others go
    on; both are recorded in the results and not raised.

    Parameters
    ----------
    loaded
        The scenario.
    choices
        The policies of each strategy that is to run.
    host
        Where policies come from.
    replications
        How many; None for as many as the scenario says.
    progress
        Called after each task.
    on_result
        Called with each finished task before it is recorded; its log is not kept after that.

    Raises
    ------
    ScenarioError, NetworkError
        If the world cannot be built.
    """
    from patrolsim.world import WorldBuilder

    scenario = loaded.scenario
    asked = scenario.replications if replications is None else replications
    results = Results(strategies=tuple(choices), control=_control(loaded, choices), asked=asked)
    experiment = _Experiment(choices, host, results, on_result, progress)
    try:
        builder = WorldBuilder(scenario)
        results.notices.extend(builder.notices)
        for replication in range(asked):
            experiment.run_all(builder.build(replication), replication)
    except KeyboardInterrupt:
        results.is_interrupted = True
    return results


class _Experiment:
    """The tasks of an experiment, one replication at a time."""

    def __init__(
        self,
        choices: Choices,
        host: PolicySource,
        results: Results,
        on_result: Callable[[Run], None],
        progress: Callable[[Progress], None],
    ) -> None:
        self._choices = choices
        self._host = host
        self._results = results
        self._on_result = on_result
        self._progress = progress
        self._cover: CoverPlan | None = None
        self._done = 0

    def run_all(self, world: World, replication: int) -> None:
        """Run one replication under every strategy that has not failed."""
        results = self._results
        results.incident_digests[replication] = world.incidents.digest()
        if replication == 0:
            self._cover = plan_cover(world)
        failed = {failure.task.strategy for failure in results.failures}
        for strategy in self._choices:
            task = Task(strategy, replication)
            if strategy not in failed:
                self._run(task, world)
            self._done += 1
            total = len(self._choices) * results.asked
            self._progress(Progress(self._done, total, task))

    def _run(self, task: Task, world: World) -> None:
        from patrolsim.engine import simulate
        from patrolsim.experiment.promises import rules_of

        try:
            policies = build_policies(self._choices[task.strategy], self._host)
            log = simulate(world, policies)
        except PatrolsimError as error:
            self._results.failures.append(Failure(task, error))
            return
        rows = incident_table(log, world)
        metrics = summarise(rows, log, world, cover=self._cover)
        self._on_result(Run(task, world, log, rows, metrics, rules_of(policies, world)))
        self._results.finished[task] = Finished(metrics, log.digest())


def build_policies(chosen: Mapping[str, ChosenPolicy], host: PolicySource) -> Policies:
    """Return fresh policies for one replication.

    Raises
    ------
    PluginError
        If a policy cannot be built.
    """
    from patrolsim.engine import Policies

    built = {
        role.value: host.build(role, chosen[role.value].policy, chosen[role.value].parameters)
        for role in Role
        if role.value in chosen
    }
    names = {Role(role): choice.policy for role, choice in chosen.items()}
    return Policies(**built, names=names)  # type: ignore[arg-type]  # the host checks the roles


def _control(loaded: LoadedScenario, choices: Choices) -> str:
    """Return the strategy that the others are compared with: the first when it does not run."""
    named = loaded.scenario.compare
    return named if named in choices else next(iter(choices))
