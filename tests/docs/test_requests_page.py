"""What the page on requests shows is so: its examples are read, and its day comes out."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from tests.runs import run
from tests.towns import build_town, write_town

from patrolsim.eventlog import Event
from patrolsim.experiment.request_measures import REQUEST_MEASURES
from patrolsim.metrics import incident_table, summarise
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim.scenario.reader import read_scenario

PAGE = (Path(__file__).parents[2] / "docs" / "requests.md").read_text(encoding="utf-8")
BLOCKS = [
    yaml.safe_load(block)
    for block in re.findall(r"^```yaml\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
]
PEOPLE = {"clerks": {"number": 2, "posts": ["service_window"]}, "helpers": {"number": 8}}
WINDOW = {"service_window": {"x": 200.0, "y": 200.0}}
ROWS = re.findall(r"^\| (\d) .*?\| (\d+) \| (\d\d:\d\d) \| (\d+) of 35 \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("block", BLOCKS)
def test_each_example_is_a_part_of_a_scenario(tmp_path: Path, block: dict[str, object]) -> None:
    parts = {"places": WINDOW, "teams": PEOPLE, **block}
    scenario = read_scenario(write_town(tmp_path, **parts)).scenario
    assert scenario.incidents


@pytest.mark.parametrize(("clerks", "rounds", "ready", "in_time"), ROWS)
def test_the_day_of_the_example_comes_out(
    tmp_path: Path, clerks: str, rounds: str, ready: str, in_time: str
) -> None:
    block = BLOCKS[0]
    team = {**block["teams"]["clerks"], "number": int(clerks)}
    world = build_town(tmp_path, **{**block, "teams": {"clerks": team}}).build(0)
    host = PluginHost()
    host.load_installed()
    log = run(world, appointments=host.build(Role.APPOINTMENTS, "earliest_due_date", {}))
    ends_us = log.events.time_us[log.events.event == Event.CLOSED]
    assert f"{world.start + timedelta(microseconds=int(ends_us.max())):%H:%M}" == ready
    assert (ends_us.max() - world.incidents.occurred_us[0]) / 60e6 / 12 == int(rounds)
    service = summarise(incident_table(log, world), log, world).services["identity_cards"]
    assert service.in_time == int(in_time)


def test_the_page_tells_of_every_measure_of_requests() -> None:
    table = PAGE.partition("## What is measured")[2]
    assert [m.name for m in REQUEST_MEASURES if f"`{m.name}`" not in table] == []
