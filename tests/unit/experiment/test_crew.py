"""Workers that raise, hang, die or are killed: who is to blame, and what the others still do."""

from __future__ import annotations

import inspect
import os
import signal
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests import faulty_policies
from tests.experiments import FAULTY, bits, town_design

from patrolsim.errors import NetworkError, PolicyError
from patrolsim.experiment import (
    Conduct,
    Failure,
    FailureKind,
    Listener,
    Part,
    Progress,
    run_arms,
)
from patrolsim.experiment.blame import LostError, place_in_policy
from patrolsim.experiment.crew import Crew, _Worker
from patrolsim.experiment.notes import Notebook, read_note
from patrolsim.experiment.results import Task
from patrolsim.experiment.worker import Kit
from patrolsim.policy import Role

if TYPE_CHECKING:
    from pathlib import Path

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
QUICK = (
    "Raises",
    "SendsUnknown",
    "SendsBusy",
    "SendsOffDuty",
    "Writes",
    "Draws",
    "DrawsFromNumpy",
    "Exits",
    "Crashes",
)
HANGING = ("Loops", "LoopsInC", "LoopsAndSwallows")
REASONS = {
    "Raises": "ZeroDivisionError",
    "SendsUnknown": "there is no volunteer 1000000",
    "SendsBusy": "is not free",
    "SendsOffDuty": "is off duty",
    "Writes": "the view is read-only: 'now_s' cannot be set",
    "Draws": "draws from the global random numbers",
    "DrawsFromNumpy": "draws from the global random numbers",
    "Exits": "exit code 3",
    "Crashes": "signal 11",
    "Loops": "has not answered for 10.0 s",
    "LoopsInC": "has not answered for 10.0 s",
    "LoopsAndSwallows": "has not answered for 10.0 s",
}
GUILTY_LINES = {
    "Raises": "1 / 0",
    "Writes": "view.now_s",
    "Draws": "random.choice",
    "DrawsFromNumpy": "np.random.rand",
    "Crashes": "ctypes.string_at",
    "Loops": "itertools.count",
    "LoopsInC": "9 **",
    "LoopsAndSwallows": "time.sleep",
}
"""What stands in the line that is to blame; illegal decisions name the line of the method."""


def failures_of(tmp_path: Path, names: tuple[str, ...]) -> dict[str, Failure]:
    """Run faulty policies and two good ones, and see that the good ones are not harmed."""
    design, host = town_design(tmp_path / "town", replications=2, dispatch=names, plugins=[FAULTY])
    conduct = Conduct(workers=2, policy_limit_s=10.0)
    results = run_arms(design, host, conduct=conduct)
    good = [arm.name for arm in design.arms if arm.name not in names]
    assert len(good) == 2
    assert results.replications_of(*good) == [0, 1]
    failures = {failure.task.strategy: failure for failure in results.failures}
    for name, failure in failures.items():
        assert results.replications_of(name) == list(range(failure.task.replication))
    return failures


def line_to_blame(name: str) -> int:
    policy: type = getattr(faulty_policies, name)
    lines, first = inspect.getsourcelines(policy.fault)  # type: ignore[attr-defined]
    text = GUILTY_LINES[name]
    return first + next(number for number, line in enumerate(lines) if text in line)


def check(name: str, failure: Failure) -> None:
    """See that a failure names policy, time, incident, reason and line."""
    assert isinstance(failure.error, PolicyError)
    assert failure.error.exit_code == 4
    assert failure.policy == name
    assert failure.time_s is not None
    assert failure.time_s > 0
    assert failure.incident_id is not None
    assert REASONS[name] in str(failure)
    if name in GUILTY_LINES:
        assert failure.where == f"{FAULTY}:{line_to_blame(name)}"
    elif name != "Exits":
        assert failure.where.startswith(f"{FAULTY}:")


@pytest.mark.slow
@LINUX
def test_each_fault_is_named_and_harms_nobody_else(tmp_path: Path) -> None:
    found = failures_of(tmp_path, QUICK)
    for name in QUICK:
        check(name, found[name])
    kinds = {name: found[name].kind for name in QUICK}
    lost = {"Exits", "Crashes"}
    assert all((kinds[name] is FailureKind.LOST) == (name in lost) for name in QUICK)


@pytest.mark.slow
@LINUX
def test_policies_that_never_come_back_are_stopped_at_their_line(tmp_path: Path) -> None:
    found = failures_of(tmp_path, HANGING)
    for name in HANGING:
        check(name, found[name])
        assert found[name].kind is FailureKind.TIMEOUT


@pytest.mark.slow
def test_a_replication_that_takes_longer_than_it_may_is_given_up(tmp_path: Path) -> None:
    design, host = town_design(
        tmp_path / "town", replications=1, dispatch=["LoopsAndSwallows"], plugins=[FAULTY]
    )
    only = type(design)(arms=design.arms[:1], replications=1)
    results = run_arms(only, host, conduct=Conduct(workers=1, limit_s=15.0))
    (failure,) = results.failures
    assert isinstance(failure.error, LostError)
    assert failure.kind is FailureKind.TIMEOUT
    assert "took longer than 15.0 s" in str(failure)
    assert str(FAULTY) in str(failure)


@pytest.mark.slow
def test_one_two_and_four_workers_give_the_same_bits(tmp_path: Path) -> None:
    design, host = town_design(
        tmp_path / "town", replications=5, dispatch=["Raises"], plugins=[FAULTY]
    )
    everything = frozenset(Part)
    plain = run_arms(design, host, conduct=Conduct(parts=everything))
    for workers in (1, 2, 4):
        conduct = Conduct(workers=workers, parts=everything)
        found = run_arms(design, host, conduct=conduct)
        assert list(bits(found).items()) == list(bits(plain).items())
        assert [str(one) for one in found.failures] == [str(one) for one in plain.failures]


@pytest.mark.slow
@LINUX
def test_a_worker_that_is_killed_takes_nothing_along(tmp_path: Path) -> None:
    design, host = town_design(tmp_path / "town", replications=6)
    plain = run_arms(design, host)
    killed: list[int] = []

    def kill_somebody(progress: Progress) -> None:
        if progress.done in {1, 4, 7}:
            children = worker_ids()
            os.kill(children[-1], signal.SIGKILL)
            killed.append(children[-1])

    listener = Listener(progress=kill_somebody)
    results = run_arms(design, host, conduct=Conduct(workers=2), listener=listener)
    assert len(killed) == 3
    assert bits(results) == bits(plain)
    assert results.failures == []
    assert worker_ids() == []


def worker_ids() -> list[int]:
    """Return the processes that this one has started as workers and that are not dead."""
    import multiprocessing

    children = multiprocessing.active_children()
    return sorted(one.pid for one in children if one.pid and "worker" in one.name)


@pytest.mark.slow
def test_a_world_that_cannot_be_built_is_the_users_to_mend(tmp_path: Path) -> None:
    design, host = town_design(tmp_path / "town", replications=1)
    for file in (tmp_path / "town").iterdir():
        if file.suffix in {".csv", ".gz", ".graphml"}:
            file.write_bytes(b"nonsense")
    for workers in (None, 1):
        with pytest.raises(NetworkError):
            run_arms(design, host, conduct=Conduct(workers=workers))


def test_a_note_says_what_is_going_on(tmp_path: Path) -> None:
    file = tmp_path / "note"
    assert read_note(file) is None
    notebook = Notebook(file)
    note = read_note(file)
    assert note is not None
    assert note.role is None
    for role in Role:
        notebook.enters(role, 2**50, 7)
        assert read_note(file) == (0, notebook._calls, role, 2**50, 7)
    notebook.enters(Role.PATROL, 5, None)
    notebook.leaves()
    assert read_note(file) == (0, len(Role) + 1, None, 5, None)
    notebook.begins()
    assert read_note(file) == (1, len(Role) + 1, None, 0, None)
    file.write_bytes(b"short")
    assert read_note(file) is None


TRACE = """Thread 0x01 (most recent call first):
  File "/lib/threading.py", line 5 in wait

Current thread 0x02 (most recent call first):
  File "/lib/random.py", line 9 in choice
  File "/opt/my/mine.py", line 12 in helper
  File "/opt/my/mine.py", line 30 in dispatch
  File "/x/patrolsim/engine/callers.py", line 77 in ask
  File "/x/patrolsim/engine/desk.py", line 99 in _ask
"""


def test_the_line_to_blame_is_the_last_one_in_the_policys_own_file() -> None:
    assert place_in_policy(TRACE) == "/opt/my/mine.py:12"
    assert place_in_policy(TRACE.replace("callers.py", "others.py")) == ""
    assert place_in_policy("") == ""


@pytest.mark.slow
def test_workers_that_cannot_start_are_not_tried_for_ever(tmp_path: Path) -> None:
    script = f"""
from pathlib import Path
from tests.experiments import town_design
from patrolsim.experiment import Conduct, run_arms
design, host = town_design(Path({str(tmp_path / "town")!r}), replications=50)
run_arms(design, host, conduct=Conduct(workers=2))
"""
    found = subprocess.run(
        [sys.executable, "-"], input=script, capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert "must be a file, and guard what it does with" in found.stderr.splitlines()[-1]
    assert found.stderr.count("spawn_main") <= 8


def test_the_limit_of_a_replication_counts_from_its_beginning(tmp_path: Path) -> None:
    crew = Crew(Kit(arms=(), origins=(), parts=frozenset()), Conduct(workers=1, limit_s=1.0))
    process = SimpleNamespace(pid=None, kill=lambda: None, join=lambda: None)
    worker = _Worker(
        process=cast("Any", process),
        pipe=cast("Any", SimpleNamespace(close=lambda: None)),
        note_file=tmp_path / "note",
        trace_file=tmp_path / "trace",
        task=Task("as today", 0),
        handed=1,
    )
    crew._workers.append(worker)
    assert crew._look(worker) is None  # it has not even made its note
    notebook = Notebook(worker.note_file)
    worker.since_s = 0.0
    assert crew._look(worker) is None  # it is still reading plugins
    notebook.begins()
    worker.since_s = 0.0
    outcome = crew._look(worker)
    crew.stop()
    assert outcome is not None
    assert "took longer than 1.0 s" in str(outcome[1])
