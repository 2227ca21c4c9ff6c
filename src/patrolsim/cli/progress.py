"""How far a run has come: bars on a terminal, a line per tenth elsewhere. All on stderr."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from patrolsim.cli.terminal import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from rich.progress import TaskID

    from patrolsim.cli.preparing import Options
    from patrolsim.experiment import Finished, Progress, Task
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.strategies import Choices

TENTHS = 10


class Display(Protocol):
    """Shows progress."""

    def finished(self, task: Task, done: Finished) -> None:
        """Take note of what a run has shown."""

    def advance(self, progress: Progress) -> None:
        """Show that another task is done."""

    def close(self) -> None:
        """Show nothing more."""


class SoFar(Protocol):
    """Knows what the runs have shown so far."""

    def add(self, task: Task, done: Finished) -> None:
        """Take a run into account."""

    def text(self, strategy: str) -> str:
        """Return what is known of a strategy; empty for nothing."""


def open_progress(
    loaded: LoadedScenario, choices: Choices, options: Options
) -> AbstractContextManager[Display]:
    """Give the display of a scenario's strategies, with the median response so far."""
    return open_display(list(choices), loaded.scenario.replications, options, Medians())


@contextmanager
def open_display(
    names: list[str], replications: int, options: Options, so_far: SoFar
) -> Iterator[Display]:
    """Give the display that fits: none when quiet, bars on a terminal, else lines."""
    if options.is_quiet:
        yield Silence()
        return
    display = Bars(names, replications, so_far) if sys.stderr.isatty() else Lines(so_far)
    try:
        yield display
    finally:
        display.close()


class Silence:
    """Shows nothing."""

    def finished(self, task: Task, done: Finished) -> None:
        """Ignore it."""

    def advance(self, progress: Progress) -> None:
        """Ignore it."""

    def close(self) -> None:
        """Do nothing."""


class Medians:
    """The median responses of the runs so far, by strategy."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)

    def add(self, task: Task, done: Finished) -> None:
        """Take a run into account."""
        median_s = done.metrics.responses.quantile_s(0.5)
        if median_s is not None:
            self._seconds[task.strategy].append(median_s)

    def text(self, strategy: str) -> str:
        """Return the mean over runs with its half-width so far; empty without runs."""
        from patrolsim.output_analysis import estimate_mean
        from patrolsim.report.words.numbers import duration

        found = estimate_mean(self._seconds[strategy])
        return "" if found is None else f"median response {duration(found)}"


class Lines:
    """Writes a line when another tenth of the tasks is done."""

    def __init__(self, so_far: SoFar) -> None:
        self._started = time.monotonic()
        self._tenths = 0
        self._known = so_far

    def finished(self, task: Task, done: Finished) -> None:
        """Take a run into account."""
        self._known.add(task, done)

    def advance(self, progress: Progress) -> None:
        """Write a line if another tenth is done."""
        tenths = progress.done * TENTHS // progress.total
        is_all_cached = progress.cached == progress.done < progress.total
        if tenths > self._tenths and not is_all_cached:
            self._tenths = tenths
            say(self._line(progress))

    def close(self) -> None:
        """Do nothing: every line is complete."""

    def _line(self, progress: Progress) -> str:
        from patrolsim.units import format_duration

        percent = 100 * progress.done // progress.total
        line = f"{percent:3d} % done, {progress.done} of {progress.total} runs"
        if progress.done == progress.total:
            return line
        spent_s = time.monotonic() - self._started
        left_s = spent_s / (progress.done - progress.cached) * (progress.total - progress.done)
        return f"{line}, about {format_duration(left_s)} left{self._so_far(progress)}"

    def _so_far(self, progress: Progress) -> str:
        name = progress.last.strategy
        text = self._known.text(name)
        return f"; {name}: {text}" if text else ""


class Bars:
    """A bar per strategy, with what is known so far and the time left."""

    def __init__(self, strategies: list[str], replications: int, so_far: SoFar) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as TimeLeft
        from rich.table import Column

        plain = Column(no_wrap=True)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False, table_column=plain),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[known]}", markup=False),
            TimeLeft(),
            console=Console(stderr=True),
            transient=True,
        )
        self._bars: dict[str, TaskID] = {
            name: self._progress.add_task(name, total=replications, known="")
            for name in strategies
        }
        self._known = so_far
        self._progress.start()

    def finished(self, task: Task, done: Finished) -> None:
        """Take a run into account."""
        self._known.add(task, done)

    def advance(self, progress: Progress) -> None:
        """Move the bar of a strategy."""
        name = progress.last.strategy
        self._progress.update(self._bars[name], advance=1, known=self._known.text(name))

    def close(self) -> None:
        """Take the bars away."""
        self._progress.stop()
