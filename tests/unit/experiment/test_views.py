"""What a report shows beside the measures, computed anew by SQL from the tables of the folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pytest
from tests.told_runs import write_run
from tests.unit.experiment.test_run_folder import write

from patrolsim.experiment.estimates import estimate_all
from patrolsim.experiment.stored import StoredRun, read_run
from patrolsim.experiment.views import (
    cover_by_hour,
    cover_by_place,
    reached_over_time,
    week_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.scenario.loaded import LoadedScenario

PLAN = "busy places"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    """Return the run folder of the town on three evenings."""
    return read_run(write_run(tmp_path_factory.mktemp("views") / "run", replications=3))


def ask(run: StoredRun, statement: str) -> list[tuple[Any, ...]]:
    """Return what SQL finds in the incidents of the plan that count and became known."""
    calls = (
        f"SELECT * FROM '{run.folder / 'incidents.parquet'}'"  # noqa: S608 - our own words
        f" WHERE strategy = '{PLAN}' AND is_counted AND known_s IS NOT NULL"
    )
    return duckdb.connect().execute(f"WITH calls AS ({calls}) {statement}").fetchall()


def value(run: StoredRun, measure: str, group: str = "all") -> float:
    (found,) = [
        line.estimate
        for line in estimate_all(run.results)
        if (line.strategy, line.measure.name, line.group) == (PLAN, measure, group)
    ]
    assert found is not None
    return found.value


def test_sql_finds_the_mean_response_of_the_report(run: StoredRun) -> None:
    ((mean,),) = ask(run, "SELECT avg(response_s) FROM calls")
    assert value(run, "response_mean_s") == pytest.approx(mean, rel=1e-12)


def test_sql_finds_the_median_of_the_report_with_those_never_reached(run: StoredRun) -> None:
    ((median,),) = ask(
        run, "SELECT quantile_disc(coalesce(response_s, 'inf'::DOUBLE), 0.5) FROM calls"
    )
    assert value(run, "response_median_pooled_s") == pytest.approx(median, rel=1e-12)


def test_sql_finds_the_share_within_the_target_by_kind(run: StoredRun) -> None:
    rows = ask(
        run,
        "SELECT avg((coalesce(response_s, 'inf'::DOUBLE) <= 900)::INT) FROM calls"
        " WHERE kind = 'noise complaint'",
    )
    assert value(run, "within_target", "kind=noise complaint") == pytest.approx(rows[0][0])


def test_sql_finds_the_incidents_and_the_median_of_each_hour_of_the_week(run: StoredRun) -> None:
    rows = ask(
        run,
        "SELECT isodow(moment) - 1, hour(moment), count(*),"
        " quantile_disc(coalesce(response_s, 'inf'::DOUBLE), 0.5) FROM (SELECT *,"
        " TIMESTAMP '2025-03-10 17:00:00' + to_microseconds((known_s * 1e6)::BIGINT) AS moment"
        " FROM calls) GROUP BY ALL",
    )
    week = week_of(run, PLAN)
    assert {(day, hour) for day, hour, *_ in rows} == set(week)
    for day, hour, seen, median in rows:
        slot = week[day, hour]
        assert slot.median_s is not None
        assert slot.incidents is not None
        assert slot.seen == seen
        assert slot.median_s.value == pytest.approx(median, rel=1e-12)
        assert slot.incidents.value == pytest.approx(seen / 3)


def test_sql_counts_who_is_reached_lost_and_open(run: StoredRun) -> None:
    ((reached, lost, still),) = ask(
        run,
        "SELECT count(response_s), count(closed_s) FILTER (response_s IS NULL),"
        " count(*) FILTER (response_s IS NULL AND closed_s IS NULL) FROM calls",
    )
    curve = reached_over_time(run, PLAN)
    assert (curve.reached, curve.lost, curve.open_at_end) == (reached, lost, still)
    assert curve.n == reached + lost + still


def test_the_curve_is_the_plain_share_while_nobody_has_left(run: StoredRun) -> None:
    ((n, soon),) = ask(run, "SELECT count(*), count(*) FILTER (response_s <= 60) FROM calls")
    curve = reached_over_time(run, PLAN)
    found = float(curve.share[curve.time_s <= 60.0][-1]) if soon else 0.0
    assert found == pytest.approx(soon / n)


def test_cover_by_hour_and_by_place_average_to_the_cover_of_the_summary(run: StoredRun) -> None:
    mean = value(run, "cover_mean")
    hours = cover_by_hour(run.results, PLAN)
    assert sorted(hours) == [17, 18, 19, 20, 21, 22]
    assert np.mean([one.value for one in hours.values()]) == pytest.approx(mean)
    places = cover_by_place(run.results, PLAN)
    assert sum(gap.weight * gap.covered.value for gap in places) == pytest.approx(mean)
    assert [gap.covered.value for gap in places] == sorted(gap.covered.value for gap in places)
    assert {one.n for one in hours.values()} == {3}


def test_who_gave_up_is_lost_and_who_still_waits_is_open(
    loaded: LoadedScenario, tmp_path: Path
) -> None:
    run = read_run(write(loaded, tmp_path / "run"))
    # Nobody is ever sent: of three calls a day one gives up, the others wait to the end.
    curve = reached_over_time(run, "wait")
    assert (curve.n, curve.reached, curve.lost, curve.open_at_end) == (9, 0, 3, 6)
    # Of the others one is reached in a minute, one gives up, and one is reached in a minute.
    curve = reached_over_time(run, "near")
    assert (curve.n, curve.reached, curve.lost, curve.open_at_end) == (9, 6, 3, 0)
    assert curve.time_s.tolist() == [60.0]
