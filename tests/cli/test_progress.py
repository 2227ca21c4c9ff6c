"""Progress on a terminal."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from tests.unit.experiment.test_estimates import metrics

from patrolsim.cli.progress import Bars, Medians
from patrolsim.experiment import Progress, Task

if TYPE_CHECKING:
    import pytest

    from patrolsim.experiment import Finished


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what a terminal gets to see of two tasks."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    bars = Bars(["as today", "[bold]x"], 2, Medians())
    for number, time_s in enumerate((240.0, 300.0)):
        task = Task("as today", number)
        done = SimpleNamespace(metrics=metrics(time_s))
        bars.finished(task, cast("Finished", done))
        bars.advance(Progress(number + 1, 4, task, 0))
    bars.close()
    return terminal.getvalue()


def test_each_strategy_has_a_bar_with_its_median_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch)
    assert "2/2" in text
    assert "median response 4.5 min (4.0 to 5.0)" in text


def test_names_are_text_and_never_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "[bold]x" in shown(monkeypatch)


def test_no_color_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = shown(monkeypatch)
    assert "2/2" in text
    assert "\033[3" not in text
    assert "\033[9" not in text
