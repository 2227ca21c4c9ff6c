"""Channels of a scenario: when what happens becomes known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tests.towns import build_town

from patrolsim.eventlog import NEVER_US

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.world import World

H_US, DAY_US = 3_600_000_000, 86_400_000_000
SATURDAY = 5


def world(folder: Path, channel: dict[str, object], **more: object) -> World:
    """Return a week from a Monday with one kind that comes in by one channel."""
    incidents = {"help": {"how_often": "40 per day", "takes": "5 min", "channel": "way"}}
    return build_town(folder, channels={"way": channel}, incidents={**incidents, **more}).build(0)


def test_whoever_comes_to_a_window_comes_within_its_hours(tmp_path: Path) -> None:
    table = world(tmp_path, {"days": "Mon-Fri", "hours": "08:30-17:00"}).incidents
    known_us = table.known_us
    assert (known_us >= table.occurred_us).all()
    assert (known_us % DAY_US >= 8.5 * H_US).all()
    assert (known_us % DAY_US < 17 * H_US).all()
    assert (known_us // DAY_US % 7 < SATURDAY).all()
    is_open = (table.occurred_us % DAY_US >= 8.5 * H_US) & (table.occurred_us % DAY_US < 17 * H_US)
    is_open &= table.occurred_us // DAY_US < SATURDAY
    assert (known_us[is_open] == table.occurred_us[is_open]).all()


def test_a_letter_box_is_emptied_at_its_times(tmp_path: Path) -> None:
    emptied = {"days": "Mon-Fri", "hours": "08:00, 16:30"}
    table = world(tmp_path, {"emptied": emptied}).incidents
    known_us = table.known_us
    assert set((known_us % DAY_US).tolist()) == {8 * H_US, int(16.5 * H_US)}
    assert (known_us // DAY_US % 7 < SATURDAY).all()
    waits_us = (known_us - table.occurred_us)[table.occurred_us < 4 * DAY_US]
    assert waits_us.min() >= 0
    assert waits_us.max() <= 15.5 * H_US


def test_letters_for_a_round_are_posted_and_nobody_knows_of_them(tmp_path: Path) -> None:
    walk = {
        "how_often": "1 per day",
        "stages": {"box": {"where": "nearest box", "takes": "1 min"}},
    }
    found = build_town(
        tmp_path,
        places={"box": {"node": "n00"}},
        channels={"way": {"emptied_by": "walk", "delay": "5 min"}},
        incidents={
            "help": {"how_often": "9 per day", "takes": "5 min", "channel": "way"},
            "walk": walk,
        },
    ).build(0)
    table = found.incidents
    letters = np.flatnonzero(table.kind == 0).tolist()
    assert found.rounds == {0: 1}
    assert (table.known_us[letters] == NEVER_US).all()
    assert table.particulars is not None
    posted_us = [table.particulars[row].posted_us for row in letters]
    assert posted_us == (table.occurred_us[letters] + 300_000_000).tolist()


def test_calls_of_two_kinds_wait_for_the_operators_of_one_line(tmp_path: Path) -> None:
    line = {"operators": 1, "handling": "10 min"}
    other = {"how_often": "40 per day", "takes": "5 min", "channel": "way"}
    table = world(tmp_path, line, other=other).incidents
    known_us = np.sort(table.known_us)
    assert set(table.kind.tolist()) == {0, 1}
    assert (np.diff(known_us) >= 600_000_000).all()
    assert (np.diff(known_us) == 600_000_000).any()
    assert (table.ready_us == table.known_us).all()


def test_members_of_a_team_that_a_need_names_have_its_badge(tmp_path: Path) -> None:
    found = build_town(
        tmp_path,
        teams={"red": {"number": 2, "helps": {"campus": "2 min"}}, "campus": {"number": 1}},
        incidents={
            "alarm": {
                "how_often": "1 per day",
                "takes": "5 min",
                "teams": ["campus"],
                "needs": {"campus": 1, "anybody": 1},
            }
        },
    ).build(0)
    assert [sorted(who.skills) for who in found.volunteers] == [[], [], ["campus"]]
    assert found.kinds[0].answering == ({"red": 120_000_000, "campus": 0},)
    assert found.kinds[0].help_after_us == (120_000_000,)
