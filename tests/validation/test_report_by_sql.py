"""Figures of the report, computed a second time from the tables of the run by SQL alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import pytest
from scipy.stats import t as student
from tests.told_runs import write_run
from tests.unit.report.page.parsing import parsed

from patrolsim.report.page import make_report
from patrolsim.scenario.reader import read_scenario

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

REPLICATIONS = 10
NUMBER = r"(\d[\d,]*\.?\d*)"
MINUTES, SHARE = rf"{NUMBER} min ± {NUMBER}", rf"{NUMBER}% ± {NUMBER}"
COUNT = rf"{NUMBER} ± {NUMBER}"
LEVELS = re.compile(rf"{COUNT}\s+{MINUTES}\s+.*?\s{SHARE}\s+{COUNT}")

PER_DAY = """
    WITH targets(kind, target_s) AS (VALUES {targets}),
    days AS (SELECT DISTINCT strategy, replication FROM '{table}'),
    rows AS (
        SELECT strategy, replication, kind, response_s, target_s
        FROM '{table}' JOIN targets USING (kind)
        WHERE is_counted AND known_s IS NOT NULL
    )
    SELECT strategy, replication,
        count(rows.kind) AS known,
        count(response_s) AS reached,
        coalesce(sum(response_s), 0) AS seconds,
        count(target_s) AS aimed,
        count(*) FILTER (response_s <= target_s) AS within
    FROM days LEFT JOIN rows USING (strategy, replication)
    GROUP BY strategy, replication
"""
MEANS = """
    SELECT strategy, avg({value}), stddev_samp({value}) / sqrt(count(*))
    FROM per_day GROUP BY strategy ORDER BY strategy
"""
RATIOS = """
    WITH whole AS (
        SELECT strategy, sum({top}) / sum({bottom}) AS ratio, avg({bottom}) AS bottom_mean
        FROM per_day GROUP BY strategy
    )
    SELECT strategy, any_value(ratio),
        sqrt(sum(({top} - ratio * {bottom}) ** 2) / (count(*) - 1) / count(*))
            / any_value(bottom_mean)
    FROM per_day JOIN whole USING (strategy) GROUP BY strategy ORDER BY strategy
"""


class Level(NamedTuple):
    """A value and half of its interval, as SQL gives them."""

    value: float
    half: float


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of ten evenings in town under two strategies."""
    return write_run(tmp_path_factory.mktemp("sql") / "run", replications=REPLICATIONS)


@pytest.fixture(scope="module")
def shown(run: Path) -> list[list[float]]:
    """Return the numbers of the first table of the page, a row for each strategy."""
    words = parsed(make_report(run).html("en")).words[0]
    first = words.index("What each strategy achieves")
    table = words[first : words.index("In brackets and after", first)]
    return [[float(each.replace(",", "")) for each in row] for row in LEVELS.findall(table)]


@pytest.fixture(scope="module")
def tables(run: Path) -> duckdb.DuckDBPyConnection:
    """Return a database with one row per strategy and replication."""
    kinds = read_scenario(run.with_name(f"{run.name}-town")).scenario.incidents
    values = [f"('{name}', {kind.reach_within or 'NULL'})" for name, kind in kinds.items()]
    query = PER_DAY.format(targets=", ".join(values), table=run / "incidents.parquet")
    database = duckdb.connect()
    database.execute(f"CREATE TABLE per_day AS {query}")
    return database


def by_sql(database: duckdb.DuckDBPyConnection, query: str, **names: str) -> list[Level]:
    quantile = float(student.ppf(0.975, REPLICATIONS - 1))
    rows = database.execute(query.format(**names)).fetchall()
    return [Level(value, quantile * error) for _strategy, value, error in rows]


def test_the_number_of_incidents_is_that_of_the_tables(
    shown: list[list[float]], tables: duckdb.DuckDBPyConnection
) -> None:
    found = by_sql(tables, MEANS, value="known")
    assert [row[:2] for row in shown] == [pytest.approx(one, abs=0.051) for one in found]


def test_the_mean_response_is_that_of_the_tables(
    shown: list[list[float]], tables: duckdb.DuckDBPyConnection
) -> None:
    found = by_sql(tables, RATIOS, top="seconds", bottom="reached")
    minutes = [(one.value / 60, one.half / 60) for one in found]
    assert [row[2:4] for row in shown] == [pytest.approx(one, abs=0.051) for one in minutes]


def test_the_share_within_the_target_is_that_of_the_tables(
    shown: list[list[float]], tables: duckdb.DuckDBPyConnection
) -> None:
    found = by_sql(tables, RATIOS, top="within", bottom="aimed")
    percent = [(100 * one.value, 100 * one.half) for one in found]
    assert [row[4:6] for row in shown] == [pytest.approx(one, abs=0.051) for one in percent]


def test_the_number_of_those_whom_nobody_reached_is_that_of_the_tables(
    shown: list[list[float]], tables: duckdb.DuckDBPyConnection
) -> None:
    found = by_sql(tables, MEANS, value="known - reached")
    assert [row[6:] for row in shown] == [pytest.approx(one, abs=0.051) for one in found]
