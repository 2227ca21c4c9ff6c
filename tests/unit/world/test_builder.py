"""Worlds of a scenario: the same people every day, days of their own, the same bits for all."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from tests.towns import build_town, write_map, write_table, write_town

from patrolsim.demand.table import IncidentTable
from patrolsim.errors import NetworkError, ScenarioError
from patrolsim.scenario.reader import read_scenario
from patrolsim.world import World, WorldBuilder

US, DAY_US = 1_000_000, 86_400_000_000
THEFT = {"how_often": "20 per day", "takes": "about 10 min", "patience": "about 1 h"}
FIRE = {"how_often": "3 per day", "takes": "1 h", "hours": {"18:00-24:00": "3 times"}}
CHECKOUT = Path(__file__).parents[3]


def of_kind(world: World, name: str) -> dict[str, list[object]]:
    """Return the columns of one kind, without the numbers that depend on the other kinds."""
    table = world.incidents
    index = next(i for i, kind in enumerate(world.kinds) if kind.name == name)
    rows = np.flatnonzero(table.kind == index)
    stages = len(world.kinds[index].stages)
    columns: dict[str, list[object]] = {}
    for column in fields(IncidentTable):
        values = getattr(table, column.name)
        if column.name not in {"incident_id", "kind"} and values is not None:
            columns[column.name] = [values[row] for row in rows.tolist()]
    columns["stage_us"] = table.stage_us[rows, :stages].tolist()
    return columns


def test_a_world_is_what_the_scenario_says(tmp_path: Path) -> None:
    world = build_town(tmp_path).build(0)
    assert world.name == "A tiny town"
    assert world.horizon_us == 7 * DAY_US
    assert world.team_names == ("helpers",)
    assert [volunteer.volunteer_id for volunteer in world.volunteers] == list(range(10))
    assert [kind.name for kind in world.kinds] == ["help"]
    assert 80 < len(world.incidents) < 200
    assert [shift.end_us for shift in world.shifts] == [7 * DAY_US] * 10
    assert [mode.name for mode in world.streets.modes] == ["foot"]


def test_what_was_built_before_changes_nothing(tmp_path: Path) -> None:
    builder = build_town(tmp_path)
    first = builder.build(3).incidents.digest()
    builder.build(0)
    assert builder.build(3).incidents.digest() == first
    assert build_town(tmp_path).build(3).incidents.digest() == first


def test_replications_have_days_of_their_own_and_the_same_people(tmp_path: Path) -> None:
    builder = build_town(tmp_path)
    first, second = builder.build(0), builder.build(1)
    assert first.incidents.digest() != second.incidents.digest()
    assert first.volunteers == second.volunteers
    assert first.shifts == second.shifts
    assert second.streams.replication == 1


def test_the_seed_changes_the_day(tmp_path: Path) -> None:
    days = {build_town(tmp_path, seed=seed).build(0).incidents.digest() for seed in (1, 2)}
    assert len(days) == 2


@pytest.mark.parametrize(
    "parts",
    [
        {"teams": {"helpers": {"number": 500, "patrols": "50%"}}},
        {"teams": {"others": {"number": 3, "shifts": [{"hours": "07:00-09:00"}]}}},
        {"strategies": {"a": {"dispatch": "closest"}, "b": {"patrol": "random_walk"}}},
        {"replications": 30},
        {"name": "Another name"},
    ],
    ids=lambda parts: next(iter(parts)),
)
def test_what_is_no_demand_leaves_the_incidents_bit_for_bit(
    tmp_path: Path, parts: dict[str, object]
) -> None:
    plain = build_town(tmp_path).build(0).incidents.digest()
    assert build_town(tmp_path, **parts).build(0).incidents.digest() == plain


def test_another_kind_changes_nothing_of_this_one(tmp_path: Path) -> None:
    alone = build_town(tmp_path, incidents={"theft": THEFT}).build(0)
    both = build_town(tmp_path, incidents={"theft": THEFT, "fire": FIRE}).build(0)
    assert of_kind(both, "theft") == of_kind(alone, "theft")
    assert len(both.incidents) > len(alone.incidents)


def test_the_order_of_the_kinds_changes_nothing(tmp_path: Path) -> None:
    one = build_town(tmp_path, incidents={"theft": THEFT, "fire": FIRE}).build(0)
    other = build_town(tmp_path, incidents={"fire": FIRE, "theft": THEFT}).build(0)
    assert one.incidents.occurred_us.tolist() == other.incidents.occurred_us.tolist()
    for kind in ("theft", "fire"):
        assert of_kind(one, kind) == of_kind(other, kind)


def test_a_longer_period_leaves_the_earlier_part(tmp_path: Path) -> None:
    def build(length: str) -> World:
        period = {"from": "2025-03-10 00:00", "length": length}
        incidents = {"theft": {**THEFT, "day_effect": "50%"}}
        return build_town(tmp_path, period=period, incidents=incidents).build(0)

    short, long = build("30 h"), build("20 days")
    n = len(short.incidents)
    assert n > 0
    assert [long.incidents.row(i) for i in range(n)] == [short.incidents.row(i) for i in range(n)]
    assert long.incidents.occurred_us[n] >= short.horizon_us


def test_the_hash_seed_of_the_interpreter_changes_nothing(tmp_path: Path) -> None:
    teams = {
        "a": {"number": 9, "skills": {"mediation": "50%", "first aid": "50%"}, "patrols": "40%"},
        "b": {"number": 9, "modes": {"foot": "50%", "bike": "50%"}},
    }
    folder = write_town(tmp_path, teams=teams, incidents={"theft": THEFT, "fire": FIRE})
    program = (
        "import sys; from patrolsim.scenario.reader import read_scenario;"
        "from patrolsim.world import WorldBuilder;"
        "world = WorldBuilder(read_scenario(sys.argv[1]).scenario).build(0);"
        "people = [(v.base, v.mode, sorted(v.skills), v.patrols) for v in world.volunteers];"
        "print(world.incidents.digest(), world.shifts, people)"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program, str(folder)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=CHECKOUT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "12345")
    }
    assert len(seen) == 1


def test_a_place_is_the_same_stop_wherever_it_is_named(tmp_path: Path) -> None:
    write_table(tmp_path / "posts.csv", "node,name", "n00,corner", "n44,far corner")
    world = build_town(
        tmp_path,
        places={
            "corner": {"node": "n00"},
            "posts": {"file": "posts.csv"},
            "off": {"x": 30, "y": 20},
        },
        teams={"helpers": {"number": 4, "posts": ["posts"]}},
    ).build(0)
    assert world.places["corner"][0] is world.places["posts"][0]
    assert len(world.places["posts"]) == 2
    assert world.places["off"][0].off_road_us[0] > 0


def test_a_place_off_the_map_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="1000 m from any usable street"):
        build_town(tmp_path, places={"moon": {"x": 1e6, "y": 0}})


def test_a_node_that_does_not_exist_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="no node 'n99'"):
        build_town(tmp_path, places={"lost": {"node": "n99"}})


def test_streets_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    folder = write_town(tmp_path)
    with (folder / "nodes.csv").open("a") as nodes:
        nodes.write("i0,900,900\ni1,950,900\n")
    with (folder / "edges.csv").open("a") as edges:
        edges.write("i0,i1,50,no,residential\n")
    builder = WorldBuilder(read_scenario(folder).scenario)
    (notice,) = builder.notices
    assert "2 of 27 street corners cannot be reached" in notice


def test_a_town_without_faults_has_no_notices(tmp_path: Path) -> None:
    assert build_town(tmp_path).notices == []


def test_maps_in_degrees_take_places_in_degrees(tmp_path: Path) -> None:
    folder = write_town(tmp_path, places={"middle": {"lon": 114.002, "lat": 30.002}})
    write_map(folder, is_in_degrees=True)
    world = WorldBuilder(read_scenario(folder).scenario).build(0)
    (stop,) = world.places["middle"]
    assert stop.nodes == (world.streets.node_ids.index("n22"),)
    assert stop.off_road_us[0] < US


def test_a_map_in_metres_takes_no_degrees(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="places need x and y"):
        build_town(tmp_path, places={"middle": {"lon": 114.002, "lat": 30.002}})


def test_a_kind_that_only_follows_others_has_no_incidents_of_its_own(tmp_path: Path) -> None:
    visit = {"takes": "1 h"}
    theft = {**THEFT, "follow_up": {"kind": "visit", "chance": "50%", "after": "1 h"}}
    world = build_town(tmp_path, incidents={"theft": theft, "visit": visit}).build(0)
    assert set(world.incidents.kind.tolist()) == {0}
    assert world.kinds[0].follow_up is not None


def test_a_kind_that_never_happens_is_an_empty_table(tmp_path: Path) -> None:
    world = build_town(tmp_path, incidents={"theft": {**THEFT, "how_often": "0 per day"}}).build(0)
    assert len(world.incidents) == 0


def test_a_kind_that_no_hour_is_left_for_is_refused(tmp_path: Path) -> None:
    theft = {**THEFT, "hours": {"00:00-24:00": "0 times"}}
    with pytest.raises(ScenarioError, match=r"incidents\.theft: the multipliers"):
        build_town(tmp_path, incidents={"theft": theft})


def test_more_incidents_than_a_computer_holds_are_refused(tmp_path: Path) -> None:
    theft = {**THEFT, "how_often": "1000000 per hour"}
    with pytest.raises(ScenarioError, match=r"1\.68e\+08 of them would happen"):
        build_town(tmp_path, incidents={"theft": theft})


def test_a_channel_says_when_an_incident_is_known_and_handled(tmp_path: Path) -> None:
    office = {
        "delay": "10 min",
        "handling": "2 min",
        "days": "Mon-Fri",
        "hours": "08:00-17:00",
    }
    world = build_town(
        tmp_path,
        channels={"office": office},
        incidents={"theft": {**THEFT, "channel": "office"}},
    ).build(0)
    table = world.incidents
    assert (table.known_us - table.occurred_us >= 600 * US).all()
    assert set((table.ready_us - table.known_us).tolist()) == {120 * US}
    hour = table.known_us / 3_600_000_000 % 24
    assert ((hour >= 8) & (hour < 17)).all()
    assert (table.known_us // DAY_US % 7 < 5).all()


def test_the_forecast_is_the_scenarios_own_rate_by_hour(tmp_path: Path) -> None:
    fire = {"how_often": "24 per day", "takes": "1 h", "hours": {"18:00-21:30": "3 times"}}
    period = {"from": "2025-03-10 00:30", "length": "47 h"}
    world = build_town(tmp_path, period=period, incidents={"fire": fire}).build(0)
    expected = world.forecast.per_hour_of_period(0)
    quiet = 24 / (24 + 2 * 3.5)
    assert expected.shape == (47,)
    assert expected[0] == pytest.approx(quiet)
    assert expected[17] == pytest.approx(2 * quiet)
    assert expected[18] == pytest.approx(3 * quiet)
    assert expected[21] == pytest.approx(quiet)


def test_the_forecast_spreads_a_day_over_the_streets(tmp_path: Path) -> None:
    world = build_town(tmp_path, incidents={"theft": THEFT, "fire": FIRE}).build(0)
    per_node = world.forecast.per_node
    assert per_node.sum() == pytest.approx(23)
    assert (per_node > 0).all()


def test_the_forecast_does_not_know_the_day(tmp_path: Path) -> None:
    builder = build_town(tmp_path)
    assert builder.build(0).forecast is builder.build(1).forecast
