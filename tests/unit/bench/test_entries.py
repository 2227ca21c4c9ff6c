"""Which policies a strategy of a suite has on which scenario."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.unit.bench.fakes import TEXT, make_suite

from patrolsim.bench import entries_of, read_venues
from patrolsim.cli.init import write_town
from patrolsim.cli.policies import load_plugins

if TYPE_CHECKING:
    from pathlib import Path

REQUEST = "request: {due within: 1 day}"
SEARCH = "stages: {look: {search: {give up after: 1 h}}}"
USED = {
    "takes: 10 min": set(),
    f"takes: 10 min, {REQUEST}": {"appointments"},
    SEARCH: {"search"},
}


@pytest.mark.parametrize("kind", USED)
def test_a_scenario_has_default_policies_for_what_it_has(kind: str, tmp_path: Path) -> None:
    """Without one, requests of a suite would wait for ever, and nobody would look for the lost."""
    write_town(tmp_path / "town")
    suite = make_suite(tmp_path, TEXT.replace("town.yaml", "town"))
    file = tmp_path / "town" / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    extra = f"  extra: {{how often: 1 per day, {kind}}}\n"
    written = re.sub(r"^(incidents:.*\n)", rf"\1{extra}", text, flags=re.MULTILINE)
    assert written != text
    file.write_text(written, encoding="utf-8")
    venues, errors = read_venues(suite)
    assert errors == []
    entries = entries_of(suite, venues, load_plugins())
    assert entries
    for entry in entries:
        assert set(entry.days.chosen) & {"appointments", "search"} == USED[kind]
