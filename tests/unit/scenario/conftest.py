"""A small good scenario, and a folder with the files that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolsim.errors import ScenarioError
from patrolsim.scenario.reader import parse_scenario

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from patrolsim.scenario.loaded import LoadedScenario

GOOD = """\
name: Evening patrol
streets: {map: streets.graphml}
places:
  red post: {lon: 114.4, lat: 30.5}
  residents: {file: residents.csv}
period: {from: 2025-03-10 00:00, length: 7 days, warm up: 6 h}
teams:
  red stewards:
    number: 900 人
    modes: {foot: 80%, e-bike: 20%}
    homes: {places: {residents: 1}}
    shifts: [{days: Mon-Fri, hours: 07:00-09:00, share: 30%}]
    skills: {mediation: 20%}
  couriers:
    number: 40
    posts: [red post]
incidents:
  dispute:
    how often: 12 per day
    hours: {18:00-21:00: 3 times}
    takes: about 1.5 h
    needs: {mediation: 1, anybody: 1}
    reach-within: 30 min
    channel: hotline
    teams: [red stewards]
    follow_up: {kind: quarrel, chance: 10%, after: 2 days}
  quarrel:
    stages:
      talk: {where: nearest red post, takes: 2 h}
      call: {where: remote, takes: 10-16 min, needs: 2}
channels:
  hotline: {delay: 5 min, hours: 08:00-20:00}
strategies:
  today: {}
  hot-spot: {patrol: {policy: hotspot, look back: 28 days}, dispatch: closest}
compare: today
replications: 30 times
seed: 2025
"""


@pytest.fixture
def good() -> str:
    return GOOD


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("streets.graphml", "residents.csv"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.fixture
def load(folder: Path) -> Callable[..., LoadedScenario]:
    """Return the reader of texts; further arguments are overrides."""

    def read(text: str, **overrides: str) -> LoadedScenario:
        file = folder / "scenario.yaml"
        changed = {path.replace("__", "."): value for path, value in overrides.items()}
        return parse_scenario(text, file, overrides=changed)

    return read


@pytest.fixture
def problems(load: Callable[..., LoadedScenario]) -> Callable[..., list[str]]:
    """Return what is wrong with a text: ``line:column message (hint)``, in order."""

    def find(text: str, **overrides: str) -> list[str]:
        try:
            load(text, **overrides)
        except ScenarioError as error:
            return [f"{p.line}:{p.column} {p.message} ({p.hint})" for p in error.problems]
        return []

    return find
