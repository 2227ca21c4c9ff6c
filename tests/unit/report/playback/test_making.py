"""Which day is shown, and that it is the day that was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolsim.cli.init import write_town
from patrolsim.cli.preparing import Options, prepare
from patrolsim.cli.running import run_scenario
from patrolsim.experiment.results import Task
from patrolsim.experiment.stored import StoredRun, read_run
from patrolsim.experiment.typical import log_digest
from patrolsim.policy import Role
from patrolsim.report.playback import PlaybackError, Stage, Wish, make_playback
from patrolsim.report.playback.making import replay

if TYPE_CHECKING:
    from pathlib import Path

EVENING = ("period.from=2025-03-10 17:00", "period.length=6 h", "replications=3")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run of an evening in town with three replications."""
    folder = tmp_path_factory.mktemp("making")
    write_town(folder / "town")
    options = Options(
        settings=EVENING,
        out=folder / "result",
        ledger=folder / "ledger.sqlite",
        is_quiet=True,
        has_pages=False,
    )
    assert run_scenario(folder / "town", options) == 0
    return folder


@pytest.fixture
def stored(folder: Path) -> StoredRun:
    return read_run(folder / "result")


@pytest.fixture
def stage(folder: Path) -> Stage:
    loaded, host, choices = prepare(folder / "town", Options(settings=EVENING))
    return Stage(loaded=loaded, choices=choices, host=host)


def test_a_day_that_is_lived_through_again_is_the_same_to_the_bit(
    stored: StoredRun, stage: Stage
) -> None:
    runs = replay(stored, stage, ("busy places", "as today"), (2, 0))
    for run in runs:
        assert run.log.digest() == log_digest(stored, run.task)
    assert [run.task for run in runs] == [
        ("busy places", 2),
        ("as today", 2),
        ("busy places", 0),
        ("as today", 0),
    ]


def test_a_day_that_comes_out_otherwise_is_not_shown(stored: StoredRun, stage: Stage) -> None:
    task = Task("as today", 1)
    finished = stored.results.finished
    finished[task] = finished[task]._replace(log_digest="0" * 64)
    with pytest.raises(PlaybackError, match="replication 2 comes out otherwise than it did"):
        make_playback(stored, stage, Wish(replications=(1,)))


def test_the_same_run_gives_the_same_page(stored: StoredRun, stage: Stage) -> None:
    assert make_playback(stored, stage, Wish()) == make_playback(stored, stage, Wish())


def test_more_strategies_than_fit_side_by_side_are_refused(
    stored: StoredRun, stage: Stage
) -> None:
    results = stored.results
    results.strategies = (*results.strategies, "third")
    results.finished[Task("third", 0)] = results.finished[Task("as today", 0)]
    wish = Wish(strategies=("as today", "busy places", "third"))
    with pytest.raises(PlaybackError, match="2 strategies side by side, not more"):
        make_playback(stored, stage, wish)


def test_a_run_that_finished_nothing_cannot_be_shown(stored: StoredRun, stage: Stage) -> None:
    stored.results.finished.clear()
    with pytest.raises(PlaybackError, match="has finished nothing"):
        make_playback(stored, stage, Wish())


def _fails_to_explain(*_question: object) -> object:
    raise RuntimeError("nobody has ever asked")


def test_a_policy_that_cannot_say_why_has_a_page_without_reasons(
    stored: StoredRun, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = make_playback(stored, stage, Wish(strategies=("as today",)))
    closest = type(stage.host.build(Role.DISPATCH, "closest", {}))
    monkeypatch.setattr(closest, "explain", _fails_to_explain)
    silent = make_playback(stored, stage, Wish(strategies=("as today",)))
    assert '"rules":[]' in silent
    assert '"rules":["seconds' in honest
