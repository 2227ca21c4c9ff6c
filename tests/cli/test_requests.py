"""Requests through the whole program: from the file to the tables, the page and the audit."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import duckdb
import pytest
from tests.towns import write_town

from patrolsim.cli import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

DAY = {"from": "2025-03-11 00:00", "length": "36 h"}
TOWN: dict[str, object] = {
    "period": DAY,
    "places": {"window": {"x": 200.0, "y": 200.0}},
    "teams": {
        "clerks": {
            "number": 2,
            "posts": ["window"],
            "shifts": [{"days": "workdays", "hours": "08:30-17:30"}],
        },
        "helpers": {"number": 6, "patrols": "50%"},
    },
    "incidents": {
        "help": {"how_often": "30 per day", "takes": "20 min", "teams": ["helpers"]},
        "cards": {
            "at": ["2025-03-11 09:00"],
            "batch": 35,
            "request": {
                "due_within": "4 h",
                "windows": {"days": "workdays", "hours": "09:00-17:00"},
            },
            "teams": ["clerks"],
            "stages": {"card": {"where": "post", "takes": "12 min"}},
        },
        "form": {
            "how_often": "12 per day",
            "priority": 5,
            "request": {"due_within": "8 h", "windows": {"hours": "08:00-20:00"}},
            "stages": {"collect": {"where": "remote", "takes": "5 min"}, "carry_out": {}},
            "items": {
                "lock": {"share": "40%", "takes": "40 min", "needs": 2},
                "talk": {"share": "60%", "takes": "20 min", "due_within": "6 h"},
            },
        },
        "drill": {"at": {"days": "Tue", "hours": "14:00"}, "takes": "2 h", "needs": 4},
    },
    "strategies": {
        "by due date": {},
        "spare": {"appointments": {"policy": "reserve", "reserve": "50%"}},
    },
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("requests")
    write_town(folder, **TOWN)
    words = ["run", str(folder), "--out", str(folder / "out"), "--audit", "-q"]
    assert main([*words, "--replications", "2"]) == 0
    return folder / "out"


def estimates(out: Path) -> dict[tuple[str, str], str]:
    with (out / "summary.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["strategy"] == "by due date"]
    return {(row["measure"], row["group"]): row["value"] for row in rows}


def test_the_auditor_finds_nothing(out: Path) -> None:
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["findings"] == []


def test_the_summary_tells_of_requests_by_kind_item_and_stage(out: Path) -> None:
    found = estimates(out)
    assert float(found["requests_in_time", "request=cards"]) == 1.0
    assert float(found["requests_in_time", "request=drill"]) == 1.0
    assert float(found["cycle_time_s", "request=cards, card"]) == pytest.approx(
        720 * sum(number // 2 + 1 for number in range(35)) / 35, abs=0.5
    )
    by_item = [float(found["requests", f"request=form: {item}"]) for item in ("lock", "talk")]
    assert sum(by_item) == float(found["requests", "request=form"])
    assert ("response_median_pooled_s", "kind=cards") not in found


def test_the_table_of_incidents_has_the_due_times(out: Path) -> None:
    counts = duckdb.connect().execute(
        "SELECT kind, count(*), count(due_s), min(due_s - known_s) FROM"  # noqa: S608 - our own file
        f" '{out / 'incidents.parquet'}' WHERE kind IN ('cards', 'help') GROUP BY kind ORDER BY 1"
    )
    cards, help_ = counts.fetchall()
    assert cards == ("cards", 140, 140, 14_400.0)
    assert help_[2:] == (0, None)


def test_a_default_appointments_policy_is_chosen_where_there_are_requests(out: Path) -> None:
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    told = json.dumps(run["strategies"])
    assert "earliest_due_date" in told
    assert "reserve" in told


def test_a_clerk_away_makes_cards_late(out: Path, tmp_path: Path) -> None:
    words = ["run", str(out.parent), "--out", str(tmp_path), "--strategy", "by due date", "-q"]
    assert main([*words, "--replications", "1", "--set", "teams.clerks.number=1"]) == 0
    found = estimates(tmp_path)
    assert float(found["requests_in_time", "request=cards"]) == pytest.approx(20 / 35, abs=1e-4)
    assert float(found["backlog", "request=cards"]) == 0.0
