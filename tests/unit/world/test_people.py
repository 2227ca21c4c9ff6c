"""Volunteers of a scenario: bases, modes, skills, and who patrols."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tests.towns import build_town, write_table, write_town

from patrolsim.errors import NetworkError, ScenarioError
from patrolsim.eventlog import NEVER_US
from patrolsim.scenario.reader import read_scenario
from patrolsim.world import WorldBuilder

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.volunteers.people import Volunteer

PLACES = {"north": {"node": "n04"}, "south": {"node": "n00"}}


def people(folder: Path, **team: object) -> tuple[Volunteer, ...]:
    return build_town(folder, places=PLACES, teams={"helpers": team}).build(0).volunteers


def members(folder: Path, *rows: str) -> tuple[Volunteer, ...]:
    write_table(folder / "members.csv", *rows)
    return people(folder, members="members.csv")


def test_numbers_run_on_from_team_to_team(tmp_path: Path) -> None:
    teams = {"a": {"number": 2}, "b": {"number": 3}}
    volunteers = build_town(tmp_path, teams=teams).build(0).volunteers
    assert [(v.volunteer_id, v.team) for v in volunteers] == [
        (0, "a"),
        (1, "a"),
        (2, "b"),
        (3, "b"),
        (4, "b"),
    ]
    assert volunteers[3].label == "b 2"


def test_a_plain_team_goes_on_foot_agrees_at_once_and_finishes(tmp_path: Path) -> None:
    for person in people(tmp_path, number=3):
        assert (person.mode, person.mode_by_priority) == (0, {})
        assert (person.skills, person.patrols) == (frozenset(), False)
        assert (person.acceptance, person.answers_after, person.turnout) == (1.0, None, None)
        assert person.overtime_us == NEVER_US


@pytest.mark.parametrize(
    ("overtime", "overtime_us"),
    [("finish", NEVER_US), ("hand over", 0), ("30 min", 1_800_000_000)],
)
def test_overtime_is_a_time(tmp_path: Path, overtime: str, overtime_us: int) -> None:
    (person,) = people(tmp_path, number=1, overtime=overtime)
    assert person.overtime_us == overtime_us


def test_homes_are_drawn_and_stay_when_the_team_grows(tmp_path: Path) -> None:
    few, many = people(tmp_path, number=5), people(tmp_path, number=8)
    assert [v.base for v in many[:5]] == [v.base for v in few]
    assert len({v.base for v in many}) > 1


def test_people_are_spread_over_posts_in_turn(tmp_path: Path) -> None:
    crew = people(tmp_path, number=5, posts=["north", "south"])
    assert [v.base_name for v in crew] == ["north", "south", "north", "south", "north"]
    assert (crew[0].base.x, crew[0].base.y) == (0.0, 400.0)


def test_modes_are_dealt_by_largest_remainder(tmp_path: Path) -> None:
    crew = people(tmp_path, number=7, modes={"foot": "50%", "bike": "30%", "car": "20%"})
    assert Counter(v.mode for v in crew) == {0: 4, 1: 2, 2: 1}


def test_modes_are_not_dealt_in_the_order_of_the_people(tmp_path: Path) -> None:
    crew = people(tmp_path, number=40, modes={"foot": "50%", "bike": "50%"})
    assert [v.mode for v in crew] != sorted(v.mode for v in crew)


def test_the_mode_of_a_priority_is_an_index_of_the_streets(tmp_path: Path) -> None:
    (person,) = people(tmp_path, number=1, modes={"foot": "100%"}, mode_by_priority={1: "car"})
    assert person.mode_by_priority == {1: 1}


def test_skills_and_patrols_are_shares_of_the_people(tmp_path: Path) -> None:
    crew = people(
        tmp_path,
        number=40,
        skills={"mediation": "20%", "first aid": "50%", "diving": "1%", "flying": "0%"},
        patrols="25%",
    )
    owned = Counter(skill for person in crew for skill in person.skills)
    assert owned == {"mediation": 8, "first aid": 20, "diving": 1}
    assert sum(v.patrols for v in crew) == 10


def test_one_skill_is_drawn_apart_from_another(tmp_path: Path) -> None:
    crew = people(tmp_path, number=40, skills={"mediation": "50%", "first aid": "50%"})
    assert 0 < sum(len(person.skills) == 2 for person in crew) < 20


def test_members_may_be_posted_or_live_anywhere(tmp_path: Path) -> None:
    crew = members(tmp_path, "post,x,y,node", "north,,,", ",20,0,", ",,,n22", "south,,,")
    assert [v.base_name for v in crew] == ["north", "", "", "south"]
    assert [(v.base.x, v.base.y) for v in crew] == [(0, 400), (20, 0), (200, 200), (0, 0)]


def test_wrong_members_are_refused_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        members(tmp_path, "post,x,y,stationIndex", "west,,,", ",a,0,", ",,,", ",,,3", "north,,,")
    found = [(problem.line, problem.message) for problem in caught.value.problems]
    assert [line for line, _ in found] == [2, 3, 4, 5]
    assert "no place 'west'" in found[0][1]
    assert "does not say where" in found[2][1]
    assert "'3' is no station" in found[3][1]


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [(("post",), "no members"), (("name", "Ann"), "the column post is missing")],
)
def test_a_table_without_people_is_refused(
    tmp_path: Path, rows: tuple[str, ...], complaint: str
) -> None:
    with pytest.raises(ScenarioError, match=complaint):
        members(tmp_path, *rows)


def test_a_member_off_the_map_is_refused_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"members\.csv: 1 of 1 places"):
        members(tmp_path, "x,y", "90000,0")


def test_homes_off_the_map_are_refused(tmp_path: Path) -> None:
    write_table(tmp_path / "homes.csv", "x,y,weight", "90000,0,1", "90000,100,1")
    with pytest.raises(NetworkError, match=r"teams\.helpers\.homes: half of its area"):
        people(tmp_path, number=3, homes={"raster": "homes.csv"})


def test_people_who_cannot_leave_their_post_in_their_mode_are_refused(tmp_path: Path) -> None:
    folder = write_town(
        tmp_path,
        streets={"nodes": "nodes.csv", "edges": "edges.csv", "snap_limit": "150 m"},
        places={"path end": {"x": 0, "y": -250}},
        teams={"drivers": {"number": 2, "modes": {"car": "100%"}, "posts": ["path end"]}},
        incidents={"help": {"how_often": "1 per day", "takes": "1 h"}},
    )
    with (folder / "nodes.csv").open("a") as nodes:
        nodes.write("w,0,-250\n")
    with (folder / "edges.csv").open("a") as edges:
        edges.write("n00,w,250,no,footway\n")
    walkers = (folder / "scenario.yaml").read_text(encoding="utf-8")
    both = walkers.replace("teams:\n", "teams:\n  walkers: {number: 1}\n")
    (folder / "scenario.yaml").write_text(both, encoding="utf-8")
    with pytest.raises(NetworkError, match="2 people cannot leave their base by car"):
        WorldBuilder(read_scenario(folder).scenario)
