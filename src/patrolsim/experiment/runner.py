"""Runs every arm of an experiment on the same replications."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from patrolsim.errors import PatrolsimError
from patrolsim.experiment.design import Conduct, Design, Listener, Part, Progress, arms_of
from patrolsim.experiment.ledger import Ledger
from patrolsim.experiment.packing import columns_of
from patrolsim.experiment.records import Record
from patrolsim.experiment.results import Failure, Results, Task
from patrolsim.experiment.workshop import Workshop, is_refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.experiment.crew import Crew
    from patrolsim.experiment.workshop import PolicySource
    from patrolsim.plugins import PluginHost
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.strategies import Choices

    Outcome = tuple[Task, Record | Failure]


def run_experiment(
    loaded: LoadedScenario,
    choices: Choices,
    host: PolicySource,
    *,
    replications: int | None = None,
    conduct: Conduct | None = None,
    listener: Listener | None = None,
) -> Results:
    """Run strategies of a scenario on the same replications.

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
    conduct, listener
        As `run_arms`.

    Raises
    ------
    ScenarioError, NetworkError, LedgerError
        As `run_arms`.
    """
    scenario = loaded.scenario
    design = Design(
        arms=arms_of(loaded, choices),
        replications=scenario.replications if replications is None else replications,
        control=scenario.compare if scenario.compare in choices else None,
    )
    return run_arms(design, host, conduct=conduct, listener=listener)


def run_arms(
    design: Design,
    host: PolicySource,
    *,
    conduct: Conduct | None = None,
    listener: Listener | None = None,
) -> Results:
    """Run all arms on the same replications.

    The arms take turns within each replication, so whatever is finished when the user interrupts
    can be compared in pairs. An arm that fails ends at its earliest failing replication, the
    others go on; that is recorded in the results and not raised. Equal designs give equal
    results, whatever the number of workers and however often the experiment was interrupted.

    Parameters
    ----------
    design
        What is compared.
    host
        Where policies come from; with workers or a ledger a `patrolsim.plugins.PluginHost`.
    conduct
        How; None for in this process, recording nothing.
    listener
        Whom to tell.

    Raises
    ------
    ScenarioError, NetworkError
        If a world cannot be built.
    LedgerError
        If the ledger cannot be used, or a replication came out differently than recorded.
    """
    conduct = conduct or Conduct()
    if conduct.ledger is None:
        return _Experiment(design, host, conduct, listener or Listener(), None).run()
    with Ledger.open(conduct.ledger) as ledger:
        return _Experiment(design, host, conduct, listener or Listener(), ledger).run()


class _Experiment:
    """The state of an experiment under way."""

    def __init__(
        self,
        design: Design,
        host: PolicySource,
        conduct: Conduct,
        listener: Listener,
        ledger: Ledger | None,
    ) -> None:
        self._design = design
        self._host = host
        self._conduct = conduct
        self._listener = listener
        self._ledger = ledger
        self._keys = {} if ledger is None else _keys_of(design, host)
        names = tuple(arm.name for arm in design.arms)
        self._results = Results(
            strategies=names, control=design.control or names[0], asked=design.replications
        )
        self._failures: dict[str, Failure] = {}
        self._notices: dict[str, tuple[str, ...]] = {}
        self._left = Counter(dict.fromkeys(range(design.replications), len(names)))
        self._complete = 0
        self._done = 0
        self._stops: dict[str, int] = {}

    def run(self) -> Results:
        """Carry everything out, and return what was done in one order."""
        crew = self._crew()
        tasks = self._tasks()
        try:
            for task, outcome in self._in_process(tasks) if crew is None else crew.run(tasks):
                self._take(task, outcome)
                if self._is_enough:
                    break
        except KeyboardInterrupt:
            self._results.is_interrupted = True
        finally:
            if crew is not None:
                crew.stop()
        return self._in_order()

    def _crew(self) -> Crew | None:
        if self._conduct.workers is None:
            return None
        from patrolsim.experiment.crew import Crew
        from patrolsim.experiment.worker import Kit

        origins = _host_of_plugins(self._host).origins
        kit = Kit(arms=self._design.arms, origins=origins, parts=self._conduct.parts)
        return Crew(kit, self._conduct)

    def _tasks(self) -> Iterator[Task]:
        """Yield what is still to be done; what the ledger holds is taken from there."""
        for replication in range(self._design.replications):
            for arm in self._design.arms:
                task = Task(arm.name, replication)
                if self._is_enough:
                    return
                if self._is_over(task):
                    self._tick(task)
                elif (record := self._recorded(task)) is not None:
                    self._keep(task, record, is_cached=True)
                else:
                    yield task

    def _in_process(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        shop = Workshop(self._design.arms, self._host, self._conduct.parts)
        for task in tasks:
            try:
                outcome: Record | Failure = shop.do(task)
            except PatrolsimError as error:
                outcome = Failure(task, error)
            yield task, outcome

    def _take(self, task: Task, outcome: Record | Failure) -> None:
        """Write an outcome down, first in the ledger."""
        if isinstance(outcome, Record):
            if self._ledger is not None:
                self._ledger.record(self._keys[task.strategy], task.replication, outcome)
            self._keep(task, outcome, is_cached=False)
            return
        if is_refusal(outcome.error):
            raise outcome.error
        if self._ledger is not None:
            self._ledger.note_failure(self._keys[task.strategy], outcome)
        if not self._is_over(task):
            self._failures[task.strategy] = outcome
        self._tick(task)

    def _keep(self, task: Task, record: Record, *, is_cached: bool) -> None:
        finished = record.finished()
        wants_tables = Part.TABLES in self._conduct.parts
        tables = columns_of(record.parts[Part.TABLES]) if wants_tables else None
        self._listener.on_result(task, finished, tables)
        results = self._results
        results.finished[task] = finished
        results.cached += is_cached
        self._notices.setdefault(task.strategy, record.notices)
        if findings := record.findings():
            results.findings[task] = findings
        self._tick(task)

    def _tick(self, task: Task) -> None:
        """Count a task as dealt with, and ask which arms need no more."""
        self._done += 1
        self._left[task.replication] -= 1
        total = len(self._design.arms) * self._design.replications
        self._listener.progress(Progress(self._done, total, task, self._results.cached))
        while self._complete < self._design.replications and not self._left[self._complete]:
            self._complete += 1
            self._ask_what_is_enough()

    def _ask_what_is_enough(self) -> None:
        enough = self._design.enough
        if enough is not None and not self._is_enough:
            for name in enough(self._first(self._complete)):
                self._stops.setdefault(name, self._complete)

    @property
    def _is_enough(self) -> bool:
        """Whether no arm needs another replication."""
        return len(self._stops) == len(self._design.arms)

    def _first(self, count: int) -> Results:
        """Return the results of the first replications only."""
        finished = {
            task: done
            for task, done in self._results.finished.items()
            if task.replication < count and not self._is_over(task)
        }
        return replace(self._results, asked=count, finished=finished)

    def _is_over(self, task: Task) -> bool:
        """Return whether an arm has failed by this replication, or needs it no more."""
        failure = self._failures.get(task.strategy)
        if failure is not None and failure.task.replication <= task.replication:
            return True
        stop = self._stops.get(task.strategy)
        return stop is not None and stop <= task.replication

    def _recorded(self, task: Task) -> Record | None:
        if self._ledger is None:
            return None
        key = self._keys[task.strategy]
        return self._ledger.find(key, task.replication, self._conduct.parts)

    def _in_order(self) -> Results:
        """Return the results in one order, without what only haste has finished."""
        results = self._results
        if self._is_enough:
            results.asked = max(self._stops.values())
        ranks = {name: rank for rank, name in enumerate(results.strategies)}
        tasks = [task for task in results.finished if not self._is_over(task)]
        tasks.sort(key=lambda task: (task.replication, ranks[task.strategy]))
        findings = results.findings
        results.finished = {task: results.finished[task] for task in tasks}
        results.findings = {task: findings[task] for task in tasks if task in findings}
        notices = (text for name in results.strategies for text in self._notices.get(name, ()))
        results.notices[:] = dict.fromkeys(notices)
        failures = sorted(self._failures.values(), key=lambda one: ranks[one.task.strategy])
        stops = self._stops
        results.failures[:] = [
            one
            for one in failures
            if one.task.replication < stops.get(one.task.strategy, results.asked)
        ]
        return results


def _keys_of(design: Design, host: PolicySource) -> dict[str, str]:
    from patrolsim.experiment.keys import arm_digest

    plugins = _host_of_plugins(host)
    return {arm.name: arm_digest(arm, plugins) for arm in design.arms}


def _host_of_plugins(host: PolicySource) -> PluginHost:
    from patrolsim.plugins import PluginHost

    if not isinstance(host, PluginHost):
        raise TypeError("workers and ledgers need a PluginHost: it knows the code of a policy")
    return host
