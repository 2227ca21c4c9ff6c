"""Which task runs when, and what is left when something goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.experiment.conftest import CHOICES, TASKS, TinyHost, choice, tiny_world

from patrolsim.errors import PolicyError
from patrolsim.experiment import Progress, Results, Run, Task, run_experiment

if TYPE_CHECKING:
    from patrolsim.scenario.loaded import LoadedScenario


def test_strategies_take_turns_within_each_replication(loaded: LoadedScenario) -> None:
    order: list[Task] = []
    results = run_experiment(
        loaded, CHOICES, TinyHost(), on_result=lambda run: order.append(run.task)
    )
    assert order == TASKS
    assert list(results.finished) == TASKS


def test_both_strategies_meet_the_same_incidents(loaded: LoadedScenario) -> None:
    worlds = []
    results = run_experiment(
        loaded, CHOICES, TinyHost(), on_result=lambda run: worlds.append(run.world)
    )
    assert worlds[0] is worlds[1]
    expected = {number: tiny_world(number).incidents.digest() for number in range(3)}
    assert results.incident_digests == expected


def test_policies_are_built_fresh_for_each_task(loaded: LoadedScenario) -> None:
    host = TinyHost()
    run_experiment(loaded, CHOICES, host)
    assert host.built.count("dispatch: closest") == 3
    assert host.built.count("standby: stay") == 6


def test_progress_counts_to_the_end(loaded: LoadedScenario) -> None:
    seen: list[Progress] = []
    run_experiment(loaded, CHOICES, TinyHost(), replications=2, progress=seen.append)
    assert [(step.done, step.total) for step in seen] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert seen[-1].last == Task("wait", 1)


def test_a_failing_strategy_ends_and_the_others_go_on(loaded: LoadedScenario) -> None:
    choices = {"bad": choice("broken"), **CHOICES}
    seen: list[Progress] = []
    results = run_experiment(loaded, choices, TinyHost(), progress=seen.append)
    (failure,) = results.failures
    assert failure.task == Task("bad", 1)
    assert isinstance(failure.error, PolicyError)
    assert (failure.error.time_s, failure.error.incident_id) == (101.0, 0)
    assert str(failure).startswith("strategy bad, replication 1: policy 'broken' at t=101.0 s")
    assert results.replications_of("bad") == [0]
    assert results.replications_of("near", "wait") == [0, 1, 2]
    assert seen[-1].done == seen[-1].total == 9


def interrupted_at(loaded: LoadedScenario, last: Task) -> Results:
    def stop(run: Run) -> None:
        if run.task == last:
            raise KeyboardInterrupt

    return run_experiment(loaded, CHOICES, TinyHost(), on_result=stop)


def test_an_interrupt_keeps_what_is_finished(loaded: LoadedScenario) -> None:
    results = interrupted_at(loaded, Task("wait", 1))
    assert results.is_interrupted
    assert list(results.finished) == TASKS[:3]
    assert results.replications_of("near", "wait") == [0]


def test_the_control_is_the_named_strategy_or_else_the_first(loaded: LoadedScenario) -> None:
    named = {"near": CHOICES["near"], "as today": CHOICES["wait"]}
    assert run_experiment(loaded, named, TinyHost(), replications=1).control == "as today"
    assert run_experiment(loaded, CHOICES, TinyHost(), replications=1).control == "near"


def test_notices_of_the_world_are_passed_on(loaded: LoadedScenario) -> None:
    results = run_experiment(loaded, CHOICES, TinyHost(), replications=1)
    assert results.notices == ["a street is missing"]


def test_equal_runs_have_equal_logs(loaded: LoadedScenario) -> None:
    first, second = (run_experiment(loaded, CHOICES, TinyHost()) for _ in range(2))
    digests = [[done.log_digest for done in one.finished.values()] for one in (first, second)]
    assert digests[0] == digests[1]
    assert len(set(digests[0])) == 6
