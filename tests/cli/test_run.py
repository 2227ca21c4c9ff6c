"""``patrolsim run``: what it says, what it writes, how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import SHORT, Said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Call = Callable[..., Said]

FILES = [
    "incidents.parquet",
    "legs.parquet",
    "playback.html",
    "report.html",
    "results.bin",
    "run.json",
    "scenario.yaml",
    "streets.parquet",
    "summary.csv",
    "volunteers.parquet",
]
FAILING = """
from patrolsim import PolicySpec, Role, hookimpl

class Fails:
    def dispatch(self, view, incident):
        if incident.incident_id >= 1:
            raise RuntimeError("out of ideas")
        return None

@hookimpl
def patrolsim_policies():
    return [PolicySpec(name="fails", role=Role.DISPATCH, build=lambda parameters: Fails())]
"""


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_run_ends_with_a_table_a_sentence_and_a_folder(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    said = patrolsim("run", town, "--out", "result", "-n", 10, *SHORT)
    assert said.code == 0
    assert "My town: 10 replications, seed 7" in said.out
    lines = [line.split("  ")[0] for line in said.out.splitlines()]
    assert lines[2:5] == ["strategy", "as today", "busy places"]
    assert "busy places against as today: " in said.out
    assert said.out.endswith("Written: result\n")
    assert names(tmp_path / "result") == FILES


def test_progress_is_a_line_per_tenth_on_stderr(patrolsim: Call, town: Path) -> None:
    said = patrolsim("run", town, "-n", 10, "--no-pages", *SHORT)
    lines = said.err.splitlines()
    assert len(lines) == 10
    assert lines[0].startswith(" 10 % done, 2 of 20 runs, about ")
    assert lines[-1] == "100 % done, 20 of 20 runs"


def test_without_out_the_folder_stands_under_runs(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    assert patrolsim("run", town, "-n", 1, "-q", *SHORT).code == 0
    assert patrolsim("run", town, "-n", 1, "-q", *SHORT).code == 0
    ledger, *folders = names(tmp_path / "runs")
    assert ledger == "ledger.sqlite"
    assert len(folders) == 2
    assert all(name.startswith("my-town-2") for name in folders)


def test_quiet_says_nothing(patrolsim: Call, town: Path) -> None:
    assert patrolsim("run", town, "-n", 1, "-q", *SHORT) == Said(0, "", "")


def test_the_scenario_is_kept_byte_for_byte(patrolsim: Call, town: Path, tmp_path: Path) -> None:
    file = town / "scenario.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    patrolsim("run", town, "-o", "result", "-n", 1, *SHORT)
    assert (tmp_path / "result" / "scenario.yaml").read_bytes() == file.read_bytes()


def test_a_folder_with_something_in_it_is_refused_before_anything_runs(
    patrolsim: Call, town: Path
) -> None:
    said = patrolsim("run", town, "--out", town)
    assert (said.code, said.out) == (2, "")
    assert "holds something already: remove it, or name another folder" in said.err


def test_an_empty_folder_may_be_named(patrolsim: Call, town: Path, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    assert patrolsim("run", town, "-o", "here", "-n", 1, *SHORT).code == 0
    assert names(tmp_path / "here") == FILES


def test_few_replications_show_their_range_and_claim_no_interval(
    patrolsim: Call, town: Path
) -> None:
    said = patrolsim("run", town, "-n", 3, *SHORT)
    assert "±" not in said.out
    assert "fewer than 10 give no interval" in said.out
    assert "3 paired replications" in said.out
    assert "95 %" not in said.out


def test_one_replication_proves_nothing_and_says_so(patrolsim: Call, town: Path) -> None:
    said = patrolsim("run", town, "-n", 1, *SHORT)
    assert "One replication: no interval can be given." in said.out
    assert "proves nothing" in said.out


def test_json_is_one_document_and_nothing_else(patrolsim: Call, town: Path) -> None:
    said = patrolsim("run", town, "-n", 2, "--json", *SHORT)
    document = json.loads(said.out)
    assert document["replications"] == {"as today": 2, "busy places": 2}
    assert document["control"] == "as today"
    measures = {(line["strategy"], line["measure"]) for line in document["estimates"]}
    assert ("busy places", "response_median_s") in measures
    assert all(line["strategy"] == "busy places" for line in document["comparisons"])


def test_a_strategy_alone_has_nothing_to_compare_with(patrolsim: Call, town: Path) -> None:
    said = patrolsim("run", town, "-n", 1, "--strategy", "busy places", *SHORT)
    assert said.code == 0
    assert "as today" not in said.out
    assert "against" not in said.out


def test_an_unknown_strategy_is_a_wrong_word(patrolsim: Call, town: Path) -> None:
    said = patrolsim("run", town, "--strategy", "busy place")
    assert said.code == 2
    assert said.err == (
        "patrolsim: the scenario has no strategy 'busy place': did you mean 'busy places'?"
        " (see patrolsim run --help)\n"
    )


def test_a_setting_without_a_value_is_a_wrong_word(patrolsim: Call, town: Path) -> None:
    said = patrolsim("run", town, "--set", "seed")
    assert said.code == 2
    assert "write it like --set teams.wardens.number=40" in said.err


def test_a_wrong_setting_is_explained_like_a_wrong_file(patrolsim: Call, town: Path) -> None:
    said = patrolsim("run", town, "--set", "teams.wardens.number=many")
    assert said.code == 3
    assert "1 problem in" in said.err
    assert "Nothing was run." in said.err
    assert "Traceback" not in said.err


def test_settings_change_the_run_and_stand_in_its_record(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    words = ("--set", "teams.wardens.number=3", "--set", "period.length=2 h")
    said = patrolsim("run", town, "-o", "result", "-n", 1, *words)
    record = json.loads((tmp_path / "result" / "run.json").read_text())
    assert said.code == 0
    assert "teams.wardens.number=3" in record["scenario"]["settings"]
    assert record["command"][:3] == ["patrolsim", "run", str(town)]


def test_the_same_seed_gives_the_same_logs_and_another_seed_others(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        patrolsim("run", town, "-o", name, "-n", 2, *SHORT[:4], "--seed", seed)
    records = [
        json.loads((tmp_path / name / "run.json").read_text()) for name in ("one", "two", "three")
    ]
    digests = [(record["incident_digests"], record["log_digests"]) for record in records]
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]
    summaries = [(tmp_path / name / "summary.csv").read_bytes() for name in ("one", "two")]
    assert summaries[0] == summaries[1]


def test_a_failing_policy_ends_its_strategy_and_the_others_go_on(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    plugin = tmp_path / "mine.py"
    plugin.write_text(FAILING)
    words = ("--set", "strategies.busy places.dispatch=fails", "--plugin", plugin)
    said = patrolsim("run", town, "-o", "result", "-n", 2, *words, *SHORT[:4])
    record = json.loads((tmp_path / "result" / "run.json").read_text())
    assert said.code == 4
    assert "strategy busy places, replication 0: policy 'fails' at t=" in said.err
    assert "out of ideas" in said.err
    assert record["replications"]["finished"] == {"as today": 2, "busy places": 0}
    assert record["failures"][0]["policy"] == "fails"
    assert record["failures"][0]["incident_id"] == 1
    assert "Traceback" not in said.err


def test_when_everything_fails_nothing_is_written(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    plugin = tmp_path / "mine.py"
    plugin.write_text(FAILING)
    words = ("--set", "strategies.busy places.dispatch=fails", "--plugin", plugin)
    said = patrolsim("run", town, "-o", "result", "-s", "busy places", "-n", 2, *words)
    assert (said.code, said.out) == (4, "")
    assert names(tmp_path) == ["mine.py", "runs", "town"]
    assert names(tmp_path / "runs") == ["ledger.sqlite"]


def test_a_plugin_file_that_is_not_there_is_named(patrolsim: Call, town: Path) -> None:
    said = patrolsim("run", town, "--plugin", "nowhere.py")
    assert said.code == 4
    assert "nowhere.py" in said.err


def test_an_interrupt_keeps_what_is_finished(
    patrolsim: Call, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patrolsim.cli.progress import Lines

    def interrupt(_self: object, progress: object) -> None:
        if getattr(progress, "done", 0) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(Lines, "advance", interrupt)
    said = patrolsim("run", town, "-o", "result", "-n", 5, "--workers", 1, *SHORT)
    record = json.loads((tmp_path / "result" / "run.json").read_text())
    assert said.code == 130
    assert "Interrupted: 3 finished runs are kept." in said.err
    assert record["is_interrupted"] is True
    assert record["replications"]["finished"] == {"as today": 2, "busy places": 1}
    assert names(tmp_path) == ["result", "runs", "town"]


def test_an_audit_of_a_sound_run_finds_nothing(patrolsim: Call, town: Path) -> None:
    said = patrolsim("run", town, "-n", 1, "--audit", *SHORT)
    assert said.code == 0
    assert "audit: 2 runs, nothing found\n" in said.err
    assert patrolsim("run", town, "-n", 1, "--audit", "-q", *SHORT) == Said(0, "", "")


def test_findings_of_an_audit_fail_the_run(
    patrolsim: Call, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from patrolsim.experiment.records import Record

    # The audit itself happens in a worker; what it found comes back in its record.
    monkeypatch.setattr(Record, "findings", lambda _self: ["a volunteer flew"])
    said = patrolsim("run", town, "-n", 1, "--audit", "-s", "as today", *SHORT)
    assert said.code == 1
    assert "audit: strategy as today, replication 0: a volunteer flew" in said.err


def test_a_dry_run_says_how_much_there_is_to_do(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    said = patrolsim("run", town, "--dry-run", *SHORT)
    assert said.code == 0
    assert "28 volunteers in 2 teams on 192 street nodes" in said.out
    assert "2 strategies (as today, busy places) x 20 replications = 40 runs, about" in said.out
    assert names(tmp_path) == ["town"]


def test_a_dry_run_can_be_read_by_scripts(patrolsim: Call, town: Path) -> None:
    document = json.loads(patrolsim("run", town, "--dry-run", "--json", *SHORT).out)
    assert document["volunteers"] == 28
    assert document["replications"] == 20
    assert document["seconds"] > 0
    assert document["workers"] >= 1


def test_a_dry_run_tells_the_expected_incidents_and_not_those_of_one_day(
    patrolsim: Call, town: Path
) -> None:
    document = json.loads(patrolsim("run", town, "--dry-run", "--json", *SHORT).out)
    # 17:00 to 23:00: complaints 10 a day, three times as often from 20:00 to 24:00, so 0.3125 an
    # hour before and 0.9375 after; falls 4 a day and disputes 3 a day at any hour.
    by_hand = 3 * 0.3125 + 3 * 0.9375 + 6 / 24 * 4 + 6 / 24 * 3
    assert document["expected_incidents"] == pytest.approx(by_hand)


def test_a_dry_run_counts_recorded_calls_one_by_one(patrolsim: Call, town: Path) -> None:
    (town / "calls.csv").write_text("time_s,node\n60,607\n120,311\n99999,311\n")
    file = town / "scenario.yaml"
    text = file.read_text(encoding="utf-8").replace("    how often: 4 per day\n", "")
    text = text.replace("    where: {places: {market: 2, school: 1}, spread: 120 m}\n", "")
    file.write_text(text.replace("injury:", "injury:\n    replay: calls.csv"), encoding="utf-8")
    document = json.loads(patrolsim("run", town, "--dry-run", "--json", *SHORT).out)
    assert document["expected_incidents"] == pytest.approx(3.75 + 0.75 + 2)
