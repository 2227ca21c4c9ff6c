"""Which task runs when, and what is left when something goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.experiment.conftest import CHOICES, TASKS, TinyHost, choice, tiny_world

from patrolsim.errors import PolicyError
from patrolsim.experiment import (
    Conduct,
    Design,
    FailureKind,
    Finished,
    Listener,
    Progress,
    Results,
    Task,
    arms_of,
    run_arms,
    run_experiment,
)

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.experiment.design import Tables
    from patrolsim.scenario.loaded import LoadedScenario


def test_strategies_take_turns_within_each_replication(loaded: LoadedScenario) -> None:
    order: list[Task] = []
    listener = Listener(on_result=lambda task, _done, _tables: order.append(task))
    results = run_experiment(loaded, CHOICES, TinyHost(), listener=listener)
    assert order == TASKS
    assert list(results.finished) == TASKS


def test_both_strategies_meet_the_same_incidents(loaded: LoadedScenario) -> None:
    results = run_experiment(loaded, CHOICES, TinyHost())
    expected = {number: tiny_world(number).incidents.digest() for number in range(3)}
    assert results.incident_digests == expected
    assert results.incident_digests_of("wait") == expected
    assert results.meet_the_same_days("near", "wait")


def test_other_days_are_noticed(loaded: LoadedScenario) -> None:
    results = run_experiment(loaded, CHOICES, TinyHost())
    task = Task("wait", 1)
    results.finished[task] = results.finished[task]._replace(incident_digest="another day")
    assert not results.meet_the_same_days("near", "wait")


def test_policies_are_built_fresh_for_each_task(loaded: LoadedScenario) -> None:
    host = TinyHost()
    run_experiment(loaded, CHOICES, host)
    assert host.built.count("dispatch: closest") == 3
    assert host.built.count("standby: stay") == 6


def test_progress_counts_to_the_end(loaded: LoadedScenario) -> None:
    seen: list[Progress] = []
    listener = Listener(progress=seen.append)
    run_experiment(loaded, CHOICES, TinyHost(), replications=2, listener=listener)
    assert [(step.done, step.total) for step in seen] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert seen[-1].last == Task("wait", 1)


def test_a_failing_strategy_ends_and_the_others_go_on(loaded: LoadedScenario) -> None:
    choices = {"bad": choice("broken"), **CHOICES}
    seen: list[Progress] = []
    listener = Listener(progress=seen.append)
    results = run_experiment(loaded, choices, TinyHost(), listener=listener)
    (failure,) = results.failures
    assert failure.task == Task("bad", 1)
    assert failure.kind is FailureKind.ERROR
    assert isinstance(failure.error, PolicyError)
    assert (failure.policy, failure.time_s, failure.incident_id) == ("broken", 101.0, 0)
    assert "conftest.py:" in failure.where
    assert str(failure).startswith("strategy bad, replication 1: policy 'broken' at t=101.0 s")
    assert results.replications_of("bad") == [0]
    assert results.replications_of("near", "wait") == [0, 1, 2]
    assert seen[-1].done == seen[-1].total == 9


def interrupted_at(loaded: LoadedScenario, last: Task) -> Results:
    def stop(progress: Progress) -> None:
        if progress.last == last:
            raise KeyboardInterrupt

    return run_experiment(loaded, CHOICES, TinyHost(), listener=Listener(progress=stop))


def test_an_interrupt_keeps_what_is_finished(loaded: LoadedScenario) -> None:
    results = interrupted_at(loaded, Task("near", 1))
    assert results.is_interrupted
    assert list(results.finished) == TASKS[:3]
    assert results.replications_of("near", "wait") == [0]


def test_the_control_is_the_named_strategy_or_else_the_first(loaded: LoadedScenario) -> None:
    named = {"near": CHOICES["near"], "as today": CHOICES["wait"]}
    assert run_experiment(loaded, named, TinyHost(), replications=1).control == "as today"
    assert run_experiment(loaded, CHOICES, TinyHost(), replications=1).control == "near"


def test_notices_of_the_world_are_passed_on_once(loaded: LoadedScenario) -> None:
    results = run_experiment(loaded, CHOICES, TinyHost(), replications=2)
    assert results.notices == ["a street is missing"]


def test_equal_runs_have_equal_logs(loaded: LoadedScenario) -> None:
    first, second = (run_experiment(loaded, CHOICES, TinyHost()) for _ in range(2))
    digests = [[done.log_digest for done in one.finished.values()] for one in (first, second)]
    assert digests[0] == digests[1]
    assert len(set(digests[0])) == 6


def test_enough_is_asked_after_each_complete_replication(loaded: LoadedScenario) -> None:
    asked: list[tuple[int, list[Task]]] = []

    def enough(results: Results) -> tuple[str, ...]:
        asked.append((results.asked, list(results.finished)))
        return results.strategies if results.asked == 2 else ()

    design = Design(arms=arms_of(loaded, CHOICES), replications=9, enough=enough)
    results = run_arms(design, TinyHost())
    assert asked == [(1, TASKS[:2]), (2, TASKS[:4])]
    assert results.asked == 2
    assert list(results.finished) == TASKS[:4]


def test_an_arm_that_needs_no_more_stops_and_the_others_go_on(loaded: LoadedScenario) -> None:
    def enough(results: Results) -> tuple[str, ...]:
        return ("wait",) if results.asked == 1 else ()

    design = Design(arms=arms_of(loaded, CHOICES), replications=3, enough=enough)
    results = run_arms(design, TinyHost())
    assert results.replications_of("wait") == [0]
    assert results.replications_of("near") == [0, 1, 2]


def test_a_failed_arm_is_not_waited_for(loaded: LoadedScenario) -> None:
    choices = {"bad": choice("broken"), **CHOICES}
    counts: list[int] = []

    def enough(results: Results) -> tuple[str, ...]:
        counts.append(len(results.replications_of("bad")))
        return ()

    design = Design(arms=arms_of(loaded, choices), replications=3, enough=enough)
    results = run_arms(design, TinyHost())
    assert counts == [1, 1, 1]
    assert results.asked == 3


def test_tables_come_only_when_they_are_asked_for(loaded: LoadedScenario) -> None:
    seen: list[Tables | None] = []

    def tell(_task: Task, _done: Finished, tables: Tables | None) -> None:
        seen.append(tables)

    run_experiment(loaded, CHOICES, TinyHost(), replications=1, listener=Listener(on_result=tell))
    assert seen == [None, None]


def test_workers_and_ledgers_need_a_host_that_knows_the_code(
    loaded: LoadedScenario, tmp_path: Path
) -> None:
    for conduct in (Conduct(workers=1), Conduct(ledger=tmp_path / "ledger.sqlite")):
        with pytest.raises(TypeError, match="PluginHost"):
            run_experiment(loaded, CHOICES, TinyHost(), conduct=conduct)
