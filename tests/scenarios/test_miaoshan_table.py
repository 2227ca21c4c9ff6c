"""Every sentence of the report stands in the scenario: the table of the page is walked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.scenarios.miaoshan_files import FOLDER

from patrolsim.scenario.reader import read_scenario

PAGE = Path(__file__).parents[2] / "docs" / "miaoshan.md"
ROW = re.compile(r"^\| (?P<what>[^|]+) \| `(?P<key>[\w.]+)` \|$", re.MULTILINE)
ROWS = [match.groups() for match in ROW.finditer(PAGE.read_text(encoding="utf-8"))]
LEAST_ROWS = 50


def test_the_table_is_long_enough_to_hold_the_report() -> None:
    assert len(ROWS) >= LEAST_ROWS
    assert len({what for what, _key in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("what", "key"), ROWS)
def test_what_the_teams_do_stands_in_the_file(what: str, key: str) -> None:
    """A key that is left out, or left at nothing, is a sentence that nobody simulates."""
    found: object = read_scenario(FOLDER / "scenario.yaml").scenario
    for name in key.split("."):
        found = _inside(found, name)
    assert found not in (None, (), [], {}, "", 0, 0.0), what


def _inside(holder: object, name: str) -> object:
    """Return what stands under a key; names may be written with spaces."""
    if not isinstance(holder, dict):
        return getattr(holder, name)
    plain = {key.replace(" ", "_").replace("-", "_"): value for key, value in holder.items()}
    return plain[name]
