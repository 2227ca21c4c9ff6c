"""The shipped scenario is as its makers say: labelled, and made from its seed."""

from __future__ import annotations

import gzip
import math
from typing import TYPE_CHECKING

import pytest
from tests.scenarios.miaoshan_files import FOLDER, SEED, texts

from patrolsim.network.district import District, generate_district
from patrolsim.network.graphml import write_graphml
from patrolsim.scenario.reader import read_scenario
from patrolsim.world import WorldBuilder

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.scenario.loaded import LoadedScenario

GIVEN = {
    "teams.red_stewards.number": 1500,
    "incidents.pay_dispute.stages.mediation.takes": "about 3 h",
    "incidents.night_call.stake.amount": "about 14000",
    "incidents.staff_cards.batch": 35,
}
"""What the report says, and nothing else may be called given."""


@pytest.fixture(scope="module")
def loaded() -> LoadedScenario:
    return read_scenario(FOLDER / "scenario.yaml")


@pytest.fixture(scope="module")
def district() -> District:
    return generate_district(seed=SEED)


def test_the_map_is_made_from_its_seed(district: District, tmp_path: Path) -> None:
    write_graphml(district.graph, tmp_path / "map.graphml")
    made = (tmp_path / "map.graphml").read_bytes()
    assert gzip.decompress((FOLDER / "map.graphml.gz").read_bytes()) == made


def test_the_map_is_small_enough_to_ship() -> None:
    assert (FOLDER / "map.graphml.gz").stat().st_size < 400_000


def test_areas_and_posts_are_made_from_the_district(district: District) -> None:
    for name, content in texts(district).items():
        assert (FOLDER / name).read_text(encoding="utf-8") == content, name


def test_only_reported_figures_are_called_given(loaded: LoadedScenario) -> None:
    given = {note.path: note.value for note in loaded.notes if note.given}
    assert given == GIVEN
    assert all(note.source for note in loaded.notes)


def test_every_team_kind_and_plan_says_what_it_is(loaded: LoadedScenario) -> None:
    scenario = loaded.scenario
    for parts in (scenario.teams, scenario.incidents, scenario.strategies):
        assert all(part.about for part in parts.values())


def test_its_places_lie_where_the_district_has_them(
    loaded: LoadedScenario, district: District
) -> None:
    known = list(district.places.values())
    known += [gate for area in district.areas for gate in area.gates]
    for name, place in loaded.scenario.places.items():
        if place.lon is not None and place.lat is not None:
            nearest = min(math.dist(point, (place.lon, place.lat)) for point in known)
            assert nearest < 1e-4, name


def test_its_world_has_no_remarks_and_a_demo_days_demand(loaded: LoadedScenario) -> None:
    builder = WorldBuilder(loaded.scenario)
    assert builder.notices == []
    counts = [len(builder.build(number).incidents.kind) for number in range(10)]
    assert 150 < sum(counts) / len(counts) < 220
