"""Which incidents a patrol would prevent is drawn beforehand, by number, whatever the strategy."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.towns import build_town, write_town

from patrolsim.cli import main
from patrolsim.errors import ScenarioError
from patrolsim.scenario.reader import read_scenario

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.world import World

RULE = {"radius": "150 m", "for": "30 min", "prevented": "40%", "displaced": "25%"}


def town(folder: Path, rule: dict[str, str] | None, **kind: object) -> World:
    help_ = {"how_often": "300 per day", "takes": "10 min", **kind}
    extra = {} if rule is None else {"deterred_by_patrols": rule}
    return build_town(folder, incidents={"help": {**help_, **extra}}).build(0)


def test_the_drawn_day_is_the_same_with_and_without_the_assumption(tmp_path: Path) -> None:
    with_it, without = town(tmp_path, RULE), town(tmp_path, None)
    assert with_it.incidents.digest() == without.incidents.digest()
    assert without.deterrable is None


def test_the_shares_are_those_of_the_scenario(tmp_path: Path) -> None:
    world = town(tmp_path, RULE)
    assert world.deterrable is not None
    n = len(world.incidents)
    moved = sum(one.elsewhere is not None for one in world.deterrable.values())
    assert len(world.deterrable) / n == pytest.approx(0.4, abs=4 * (0.24 / n) ** 0.5)
    assert moved / len(world.deterrable) == pytest.approx(0.25, abs=0.05)
    assert {one.memory_us for one in world.deterrable.values()} == {1_800_000_000}


def test_a_displaced_incident_is_farther_away_than_the_radius(tmp_path: Path) -> None:
    world = town(tmp_path, {**RULE, "displaced": "100%"})
    assert world.deterrable
    for number, one in world.deterrable.items():
        assert one.elsewhere is not None
        x, y = world.incidents.x[number], world.incidents.y[number]
        assert np.hypot(one.elsewhere.x - x, one.elsewhere.y - y) > 150


def test_an_incident_with_nowhere_else_to_go_stays(tmp_path: Path) -> None:
    rule = {**RULE, "displaced": "100%", "radius": "3 km"}
    assert town(tmp_path, rule).deterrable == {}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"radius": "150 m", "prevented": "20%"}, "for"),
        ({**RULE, "prevented": "140%"}, "more than 100%"),
        ({**RULE, "by": "cars"}, "by"),
    ],
)
def test_a_wrong_assumption_is_refused(rule: dict[str, str], words: str, tmp_path: Path) -> None:
    kind = {"how_often": "3 per day", "takes": "1 min", "deterred_by_patrols": rule}
    with pytest.raises(ScenarioError, match=words):
        read_scenario(write_town(tmp_path, incidents={"help": kind}))


def test_a_run_names_the_assumption_and_counts_what_it_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind = {"how_often": "200 per day", "takes": "5 min", "deterred_by_patrols": RULE}
    folder = write_town(
        tmp_path,
        incidents={"help": kind},
        period={"from": "2025-03-10 00:00", "length": "12 h"},
        teams={"helpers": {"number": 8, "patrols": "60%"}},
        strategies={
            "walks": {"patrol": "random_walk"},
            "stands": {"patrol": "stand", "standby": "stay"},
        },
        replications=2,
    )
    out = tmp_path / "out"
    words = ["--audit", "--out", str(out), "--ledger", str(tmp_path / "ledger.sqlite")]
    assert main(["run", str(folder), *words]) == 0
    said = capsys.readouterr()
    assert "assumed, not found: 40% of 'help' do not happen within 150 m" in said.err
    with (out / "summary.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["measure"] == "prevented"]
    assert len(rows) == 2
    assert "assumed, not found" in (out / "report.html").read_text(encoding="utf-8")
