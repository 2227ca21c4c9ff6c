"""Requests, stakes and searches on the page: what was measured; nothing where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.told_runs import change_results, copied
from tests.unit.report.page.parsing import parsed

from patrolsim.experiment.stored import read_run
from patrolsim.metrics import Searches, Service, StakeTotals
from patrolsim.report.page import make_report
from patrolsim.report.page.blocks import Table
from patrolsim.report.page.matters import matters
from patrolsim.report.page.told import Told
from patrolsim.report.words.said import Said

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.experiment.results import Results


KIND = "noise complaint"
"""A kind of the town, of which more than twenty come."""


def add_matters(results: Results) -> None:
    """Say of every replication that it had requests, stakes and searches."""
    served = Service(known=10, judged=8, in_time=6, late_s=1200.0, backlog=2, overdue=1)
    found_s = np.array([600.0, 900.0, 1200.0, np.inf])
    for task, done in results.finished.items():
        metrics = replace(
            done.metrics,
            services={"": served, "<b>cards": served},
            stakes={KIND: StakeTotals(unit="yuan", at_stake=20_000, kept_safe=15_000)},
            searches={
                "lost elder": Searches(
                    found_s=found_s, with_target=4, within_target=2, searched_s=7200.0
                )
            },
        )
        results.finished[task] = done._replace(metrics=metrics)


@pytest.fixture(scope="module")
def busy(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied(run, tmp_path_factory.mktemp("busy") / "run")
    change_results(folder, add_matters)
    return folder


def rows_of(folder: Path, language: int = 0) -> dict[str, str]:
    """Return the first strategy's cell of each row, by the words of the row."""

    def words(cell: object) -> str:
        return cell[language] if isinstance(cell, Said) else str(cell)

    blocks = matters(Told(run=read_run(folder))).blocks
    tables = [block for block in blocks if isinstance(block, Table)]
    assert len(tables) == len(blocks)
    return {words(row[0]): words(row[1]) for table in tables for row in table.rows}


def test_a_scenario_without_them_has_no_such_section(run: Path) -> None:
    assert matters(Told(run=read_run(run))).blocks == []
    assert "matters" not in [section.name for section in make_report(run).sections]


def test_requests_stakes_and_searches_are_told_with_their_units(busy: Path) -> None:
    assert rows_of(busy) == {
        "number of requests": "10.0 requests ± 0.0",
        "share of requests in time": "75.0% ± 0.0",
        "mean tardiness of requests": "2.5 min ± 0.0",
        "mean tardiness of late requests": "10.0 min ± 0.0",
        "number of requests open at the end": "2.0 requests ± 0.0",
        "number of requests overdue at the end": "1.0 requests ± 0.0",
        "<b>cards: number of requests": "10.0 requests ± 0.0",
        "<b>cards: share of requests in time": "75.0% ± 0.0",
        f"{KIND}: amount kept safe": "15,000.0 yuan ± 0.0",
        f"{KIND}: share kept safe of all at stake": "75.0% ± 0.0",
        "lost elder: number of searches": "4.0 incidents ± 0.0",
        "lost elder: share found": "75.0% ± 0.0",
        "lost elder: share found within the target": "50.0% ± 0.0",
        "lost elder: median time to find": "15.0 min (15.0 to 15.0)",
        "lost elder: time spent searching, per search": "0.5 person-hours ± 0.0",
    }


def test_each_row_has_chinese_words(busy: Path) -> None:
    english, chinese = rows_of(busy), rows_of(busy, 1)
    assert len(chinese) == len(english)
    assert not set(chinese) & set(english)
    assert chinese["lost elder：找到所需时间的中位数"] == "15.0 分钟（15.0 至 15.0）"


def test_a_hostile_name_stays_a_name(busy: Path) -> None:
    page = make_report(busy).html()
    assert "<b>cards" not in page
    assert "<b>cards" in " ".join(parsed(page).words[0].split())


def test_of_few_cases_only_the_number_is_told(busy: Path, tmp_path: Path) -> None:
    def make_rare(results: Results) -> None:
        for task, done in results.finished.items():
            found = {"lost elder": Searches.none()}
            if task.replication == 0:
                found = {"lost elder": replace(Searches.none(), found_s=np.array([np.inf]))}
            results.finished[task] = done._replace(metrics=replace(done.metrics, searches=found))

    rare = copied(busy, tmp_path / "rare")
    change_results(rare, make_rare)
    rows = rows_of(rare)
    assert rows["lost elder: number of searches"] == "0.1 incidents ± 0.2"
    assert [row for row in rows if row.startswith("lost elder")] == [
        "lost elder: number of searches"
    ]
