"""``patrolsim verify``: the table, the document, exit codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from patrolsim.verification import formulas

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Call = Callable[..., Said]


@pytest.fixture
def wrong_gini(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one of the exact values be wrong."""
    monkeypatch.setattr(formulas, "GINIS", {(1, 1, 1, 1): 0.0, (1, 2, 3, 4): 0.3})


def test_the_table_names_each_row_and_counts_those_that_hold(patrolsim: Call) -> None:
    said = patrolsim("verify", "--quick", "--only", "opt10")
    lines = said.out.splitlines()
    assert said.code == 0
    assert lines[0].split() == [
        "row",
        "exact",
        "simulated",
        "half-width",
        "z",
        "verdict",
        "what",
        "source",
    ]
    assert lines[1].startswith("opt10/gini/1-1-1-1")
    assert lines[-2] == "One row again: patrolsim verify --quick --only opt10/gini/1-1-1-1"
    assert lines[-1] == "3 of 3 rows hold (quick)"


def test_the_columns_are_aligned(patrolsim: Call) -> None:
    lines = patrolsim("verify", "--only", "formula").out.splitlines()[:-2]
    starts = {line.index("holds" if "holds" in line else "verdict") for line in lines if line}
    assert len(starts) == 1


def test_progress_is_a_line_a_group_on_stderr(patrolsim: Call) -> None:
    said = patrolsim("verify", "--quick", "--only", "opt10", "--only", "traceB/loss")
    lines = said.err.splitlines()
    assert [line.partition(",")[0] for line in lines] == [
        "trace: 3 of 3 rows hold",
        "formula: 3 of 3 rows hold",
    ]


@pytest.mark.usefixtures("wrong_gini")
def test_a_row_that_fails_is_said_in_words_and_in_the_exit_code(patrolsim: Call) -> None:
    said = patrolsim("verify", "--only", "opt10")
    assert said.code == 1
    assert "FAILS" in said.out
    assert said.out.splitlines()[-1] == "1 of 2 rows hold (full)"
    assert "opt10/gini/1-2-3-4 fails: Gini" in said.err
    assert "0.250000 is not equal to 0.3." in said.err
    assert "again: patrolsim verify --only opt10/gini/1-2-3-4" in said.err


@pytest.mark.usefixtures("wrong_gini")
def test_quiet_says_only_what_fails(patrolsim: Call) -> None:
    said = patrolsim("verify", "-q", "--only", "opt10")
    assert said.out == ""
    assert said.err.startswith("opt10/gini/1-2-3-4 fails")


def test_quiet_says_nothing_when_all_hold(patrolsim: Call) -> None:
    assert patrolsim("verify", "-q", "--only", "opt4") == (0, "", "")


@pytest.mark.slow
def test_the_document_has_what_the_table_has(patrolsim: Call) -> None:
    said = patrolsim("verify", "--quick", "--only", "hyper3", "--format", "json")
    document = json.loads(said.out)
    row = document["rows"][0]
    assert document["holds"] is True
    assert document["held"] == len(document["rows"])
    assert row["id"] == "hyper3/loss-exponential/workload1"
    assert row["exact"] == pytest.approx(0.315062, abs=1e-6)
    assert row["half_width"] <= row["limit"]
    assert abs(row["z"]) <= 4
    assert row["replications"] == 20


def test_a_row_without_chance_has_no_interval_in_the_document(patrolsim: Call) -> None:
    said = patrolsim("verify", "--only", "opt4", "--format", "json", "-q")
    (row,) = json.loads(said.out)["rows"]
    assert (row["half_width"], row["z"], row["simulated"]) == (None, None, 23)


@pytest.mark.slow
def test_one_row_gives_the_same_numbers_alone_and_among_others(patrolsim: Call) -> None:
    def simulated(name: str) -> float:
        said = patrolsim("verify", "--quick", "--only", name, "--format", "json", "-q")
        rows = {row["id"]: row["simulated"] for row in json.loads(said.out)["rows"]}
        return float(rows["geo3/centre/mean"])

    assert simulated("geo3/centre/mean") == simulated("geo3")


def test_an_unknown_row_is_a_mistake_of_usage_with_the_nearest_name(patrolsim: Call) -> None:
    said = patrolsim("verify", "--only", "qeue1/c1-rho0.5/wait")
    assert said.code == 2
    assert "queue1/c1-rho0.5/wait" in said.err


def test_rows_that_take_longer_are_not_left_out_in_silence(patrolsim: Call) -> None:
    said = patrolsim("verify", "--quick", "--only", "queue9")
    assert said.code == 2
    assert "leave out --quick" in said.err


def test_a_folder_without_a_recorded_run_is_explained(
    patrolsim: Call, tmp_path_factory: pytest.TempPathFactory
) -> None:
    said = patrolsim("verify", "--jemss", tmp_path_factory.mktemp("empty"))
    assert said.code == 3
    assert "city.yaml is missing" in said.err
