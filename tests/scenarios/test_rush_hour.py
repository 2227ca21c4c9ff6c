"""A town with a rush hour, where every time can be worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.runs import Home, rows, run
from tests.towns import build_town, write_table

from patrolsim.audit import AuditRules, audit

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.world import World

RULES = AuditRules(queue="priority", nearest=True, work_conserving=True)
RUSH = {"days": "Mon-Fri", "hours": "07:00-09:00", "speed": "50%"}
STREETS = {
    "nodes": "nodes.csv",
    "edges": "edges.csv",
    # a metre a second, and ten: a block takes 100 s on foot and 10 s by car
    "speeds": {"foot": "3.6 km/h", "car": "36 km/h"},
}


def town(folder: Path, calls: list[str], **parts: object) -> World:
    write_table(folder / "calls.csv", "time,node", *(f"{call}:00,n04" for call in calls))
    own = {
        "streets": STREETS,
        "places": {"corner": {"node": "n00"}, "near": {"node": "n03"}, "far": {"node": "n44"}},
        "period": {"from": "2025-03-10 00:00", "length": "7 days"},
        "teams": {"helpers": {"number": 1, "posts": ["corner"]}},
        "incidents": {"help": {"replay": "calls.csv", "takes": "10 min"}},
    }
    return build_town(folder, **{**own, **parts}).build(0)


def travels_s(world: World) -> list[float]:
    """Return how long each call waited for somebody, seconds."""
    log = run(world, standby=Home())
    assert audit(world, log, rules=RULES) == ()
    found = [row for _incident, row in sorted(rows(log).items())]
    return [((row.arrived_us or 0) - (row.assigned_us or 0)) / 1e6 for row in found]


CALLS = [
    "2025-03-10T06:55",  # 300 m before seven, 100 m at half the speed: 300 s + 200 s
    "2025-03-10T08:00",  # 400 m at half the speed
    "2025-03-10T08:58",  # 60 m before nine, 340 m after it: 120 s + 340 s
    "2025-03-10T12:00",
    "2025-03-15T08:00",  # a Saturday
]


def test_a_rush_hour_lengthens_the_ways_that_meet_it_by_what_it_takes(tmp_path: Path) -> None:
    streets = {**STREETS, "speed changes": {"morning": RUSH}}
    assert travels_s(town(tmp_path, CALLS, streets=streets)) == [500, 800, 460, 400, 400]


def test_without_it_all_ways_take_the_same(tmp_path: Path) -> None:
    assert travels_s(town(tmp_path, CALLS)) == [400] * 5


def test_rain_in_the_rush_hour_slows_people_down_twice(tmp_path: Path) -> None:
    rain = {"from": "2025-03-10 07:30", "to": "2025-03-10 12:05", "speed": "80%"}
    streets = {**STREETS, "speed changes": {"morning": RUSH, "rain": rain}}
    # 08:00: 400 m at 0.4; 08:58: 48 m at 0.4, then 352 m at 0.8; 12:00: 240 m at 0.8, 160 m dry
    assert travels_s(town(tmp_path, CALLS, streets=streets)) == [500, 1000, 560, 460, 400]


def test_the_driver_is_first_except_in_the_jam(tmp_path: Path) -> None:
    teams = {
        "walkers": {"number": 1, "posts": ["near"]},
        "drivers": {"number": 1, "posts": ["far"], "modes": {"car": "100%"}},
    }
    jam = {"modes": ["car"], "hours": "07:00-09:00", "speed": "20%"}
    streets = {**STREETS, "speed changes": {"jam": jam}}
    world = town(tmp_path, CALLS[1:4], streets=streets, teams=teams)
    log = run(world, standby=Home())
    assert audit(world, log, rules=RULES) == ()
    sent = [row.volunteer for _incident, row in sorted(rows(log).items())]
    # on foot 100 s; by car 40 s, in the jam 200 s, at 08:58 after 2 min of jam 24 + 16 = 136 s
    assert sent == [0, 0, 1]


def test_ways_off_the_road_are_slower_too(tmp_path: Path) -> None:
    streets = {**STREETS, "off_road": "3.6 km/h", "speed changes": {"morning": RUSH}}
    places = {"corner": {"x": -100, "y": 0}}
    world = town(tmp_path, CALLS[1:2], streets=streets, places=places)
    assert travels_s(world) == [1000]


def test_a_change_that_falls_outside_the_period_is_told(tmp_path: Path) -> None:
    late = {"from": "2026-03-10 07:30", "speed": "80%"}
    streets = {"nodes": "nodes.csv", "edges": "edges.csv", "speed changes": {"rain": late}}
    notices = build_town(tmp_path, streets=streets).notices
    assert any("streets.speed_changes.rain never holds" in notice for notice in notices)
