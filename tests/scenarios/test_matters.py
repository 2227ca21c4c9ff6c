"""A kind with three stages, a channel and a team by YAML alone: they run, and are explained."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from tests.towns import build_town, write_map

from patrolsim.cli import main

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = """\
name: Matters
streets: {nodes: nodes.csv, edges: edges.csv}
places: {home: {node: n44}, box: {node: n00}, office: {node: n22}}
period:
  from: 2025-03-10 00:00
  length: 2 days
  weather: {rainstorm: {how often: 200 per year, lasts: 2-6 h}}
teams:
  red: {number: 6, helps: {campus: 2 min}, shifts: [{hours: 06:00-14:00}], overtime: hand over}
  campus: {number: 3, posts: [office]}
incidents:
  car push: {how often: 8 per day, takes: 10 min, needs: 2, in weather: {rainstorm: 30 times}}
  letter: {how often: 9 per day, takes: 5 min, channel: box, where: {places: {box: 1}}}
  letter round:
    how often: 4 per day
    teams: [campus]
    stages: {fetch: {where: nearest box, takes: 5 min}, back: {where: scene, takes: 1 min}}
"""
NEW_KIND = """\
  fraud:
    how often: 24 per day
    teams: [campus]
    channel: line
    escalates: 50%
    address: {places: {home: 1}}
    stake: {amount: about 14000, unit: yuan, lost after: {exponential: 20 min}}
    stages:
      by phone: {where: remote, takes: 5 min, settles: 40%}
      at the door: {where: address, takes: 20 min, needs: {campus: 1, anybody: 1}}
      police: {takes: 30 min, only when: escalated, teams: [cars], needs: {cars: 2}}
"""
NEW_CHANNELS = """\
channels:
  box: {emptied by: letter round}
  line: {operators: 2, handling: 1-3 min}
"""
NEW_TEAM = "  cars: {number: 2, posts: [office], modes: {car: 100%}}\n"
AFTER = "replications: 2\nseed: 3\n"


def text_of(kind: str = NEW_KIND, channels: str = NEW_CHANNELS, team: str = NEW_TEAM) -> str:
    before = BEFORE.replace("incidents:\n", f"{team}incidents:\n")
    return before + kind + channels + AFTER


def write(folder: Path, text: str) -> Path:
    write_map(folder, is_in_degrees=False)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    return folder


def test_it_runs_with_nothing_for_the_auditor_and_a_summary_of_what_is_kept_safe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = write(tmp_path, text_of()), tmp_path / "out"
    assert main(["run", str(folder), "--out", str(out), "--audit", "--workers", "1"]) == 0
    capsys.readouterr()
    with (out / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["group"], row["measure"]): row for row in csv.DictReader(file)}
    kept, share = rows["kind=fraud", "kept_safe"], rows["kind=fraud", "share_kept_safe"]
    assert kept["unit"] == "yuan"
    assert float(kept["value"]) > 10_000
    assert 0.2 < float(share["value"]) < 1
    assert rows["all", "kept_safe"]["value"] == kept["value"]
    assert float(rows["kind=letter", "incidents"]["value"]) > 3
    assert float(rows["team=cars", "incidents"]["value"] or 0) >= 0
    assert ("kind=letter", "kept_safe") not in rows


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("settles: 40%", "setles: 40%", "27:47"),
        ("number: 2, posts", "nubmer: 2, posts", "11:10"),
        ("operators: 2", "operatros: 2", "32:10"),
    ],
)
def test_a_spelling_mistake_is_shown_with_its_place_and_the_right_word(
    right: str, wrong: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path, text_of().replace(right, wrong))
    assert main(["validate", str(folder)]) == 3
    said = capsys.readouterr()
    shown, meant = said.out + said.err, right.partition(":")[0]
    bad = wrong.partition(":")[0]
    assert f"scenario.yaml:{place}: error: unknown key '{bad}'" in shown
    assert f"did you mean '{meant}'?" in shown
    assert "1 problem in" in shown


def test_a_scenario_without_the_new_keys_has_the_rows_it_always_had(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        tmp_path,
        text_of(kind="", team="", channels="channels: {box: {emptied by: letter round}}\n"),
    )
    out = tmp_path / "out"
    assert main(["run", str(tmp_path), "--out", str(out), "--workers", "1", "-q"]) == 0
    capsys.readouterr()
    assert "kept_safe" not in (out / "summary.csv").read_text(encoding="utf-8")


def test_weather_multiplies_the_kinds_that_name_it(tmp_path: Path) -> None:
    builder = build_town(
        tmp_path,
        period={
            "from": "2025-03-10 00:00",
            "length": "300 days",
            "weather": {"rain": {"how_often": "100 per year", "lasts": "2-6 h"}},
        },
        incidents={
            kind: {"how_often": "4 per day", "takes": "9 min", "in_weather": {"rain": "40 times"}}
            for kind in ("push", "search")
        },
    )
    table = builder.build(0).incidents
    days = [[0] * 300 for _ in range(2)]
    for kind, us in zip(table.kind.tolist(), table.occurred_us.tolist(), strict=True):
        days[kind][us // 86_400_000_000] += 1
    both = sum(1 for a, b in zip(*days, strict=True) if a > 8 and b > 8)
    either = sum(1 for a, b in zip(*days, strict=True) if a > 8 or b > 8)
    assert both > either / 2 > 5
