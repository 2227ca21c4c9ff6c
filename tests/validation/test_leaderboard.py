"""The leaderboard: one command writes the page, nobody beats the bound, workers change nothing."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from benchmarks.leaderboard import SUITE, main, make_board
from benchmarks.leaderboard_page import Board, Score, write_page
from benchmarks.scenarios import write_maps

from patrolsim.bench import read_suite
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role

if TYPE_CHECKING:
    from pathlib import Path

TINY = """\
suite: tiny@1
scenarios: {islands: islands}
strategies:
  closest and home: {dispatch: closest, standby: home, patrol: stand}
  patrol random_walk: {dispatch: closest, standby: home, patrol: random_walk}
metrics:
  response_mean: {estimand: per_incident, better: lower, primary: true, margin: 5%}
  not_reached: {estimand: per_incident, better: lower, margin: 2 pp}
replications: {root_seed: 7, looks: [10]}
gate: {confirm_seed: 8}
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return the file of a suite with one small map and two strategies."""
    folder = tmp_path / "islands"
    folder.mkdir()
    for name in ("scenario.yaml", "nodes.csv", "edges.csv"):
        file = SUITE.parent.parent / "scenarios" / "patrol-islands" / name
        text = file.read_text(encoding="utf-8").replace("length: 8 h", "length: 2 h")
        (folder / name).write_text(text, encoding="utf-8")
    suite = tmp_path / "tiny.yaml"
    suite.write_text(TINY, encoding="utf-8")
    return suite


def test_the_command_writes_the_page_with_intervals_and_bounds(tiny: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    main([str(page), "--suite", str(tiny), "--replications", "2", "--workers", "1"])
    text = page.read_text(encoding="utf-8")
    assert "**2 replications**" in text
    assert "So few replications give rough intervals." in text
    (board,) = make_board(tiny, replications=2)[1]
    assert write_page(read_suite(tiny, host()), [board]) == text
    assert board.bound.wait_s is not None
    assert all(row.wait_s is not None for row in board.rows)
    lines = [line for line in text.splitlines() if line.startswith(("| closest", "| patrol"))]
    assert len(lines) == len(board.rows)
    assert all("±" in line for line in lines)


@pytest.mark.slow
def test_workers_change_no_byte_of_the_page(tiny: Path, tmp_path: Path) -> None:
    pages = [tmp_path / "one.md", tmp_path / "two.md"]
    for page, workers in zip(pages, ("1", "2"), strict=True):
        command = [sys.executable, "-m", "benchmarks.leaderboard", str(page)]
        options = ["--suite", str(tiny), "--replications", "2", "--workers", workers]
        subprocess.run([*command, *options], check=True)
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_no_strategy_beats_the_bound(tiny: Path) -> None:
    (board,) = make_board(tiny, replications=2)[1]
    for row in board.rows:
        for found, bound in ((row.wait_s, board.bound.wait_s), (row.late, board.bound.late)):
            assert found is not None
            assert bound is not None
            assert found.value >= bound.value


def test_a_table_is_ranked_by_the_wait_and_pools_incidents_not_replications() -> None:
    days = [
        {"no": Score(0, 1, 0, 1), "slow": Score(100, 1, 1, 1), "fast": Score(30, 1, 0, 1)},
        {"no": Score(0, 3, 0, 3), "slow": Score(60, 3, 0, 3), "fast": Score(30, 3, 0, 3)},
    ]
    board = Board.of("map", days)
    assert [row.name for row in board.rows] == ["fast", "slow"]
    waits = [row.wait_s.value for row in board.rows if row.wait_s is not None]
    assert waits == [15.0, 40.0]
    assert board.rows[0].worst_s is None


def test_every_shipped_dispatch_standby_and_patrol_stands_in_the_suite() -> None:
    suite = read_suite(SUITE, host())
    chosen = [
        {role: choice.policy for role, choice in one.items()} for one in suite.choices.values()
    ]
    named = {role: host_names(role) for role in (Role.DISPATCH, Role.STANDBY, Role.PATROL)}
    pairs = {(one["dispatch"], one["standby"]) for one in chosen if one["patrol"] == "stand"}
    assert pairs == {(d, s) for d in named[Role.DISPATCH] for s in named[Role.STANDBY]}
    assert {one["patrol"] for one in chosen} == named[Role.PATROL]


def test_the_maps_of_the_patrol_graphs_are_those_that_the_generator_writes(tmp_path: Path) -> None:
    write_maps.write(tmp_path)
    for name in ("patrol-grid", "patrol-islands"):
        for file in ("nodes.csv", "edges.csv"):
            shipped = SUITE.parent.parent / "scenarios" / name / file
            assert (tmp_path / name / file).read_bytes() == shipped.read_bytes()


def host() -> PluginHost:
    found = PluginHost()
    found.load_installed()
    return found


def host_names(role: Role) -> set[str]:
    return {
        spec.name
        for spec in host().specs()
        if spec.role is role and spec.build.__module__.startswith("patrolsim_policies")
    }
