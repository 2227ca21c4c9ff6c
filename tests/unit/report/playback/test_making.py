"""Which day is shown, and that it is the day that was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolsim.cli.init import write_town
from patrolsim.cli.preparing import Options, prepare
from patrolsim.cli.running import run_scenario
from patrolsim.experiment.stored import StoredRun
from patrolsim.metrics.areas import areas_of
from patrolsim.report.playback import PlaybackError, Stage, Wish, make_playback
from patrolsim.report.playback.making import place_of, replay

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
    return StoredRun.open(folder / "result")


@pytest.fixture
def stage(folder: Path) -> Stage:
    loaded, host, choices = prepare(folder / "town", Options(settings=EVENING))
    return Stage(loaded=loaded, choices=choices, host=host)


def test_a_day_that_is_lived_through_again_is_the_same_to_the_bit(
    stored: StoredRun, stage: Stage
) -> None:
    runs = replay(stored, stage, ("busy places", "as today"), (2, 0))
    for run in runs:
        assert run.log.digest() == stored.log_digest(*run.task)
    assert [run.task for run in runs] == [
        ("busy places", 2),
        ("as today", 2),
        ("busy places", 0),
        ("as today", 0),
    ]


def test_a_day_that_comes_out_otherwise_is_not_shown(stored: StoredRun, stage: Stage) -> None:
    stored.document["log_digests"]["as today"][1] = "0" * 64
    with pytest.raises(PlaybackError, match="replication 2 comes out otherwise than it did"):
        make_playback(stored, stage, Wish(replications=(1,)))


def test_the_same_run_gives_the_same_page(stored: StoredRun, stage: Stage) -> None:
    assert make_playback(stored, stage, Wish()) == make_playback(stored, stage, Wish())


def test_more_strategies_than_fit_side_by_side_are_refused(
    stored: StoredRun, stage: Stage
) -> None:
    stored.document["replications"]["finished"]["third"] = 3
    wish = Wish(strategies=("as today", "busy places", "third"))
    with pytest.raises(PlaybackError, match="2 strategies side by side, not more"):
        make_playback(stored, stage, wish)


def test_a_run_that_finished_nothing_cannot_be_shown(stored: StoredRun, stage: Stage) -> None:
    stored.document["replications"]["finished"] = {"as today": 0, "busy places": 0}
    with pytest.raises(PlaybackError, match="has finished nothing"):
        make_playback(stored, stage, Wish())


@pytest.mark.parametrize(("column", "row"), [(0, 0), (2, 3), (25, 9), (26, 0), (702, 41)])
def test_a_square_is_found_by_its_name(column: int, row: int) -> None:
    import numpy as np

    class Plane:
        x = np.zeros(1)
        y = np.zeros(1)

    x, y = np.array([1000.0 * column + 1]), np.array([1000.0 * row + 1])
    name = areas_of(x, y, Plane())[0]  # type: ignore[arg-type]  # only the corner is read
    assert place_of(name) == (column, row)


def test_what_is_no_square_is_refused() -> None:
    with pytest.raises(PlaybackError, match="'4C' is no square"):
        place_of("4C")
