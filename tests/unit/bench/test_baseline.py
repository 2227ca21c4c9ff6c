"""The file of a baseline: the same results give the same bytes, and nothing else is taken."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
from tests.unit.bench.fakes import (
    NAMES,
    FakeMeans,
    day,
    make_baseline,
    make_entries,
    make_suite,
    same,
)

from patrolsim.bench import (
    BaselineError,
    changes_between,
    read_baseline,
    record_baseline,
    write_baseline,
)
from patrolsim.bench.baseline import FORM, text_of
from patrolsim.errors import SimulationError

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.bench import Means


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path) -> None:
    baseline = make_baseline(make_suite(tmp_path))
    file = tmp_path / "kept" / "b.json"
    write_baseline(baseline, file)
    assert read_baseline(file) == baseline


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    suite = make_suite(tmp_path)
    baseline = make_baseline(suite)
    stage = baseline.stages["town"]
    turned = {name: stage.records[name] for name in reversed([*stage.records])}
    other = replace(baseline, stages={"town": replace(stage, records=turned)})
    assert text_of(make_baseline(suite)) == text_of(baseline) == text_of(other)


def test_the_bytes_hold_no_time_and_no_path(tmp_path: Path) -> None:
    text = text_of(make_baseline(make_suite(tmp_path)))
    assert str(tmp_path) not in text
    assert set(json.loads(text)) == {"form", "suite", "streams", "scenarios"}
    assert text.isascii()


def test_a_suite_of_eighty_replications_stays_small(tmp_path: Path) -> None:
    text = text_of(make_baseline(make_suite(tmp_path)))
    cells = 2 * 2
    assert len(text) / cells < 6_000


def test_no_file_is_no_baseline(tmp_path: Path) -> None:
    assert read_baseline(tmp_path / "absent.json") is None


def test_a_file_that_was_cut_off_is_refused_wherever_it_ends(tmp_path: Path) -> None:
    text = text_of(make_baseline(make_suite(tmp_path)))
    file = tmp_path / "b.json"
    for end in range(0, len(text) - 2, 97):
        file.write_text(text[:end], encoding="utf-8")
        with pytest.raises(BaselineError, match="--update-baseline"):
            read_baseline(file)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "null",
        '{"form": "1"}',
        '{"form": true}',
        '{"form": 1, "suite": 3}',
        '{"form": 1, "suite": "a@1", "streams": "1", "scenarios": []}',
        '{"form": 1, "suite": "a@1", "streams": "1", "scenarios": {"a": {"digest": "x"}}}',
        "[" * 100_000,
        '{"form": NaN}',
        "\x00\xff",
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "b.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BaselineError, match="this is no baseline"):
        read_baseline(file)


def test_numbers_without_end_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    text = text_of(make_baseline(make_suite(tmp_path)))
    start = text.index('"sums": [') + len('"sums": [')
    file.write_text(f"{text[:start]}1e999,{text[start:]}", encoding="utf-8")
    with pytest.raises(BaselineError):
        read_baseline(file)


def test_another_form_is_left_to_the_gate(tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    file.write_text(json.dumps({"form": FORM + 1}), encoding="utf-8")
    found = read_baseline(file)
    assert found is not None
    assert found.form == FORM + 1


def test_a_baseline_that_cannot_be_written_leaves_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    baseline = make_baseline(make_suite(tmp_path))
    file = tmp_path / "kept" / "b.json"
    write_baseline(baseline, file)
    before = file.read_bytes()

    def no_space(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(BaselineError, match="No space left"):
        write_baseline(replace(baseline, suite="tiny@2"), file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["b.json"]


@pytest.mark.parametrize(
    "means",
    [
        same(day(), errors={NAMES[0]: (5, SimulationError("x"))}),
        same(day(), findings={NAMES[0]: ["somebody is in two places"]}),
        same(day(), interrupted_after=5),
    ],
    ids=["failed", "broken rule", "interrupted"],
)
def test_there_is_no_baseline_of_what_went_wrong(tmp_path: Path, means: FakeMeans) -> None:
    suite = make_suite(tmp_path)
    found = record_baseline(suite, make_entries(suite), cast("Means", means))
    assert found.baseline is None
    assert found.failures or found.findings or found.is_interrupted


def test_a_baseline_holds_all_days_and_all_fresh_days(tmp_path: Path) -> None:
    suite = make_suite(tmp_path)
    record = make_baseline(suite).stages["town"].records["plain"]
    assert len(record.days.logs) == 80
    assert len(record.fresh.logs) == 80
    assert record.days.logs != record.fresh.logs


def test_what_a_new_baseline_changes_is_listed(tmp_path: Path) -> None:
    suite = make_suite(tmp_path)
    days = {NAMES[0]: day(), NAMES[1]: day(factor=1.5)}
    means = cast("Means", FakeMeans(days=days, fresh=days))
    new = record_baseline(suite, make_entries(suite), means).baseline
    assert new is not None
    (change,) = changes_between(make_baseline(suite), new)
    assert change.name == "town/rounds/response_mean"
    assert change.before is not None
    assert change.after == pytest.approx(1.5 * change.before, rel=1e-6)
    assert changes_between(new, new) == []
    assert len(changes_between(None, new)) == 4
