"""``patrolsim compare`` from its words to its exit code, on the town of `patrolsim init`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.cli.conftest import SHORT, Said
from tests.cli.test_run import FAILING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Call = Callable[..., Said]


def change(town: Path, old: str, new: str) -> None:
    """Change the scenario of a town."""
    file = town / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def document(said: Said) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said.out)
    return found


def test_a_comparison_starts_with_its_verdict_and_a_second_call_is_a_cache_hit(
    patrolsim: Call, town: Path
) -> None:
    first = patrolsim("compare", town, "-n", 10, *SHORT)
    assert first.code == 0
    line = first.out.splitlines()[0]
    assert '"busy places"' in line
    assert '"as today"' in line
    assert "10 paired replications" in line
    assert "My town: 10 replications, seed 7" in first.out
    assert "100 % done, 20 of 20 runs" in first.err
    second = patrolsim("compare", town, "-n", 10, *SHORT)
    assert second.out == first.out
    assert "note: 20 of 20 runs stood in the ledger already" in second.err


@pytest.mark.slow
def test_one_and_two_workers_write_the_same_bytes_and_stop_at_the_same_replication(
    patrolsim: Call, town: Path
) -> None:
    words = ("compare", town, "--until", "±60 s", "-n", 40, "--format", "json", "-q", *SHORT)
    one = patrolsim(*words, "--workers", 1, "--ledger", "one.sqlite")
    two = patrolsim(*words, "--workers", 2, "--ledger", "two.sqlite")
    assert (one.code, one.err) == (0, "")
    assert one.out == two.out
    stopping = document(one)["stopping"]
    assert stopping["is_reached"]
    assert 10 <= stopping["replications"] < 40
    mean = document(one)["comparisons"][0]
    assert mean["half_width"] <= stopping["half_width_wanted"] == 60.0
    assert mean["n"] == stopping["replications"] == document(one)["arms"][0]["replications"]


@pytest.mark.slow
def test_a_precision_beyond_the_budget_is_said_not_to_be_reached(
    patrolsim: Call, town: Path
) -> None:
    words = ("compare", town, "--until", "±0.5 %", "-n", 12, "-s", "as today", "-q", *SHORT)
    said = patrolsim(*words)
    assert said.code == 0
    assert said.out.splitlines()[0].startswith('"as today": the mean response is ')
    assert "Not reached: ± " in said.out
    assert ", 0.5 % of the control's mean response, was wanted for the mean response" in said.out


@pytest.mark.slow
def test_the_document_names_every_estimate_with_all_that_it_rests_on(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    words = ("-m", "within_target", "-m", "response_mean_s", "--control", "busy places")
    said = patrolsim("compare", town, "-n", 10, "--out", "deep/result.json", *words, *SHORT)
    assert (said.code, said.out) == (0, "")
    assert "Written: deep/result.json" in said.err
    found = json.loads((tmp_path / "deep" / "result.json").read_text(encoding="utf-8"))
    assert found["form"] == "patrolsim-comparison/1"
    assert [measure["name"] for measure in found["measures"]] == [
        "within_target",
        "response_mean_s",
    ]
    assert found["control"] == "busy places"
    mean = found["comparisons"][1]
    assert (mean["arm"], mean["n"], mean["estimand"]) == ("as today", 10, "per incident")
    assert mean["method"] == "paired ratio over replications"
    assert mean["low"] < mean["value"] < mean["high"]
    assert 0 <= mean["p"] <= mean["holm_p"] <= 1
    assert mean["family"] == 2
    assert {arm["seed"] for arm in found["arms"]} == {7}
    assert len({arm["incidents_digest"] for arm in found["arms"]}) == 1
    assert len({arm["digest"] for arm in found["arms"]}) == 2
    assert {"patrolsim", "code", "streams", "python", "numpy"} <= set(found["versions"])


def test_an_existing_file_is_not_overwritten(patrolsim: Call, town: Path) -> None:
    before = (town / "scenario.yaml").read_bytes()
    said = patrolsim("compare", town, "-n", 1, "--out", town / "scenario.yaml")
    assert said.code == 2
    assert "exists already" in said.err
    assert (town / "scenario.yaml").read_bytes() == before


def test_markdown_can_be_pasted(patrolsim: Call, town: Path) -> None:
    said = patrolsim("compare", town, "-n", 2, "--format", "markdown", "-q", *SHORT)
    assert said.out.startswith("**Too few replications to decide")
    assert "### My town: 2 replications, seed 7" in said.out
    assert "| strategy | mean response | median response |" in said.out


def test_a_failing_strategy_is_named_and_the_others_stay(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    (tmp_path / "fails.py").write_text(FAILING, encoding="utf-8")
    change(town, "\n  as today:", "\n  broken: {dispatch: fails}\n  as today:")
    said = patrolsim("compare", town, "-n", 2, "--plugin", "fails.py", "-q", *SHORT)
    assert said.code == 4
    assert "policy 'fails' at t=" in said.out
    assert "incident 1" in said.out
    assert "fails.py:7" in said.out
    assert "strategy broken, replication 0" in said.err
    row = next(line for line in said.out.splitlines() if line.startswith("broken"))
    assert row.split() == ["broken", "failed"]
    assert '"busy places"' in said.out


@pytest.mark.slow
def test_two_scenarios_are_named_after_their_folders_and_share_the_seed(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    from patrolsim.cli.init import write_town

    other = tmp_path / "village"
    write_town(other)
    change(other, "seed: 2025", "seed: 99")
    change(other, "value: 24", "value: 12")
    said = patrolsim("compare", town, other, "-n", 10, "-m", "response_mean_s", *SHORT[:4])
    assert said.code == 0
    assert '"village"' in said.out.splitlines()[0]
    assert '"town"' in said.out.splitlines()[0]
    assert "Both scenarios are run with seed 2025, whatever their files say." in said.out
    assert "not the same incidents" not in said.out


def test_two_scenarios_with_other_incidents_are_told_apart(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    from patrolsim.cli.init import write_town

    other = tmp_path / "other" / "town"
    write_town(other)
    change(other, "per day", "per 2 days")
    said = patrolsim("compare", town, other, "-n", 2, "-q", *SHORT)
    assert said.code == 0
    assert "other/town: not the same incidents as " in said.out
    assert "pairing helps as far as their days are alike" in said.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--metric", "within_targt"], "did you mean 'within_target'?"),
        (["--control", "as todya"], "did you mean 'as today'?"),
        (["--strategy", "bussy places"], "did you mean 'busy places'?"),
        (["--until", "10 bananas"], "is no amount of response_mean_s"),
        (["--until", "10"], "is no amount of response_mean_s"),
        (["--until", "±0 s"], "it must be above 0"),
        (["--until", "1 pp"], "is no amount of response_mean_s"),
        (["--until", "1 s", "-m", "within_target"], "write it like 1 pp"),
        (["--best", "5 %"], "is no amount of response_mean_s"),
        (["--best", "1", "-m", "incidents"], "neither way is better"),
        (["--best", "1 s", "--until", "1 s"], "exclude each other"),
        (["--best", "1 s", "-s", "as today"], "two or more to choose from"),
        (["--format", "html"], "'html' is not one of"),
    ],
)
def test_wrong_words_are_explained_before_anything_runs(
    patrolsim: Call, town: Path, words: list[str], message: str
) -> None:
    said = patrolsim("compare", town, *words)
    assert (said.code, said.out) == (2, "")
    assert message in said.err
    assert "done" not in said.err


def test_three_paths_or_one_twice_are_refused(patrolsim: Call, town: Path) -> None:
    assert "one PATH or two" in patrolsim("compare", town, town, town).err
    assert "the same scenario" in patrolsim("compare", town, town / "scenario.yaml").err


def test_a_wrong_value_is_shown_at_its_place(patrolsim: Call, town: Path) -> None:
    said = patrolsim("compare", town, "--set", "teams.wardens.numbr=3")
    assert said.code == 3
    assert "did you mean 'number'?" in said.err
