"""What the page on searches shows is so: its examples are read, and its numbers come out."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
import yaml
from tests.plugins.search_tasks import Street, task_of
from tests.towns import write_town

from patrolsim.scenario.reader import read_scenario
from patrolsim_policies.greedy_rate import GreedyRate

if TYPE_CHECKING:
    from patrolsim.policy import StateView

PAGE = (Path(__file__).parents[2] / "docs" / "search.md").read_text(encoding="utf-8")
BLOCKS = [
    yaml.safe_load(block)
    for block in re.findall(r"^```yaml\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
]
ROWS = re.findall(r"^\| \d \| ([\d., ]+) \| (\d) \| ([\d.]+) \|$", PAGE, re.MULTILINE)
PEOPLE = {"helpers": {"number": 4, "skills": {"first aid": "50%"}}, "patrol_cars": {"number": 2}}
PLACES = {"bus hub": {"x": 200.0, "y": 200.0}, "market": {"x": 0.0, "y": 0.0}}
CHANCES, EFFORT = np.array([0.5, 0.3, 0.15, 0.05]), 0.5


def found(sweeps: np.ndarray) -> float:
    """Return the share found after so many sweeps of each street, in percent."""
    return 100 * float((CHANCES * -np.expm1(-EFFORT * sweeps)).sum())


@pytest.mark.parametrize("block", BLOCKS)
def test_each_example_is_a_part_of_a_scenario(tmp_path: Path, block: dict[str, object]) -> None:
    parts = {"places": PLACES, "teams": PEOPLE, **block}
    assert read_scenario(write_town(tmp_path, **parts)).scenario.incidents


def test_the_worked_example_comes_out() -> None:
    sweeps = np.zeros(4)
    for chances, street, share in ROWS:
        left = CHANCES * np.exp(-EFFORT * sweeps)
        now = left / left.sum()
        assert [f"{100 * one:.1f}" for one in now] == chances.split(", ")
        task = task_of(*(Street(chance=one) for one in now))
        sweep = GreedyRate().next_search(cast("StateView", None), task)
        assert sweep is not None
        assert min(sweep.nodes) + 1 == int(street)
        sweeps[int(street) - 1] += 1
        assert f"{found(sweeps):.1f}" == share
    assert len(ROWS) == 6


def test_no_six_sweeps_find_more_and_those_in_turn_find_less() -> None:
    counts = [np.array(one) for one in product(range(7), repeat=4) if sum(one) == 6]
    assert f"{max(map(found, counts)):.1f}" == ROWS[-1][2]
    assert f"{found(np.array([2, 2, 1, 1])):.1f} %" in PAGE
