"""Trades of a team, what its people are used to, and when they join, from scenario files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tests.towns import build_town, write_table

from patrolsim.eventlog import NEVER_US
from patrolsim.volunteers.habits import Habits
from patrolsim.world.trades import dealt_out

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.volunteers.people import Volunteer
    from patrolsim.world import World

PLACES = {"north": {"node": "n04"}, "south": {"node": "n00"}}
HOUR_US = 3600 * 1_000_000
DAY_US = 24 * HOUR_US


def world(folder: Path, period: str = "7 days", **team: object) -> World:
    return build_town(
        folder,
        places=PLACES,
        period={"from": "2025-03-10 00:00", "length": period},
        teams={"helpers": team},
    ).build(0)


def people(folder: Path, **team: object) -> tuple[Volunteer, ...]:
    return world(folder, "7 days", **team).volunteers


TRADES = {
    "guards": {"share": "30%", "acceptance": "90%", "posts": ["north"], "overtime": "30 min"},
    "residents": {"share": "55%", "skills": {"mediation": "50%"}, "modes": {"bike": "100%"}},
    "students": {"share": "15%", "patrols": "100%", "shifts": [{"hours": "08:00-10:00"}]},
}


def test_trades_are_dealt_by_largest_remainder(tmp_path: Path) -> None:
    crew = people(tmp_path, number=11, trades=TRADES)
    # 3.3, 6.05 and 1.65: the last has the largest remainder
    assert Counter(v.trade for v in crew) == {"guards": 3, "residents": 6, "students": 2}
    assert [v.volunteer_id for v in crew] == list(range(11))


@pytest.mark.parametrize("count", [1, 7, 100])
def test_all_people_are_dealt_out(count: int) -> None:
    shares = {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}
    found = dealt_out(shares, count)
    assert sum(found.values()) == count
    assert max(found.values()) - min(found.values()) <= 1


def test_a_trade_overrides_what_it_gives_and_has_the_rest_of_the_team(tmp_path: Path) -> None:
    crew = people(tmp_path, number=20, acceptance="60%", overtime="hand over", trades=TRADES)
    guards = [v for v in crew if v.trade == "guards"]
    others = [v for v in crew if v.trade != "guards"]
    assert {(v.acceptance, v.overtime_us, v.base_name) for v in guards} == {
        (0.9, 1_800_000_000, "north")
    }
    assert {(v.acceptance, v.overtime_us, v.base_name) for v in others} == {(0.6, 0, "")}


def test_shares_inside_a_trade_are_shares_of_its_people(tmp_path: Path) -> None:
    crew = people(tmp_path, number=20, trades=TRADES)
    residents = [v for v in crew if v.trade == "residents"]
    assert sum("mediation" in v.skills for v in residents) == round(0.5 * len(residents))
    assert not any(v.skills for v in crew if v.trade != "residents")
    assert all(v.patrols == (v.trade == "students") for v in crew)
    assert {v.mode for v in residents} != {v.mode for v in crew if v.trade == "guards"}


def test_a_trade_has_its_own_shifts(tmp_path: Path) -> None:
    day = world(tmp_path, period="1 days", number=20, trades=TRADES)
    trade = {v.volunteer_id: v.trade for v in day.volunteers}
    hours = {trade[s.volunteer_id]: (s.start_us, s.end_us) for s in day.shifts}
    assert hours["students"] == (8 * HOUR_US, 10 * HOUR_US)
    assert hours["guards"] == hours["residents"] == (0, 24 * HOUR_US)
    assert [s.volunteer_id for s in day.shifts] == list(range(20))


def test_the_same_people_have_the_same_trade_in_every_replication(tmp_path: Path) -> None:
    builder = build_town(tmp_path, places=PLACES, teams={"a": {"number": 30, "trades": TRADES}})
    first, other = builder.build(0).volunteers, builder.build(5).volunteers
    assert [v.trade for v in first] == [v.trade for v in other]
    assert [v.trade for v in first] != sorted(v.trade for v in first)


def test_a_trade_with_homes_of_its_own_does_not_wait_at_the_posts_of_the_team(
    tmp_path: Path,
) -> None:
    trades = {
        "guards": {"share": "50%"},
        "residents": {"share": "50%", "homes": {"places": {"south": 1}}},
    }
    crew = people(tmp_path, number=4, posts=["north"], trades=trades)
    assert {v.base_name for v in crew if v.trade == "guards"} == {"north"}
    assert {(v.base.x, v.base.y) for v in crew if v.trade == "residents"} == {(0.0, 0.0)}


def test_members_of_a_table_have_trades_too(tmp_path: Path) -> None:
    write_table(tmp_path / "members.csv", "post", *["north"] * 6, *["south"] * 4)
    trades = {"a": {"share": "50%"}, "b": {"share": "50%", "acceptance": "10%"}}
    crew = people(tmp_path, members="members.csv", trades=trades)
    assert Counter(v.trade for v in crew) == {"a": 5, "b": 5}
    assert [v.base_name for v in crew] == ["north"] * 6 + ["south"] * 4


def test_a_team_that_says_nothing_of_being_asked_has_no_habits(tmp_path: Path) -> None:
    (person,) = people(tmp_path, number=1, acceptance="50%", answers_after="30 s")
    assert (person.habits, person.may_decline, person.trade) == (None, True, "")


def test_habits_are_read(tmp_path: Path) -> None:
    (person,) = people(
        tmp_path,
        number=1,
        hears="85%",
        answer_within="2 min",
        tires="10%",
        most_alerts="6 per week",
        most_hours="12 h per week",
    )
    assert person.habits == Habits(
        hears=0.85,
        answer_within_us=120_000_000,
        tires=0.1,
        most_alerts=6,
        most_work_us=12 * HOUR_US,
    )


def test_without_a_time_to_answer_every_answer_is_waited_for(tmp_path: Path) -> None:
    (person,) = people(tmp_path, number=1, tires="10%")
    assert person.habits is not None
    assert person.habits.answer_within_us == NEVER_US


GROWS = {"from": 4, "mentors": "50%", "takes": "2 days", "learns": "1 days"}


def test_newcomers_join_and_learn_on_their_dates(tmp_path: Path) -> None:
    day = world(tmp_path, number=8, grows=GROWS, skills={"mediation": "100%"})
    assert [v.joins_us // DAY_US for v in day.volunteers] == [0, 0, 0, 0, 1, 2, 3, 4]
    assert [v.learns_us // DAY_US for v in day.volunteers] == [0, 0, 0, 0, 2, 3, 4, 5]
    assert [s.start_us // DAY_US for s in day.shifts] == [0, 0, 0, 0, 1, 2, 3, 4]
    late = day.volunteers[6]
    assert late.skills_at(4 * DAY_US - 1) == frozenset()
    assert late.skills_at(4 * DAY_US) == {"mediation"}


def test_who_joins_after_the_period_has_no_shift(tmp_path: Path) -> None:
    day = world(tmp_path, period="3 days", number=8, grows=GROWS)
    assert {s.volunteer_id for s in day.shifts} == {0, 1, 2, 3, 4, 5}
