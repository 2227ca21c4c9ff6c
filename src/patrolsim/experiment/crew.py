"""Supervised workers: processes that may crash, hang or be killed without harm to others.

Each worker has a pipe of its own, so whoever dies takes one task along and nothing else: it is
known which one, and it is tried again. A pool whose workers share a pipe cannot say that (see
docs/design.md, decision 17).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
import time
from collections import Counter, deque
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING

from patrolsim.errors import PatrolsimError
from patrolsim.experiment.blame import (
    LostError,
    blame_for_death,
    blame_for_hanging,
    blame_for_slowness,
    how_it_ended,
)
from patrolsim.experiment.notes import Note, read_note
from patrolsim.experiment.results import Failure, FailureKind
from patrolsim.experiment.worker import DUMP_SIGNAL, Kit, work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from patrolsim.experiment.design import Conduct
    from patrolsim.experiment.records import Record
    from patrolsim.experiment.results import Task

    Outcome = tuple[Task, Record | Failure]

MOST_DEATHS = 3
"""A task in the middle of which workers have died so often is given up."""
MOST_STILLBORN = 20
"""So many workers may die before they have begun anything."""
MOST_FAILED_STARTS = 2
"""If the first workers end so often by themselves, before they have begun anything, none will."""
NO_START = (
    "worker processes end before they have begun anything. A script that asks for workers must be"
    ' a file, and guard what it does with: if __name__ == "__main__":'
)
LOOK_EVERY_S = 0.25
"""How often it is looked whether a worker hangs."""
DUMP_S = 1.0
"""How long a hanging worker may take to write down where it is."""


@dataclass(slots=True)
class _Worker:
    """A process and what it does."""

    process: SpawnProcess
    pipe: Connection
    note_file: Path
    trace_file: Path
    task: Task | None = None
    handed: int = 0
    """How many tasks it was given."""
    since_s: float = 0.0
    call: tuple[int, float] = (0, 0.0)
    """Number of the present call of a policy, and when it was first seen."""

    def start(self, task: Task) -> None:
        """Hand a task over; a worker that has died meanwhile shows that by itself."""
        self.task = task
        self.handed += 1
        self.since_s = time.monotonic()
        self.call = (0, self.since_s)
        with contextlib.suppress(OSError):
            self.pipe.send(task)

    def trace(self) -> str:
        """Return what it has written of its stack; empty for nothing."""
        try:
            return self.trace_file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def kill(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


class Crew:
    """Some workers, started when there is something to do.

    Parameters
    ----------
    kit
        What they need to know.
    conduct
        How many, and how long anything may take.
    """

    def __init__(self, kit: Kit, conduct: Conduct) -> None:
        self._kit = kit
        self._conduct = conduct
        self._workers: list[_Worker] = []
        self._again: deque[Task] = deque()
        self._deaths: Counter[Task] = Counter()
        self._stillborn = 0
        self._failed_starts = 0
        self._has_begun = False
        self._made = 0
        self._folder = Path(tempfile.mkdtemp(prefix="patrolsim-"))

    def run(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        """Carry out tasks and yield what became of each, in the order in which they end.

        Raises
        ------
        ScenarioError, NetworkError
            If a world cannot be built: that concerns every task.
        LostError
            If workers cannot start.
        """
        todo = self._endless(tasks)
        self._hand_out(todo)
        while any(worker.task is not None for worker in self._workers):
            busy = [worker for worker in self._workers if worker.task is not None]
            ready = wait([worker.pipe for worker in busy], LOOK_EVERY_S)
            for worker in busy:
                outcome = self._answer_of(worker) if worker.pipe in ready else self._look(worker)
                # The worker goes on while the outcome is being written down.
                self._hand_out(todo)
                if outcome is not None:
                    yield outcome

    def stop(self) -> None:
        """End all workers at once."""
        for worker in self._workers:
            worker.kill()
        self._workers.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _endless(self, tasks: Iterator[Task]) -> Iterator[Task | None]:
        """Yield tasks, first those that are to be tried again; None while there are none."""
        while True:
            yield self._again.popleft() if self._again else next(tasks, None)

    def _hand_out(self, todo: Iterator[Task | None]) -> None:
        for worker in self._workers:
            if worker.task is None and (task := next(todo)) is not None:
                worker.start(task)
        wanted = self._conduct.workers or 1
        while len(self._workers) < wanted and (task := next(todo)) is not None:
            self._workers.append(self._hire())
            self._workers[-1].start(task)

    def _hire(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        self._made += 1
        note_file = self._folder / f"{self._made}.note"
        trace_file = self._folder / f"{self._made}.trace"
        ours, theirs = context.Pipe()
        process = context.Process(
            target=work,
            args=(theirs, self._kit, str(note_file), str(trace_file)),
            name=f"patrolsim worker {self._made}",
            daemon=True,
        )
        with _without_interrupts():
            process.start()
        # Only the worker holds its end: when it dies the pipe says so.
        theirs.close()
        return _Worker(process, ours, note_file, trace_file)

    def _answer_of(self, worker: _Worker) -> Outcome | None:
        task = worker.task
        if task is None:
            return None
        try:
            answer: Record | PatrolsimError = worker.pipe.recv()
        except (EOFError, OSError):
            return self._bury(worker, task)
        worker.task = None
        self._has_begun = True
        if isinstance(answer, PatrolsimError):
            return task, Failure(task, answer)
        return task, answer

    def _bury(self, worker: _Worker, task: Task) -> Outcome | None:
        """Try the task of a dead worker again, unless it kills whoever tries it."""
        note = read_note(worker.note_file)
        self._dismiss(worker)
        if note is not None and note.tasks == worker.handed:
            self._deaths[task] += 1
            self._has_begun = True
        else:
            self._stillborn += 1
            self._count_failed_start(worker)
        if self._deaths[task] < MOST_DEATHS and self._stillborn < MOST_STILLBORN:
            self._again.append(task)
            return None
        how, trace = how_it_ended(worker.process.exitcode), worker.trace()
        error = blame_for_death(self._kit, task, note, how, trace)
        return task, Failure(task, error, FailureKind.LOST)

    def _count_failed_start(self, worker: _Worker) -> None:
        """Give up when workers end in error before the first of them has begun anything.

        A signal is somebody else's doing, and says nothing of the next worker.
        """
        if self._has_begun or (worker.process.exitcode or 0) <= 0:
            return
        self._failed_starts += 1
        if self._failed_starts >= MOST_FAILED_STARTS:
            raise LostError(NO_START)

    def _look(self, worker: _Worker) -> Outcome | None:
        """See whether a worker has been at it for too long."""
        task = worker.task
        if task is None:
            return None
        now_s, note = time.monotonic(), read_note(worker.note_file)
        if note is None or note.tasks < worker.handed:
            worker.since_s = now_s  # still starting: importing, reading plugins
        if note is None or note.role is None:
            worker.call = (0, now_s)
        elif note.calls != worker.call[0]:
            worker.call = (note.calls, now_s)
        limit_s = self._conduct.limit_s
        if now_s - worker.call[1] > self._conduct.policy_limit_s and note is not None:
            return self._give_up(worker, task, note)
        if limit_s is not None and now_s - worker.since_s > limit_s:
            return self._give_up(worker, task, None)
        return None

    def _give_up(self, worker: _Worker, task: Task, note: Note | None) -> Outcome:
        trace = _where_it_is(worker)
        self._dismiss(worker)
        error: PatrolsimError
        if note is None:
            error = blame_for_slowness(self._conduct.limit_s or 0.0, trace)
        else:
            limit_s = self._conduct.policy_limit_s
            error = blame_for_hanging(self._kit, task, note, limit_s, trace)
        return task, Failure(task, error, FailureKind.TIMEOUT)

    def _dismiss(self, worker: _Worker) -> None:
        worker.kill()
        worker.task = None
        self._workers.remove(worker)


def _where_it_is(worker: _Worker) -> str:
    """Return the stack of a worker as it writes it down; empty where it cannot."""
    if DUMP_SIGNAL is None or worker.process.pid is None:
        return ""
    with contextlib.suppress(OSError):
        os.kill(worker.process.pid, DUMP_SIGNAL)
    end_s, text = time.monotonic() + DUMP_S, ""
    while time.monotonic() < end_s:
        before, text = text, worker.trace()
        if text and text == before:
            break
        time.sleep(0.02)
    return text


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Let a child start deaf to Ctrl-C: it would die of it before it can say that it is."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
