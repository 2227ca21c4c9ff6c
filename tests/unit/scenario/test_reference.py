"""The page on the scenario language is what the program writes."""

from __future__ import annotations

from pathlib import Path

from patrolsim.scenario.models import Scenario
from patrolsim.scenario.reference import scenario_reference

PAGE = Path(__file__).parents[3] / "docs" / "scenario.md"


def test_the_page_is_as_the_program_writes_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == scenario_reference()


def test_every_top_level_key_stands_on_the_page() -> None:
    page = scenario_reference()
    keys = [key.replace("_", " ") for key in Scenario.model_fields]
    assert [key for key in keys if f"| `{key}` |" not in page] == []
