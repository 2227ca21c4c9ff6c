"""Which day is a typical one, and what single days say."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.experiment.test_estimates import results

from patrolsim.experiment import RunFolderError
from patrolsim.experiment.results import Task
from patrolsim.experiment.stored import StoredRun
from patrolsim.experiment.typical import (
    SquareMedian,
    log_digest,
    mean_over,
    median_responses_s,
    middle_one,
    square_medians,
    strategies_of,
)

if TYPE_CHECKING:
    from pathlib import Path

ROWS = """
    ('a', 0, 10.0, 1.0, true, 9.0, 1),
    ('a', 0, 30.0, 1.0, true, 9.0, 1), ('a', 0, NULL, 1.0, true, 9.0, 1),
    ('a', 1, 50.0, 1.0, true, 9.0, 1),
    ('a', 1, 5.0, 1.0, false, 9.0, 1), ('a', 1, NULL, NULL, true, 9.0, 1),
    ('a', 2, NULL, 1.0, true, 9.0, 1), ('b', 0, 70.0, 1.0, true, 9.0, 1)
"""
SUMMARY = """strategy,measure,group,value,n
a,incidents,area=B3,10,2
a,response_median_pooled_s,area=B3,240.5,2
a,incidents,area=C1,9,2
a,response_median_pooled_s,area=C1,100,2
a,incidents,area=D1,30,2
a,response_median_pooled_s,area=D1,,2
a,response_median_pooled_s,kind=fire,3,2
"""


@pytest.fixture
def stored(tmp_path: Path) -> StoredRun:
    file = tmp_path / "incidents.parquet"
    columns = "strategy, replication, response_s, known_s, is_counted, closed_s, incident_id"
    with duckdb.connect() as database:
        database.execute(
            f"COPY (SELECT *, NULL::DOUBLE AS due_s FROM (VALUES {ROWS}) AS t({columns}))"  # noqa: S608 - fixed rows
            f" TO '{file}' (FORMAT parquet)"
        )
    (tmp_path / "summary.csv").write_text(SUMMARY, encoding="utf-8")
    return StoredRun(tmp_path, {}, "", results(a=[(1.0,), (2.0,), (3.0,)], b=[(1.0,)], c=[]))


def test_who_was_not_reached_waits_without_end_and_the_warm_up_does_not_count(
    stored: StoredRun,
) -> None:
    assert median_responses_s(stored, "a") == {0: 30.0, 1: 50.0, 2: math.inf}


def test_strategies_and_digests_are_those_of_what_has_finished(stored: StoredRun) -> None:
    assert strategies_of(stored) == ["a", "b"]
    assert log_digest(stored, Task("b", 0)) is not None
    assert log_digest(stored, Task("b", 1)) is None
    assert log_digest(stored, Task("a", 3)) is None


def test_a_square_with_few_incidents_or_without_an_end_has_no_median(stored: StoredRun) -> None:
    assert square_medians(stored) == [SquareMedian("a", "B3", 240.5)]


def test_tables_that_are_gone_are_said(stored: StoredRun) -> None:
    (stored.folder / "incidents.parquet").unlink()
    (stored.folder / "summary.csv").unlink()
    with pytest.raises(RunFolderError, match=r"incidents\.parquet cannot be read"):
        median_responses_s(stored, "a")
    with pytest.raises(RunFolderError, match="has no summary"):
        square_medians(stored)


@given(st.dictionaries(st.integers(0, 50), st.floats(0, 1e6) | st.just(math.inf), min_size=1))
def test_as_many_lie_below_the_middle_one_as_above(medians_s: dict[int, float]) -> None:
    middle = middle_one(medians_s)
    below = sum(value < medians_s[middle] for value in medians_s.values())
    above = sum(value > medians_s[middle] for value in medians_s.values())
    assert max(below, above) <= len(medians_s) // 2


def test_the_mean_over_strategies_leaves_out_what_one_has_not_finished() -> None:
    assert mean_over([{0: 1.0, 1: 5.0}, {0: 3.0}]) == {0: 2.0}
