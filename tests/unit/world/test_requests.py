"""Requests of a scenario in its worlds: due times, batches, posts, fixed times, forecasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tests.towns import build_town

from patrolsim.eventlog import NEVER_US
from patrolsim.incidents import Where

if TYPE_CHECKING:
    from pathlib import Path

DAY_US = 86_400 * 10**6
HOUR_US = 3600 * 10**6
POSTS = {
    "places": {"east": {"x": 400.0, "y": 0.0}, "west": {"x": 0.0, "y": 0.0}},
    "teams": {
        "clerks": {"number": 2, "posts": ["east", "west"]},
        "helpers": {"number": 1},
    },
}


def test_a_drill_of_every_friday_is_known_a_day_before(tmp_path: Path) -> None:
    drill = {"at": {"days": "Mon, Fri", "hours": "10:00"}, "takes": "2 h", "patience": "1 h"}
    table = build_town(tmp_path, incidents={"drill": drill}).build(0).incidents
    assert table.due_us is not None
    assert (table.due_us / HOUR_US).tolist() == [10.0, 4 * 24 + 10.0]
    assert (table.known_us / HOUR_US).tolist() == [0.0, 3 * 24 + 10.0]
    assert ((table.known_us + table.patience_us) / HOUR_US).tolist() == [11.0, 4 * 24 + 11.0]


def test_a_batch_comes_at_one_moment_and_one_place_with_its_own_work_each(tmp_path: Path) -> None:
    cards = {
        "at": ["2025-03-11 09:00", "2025-03-12 09:00"],
        "batch": 35,
        "takes": "10-16 min",
        "request": {"due_within": "4 h"},
    }
    table = build_town(tmp_path, incidents={"cards": cards}).build(0).incidents
    assert len(table) == 70
    assert table.due_us is None
    assert np.unique(table.occurred_us).tolist() == [
        DAY_US + 9 * HOUR_US,
        2 * DAY_US + 9 * HOUR_US,
    ]
    assert len(set(zip(table.x[:35].tolist(), table.y[:35].tolist(), strict=True))) == 1
    assert len(np.unique(table.stage_us)) == 70


def test_batches_leave_the_moments_of_a_kind_as_they_are(tmp_path: Path) -> None:
    kind = {"how_often": "20 per day", "takes": "10 min"}
    (tmp_path / "one").mkdir()
    (tmp_path / "many").mkdir()
    one = build_town(tmp_path / "one", incidents={"help": kind}).build(0).incidents
    many = build_town(tmp_path / "many", incidents={"help": {**kind, "batch": "1-3"}})
    table = many.build(0).incidents
    assert np.unique(table.occurred_us).tolist() == np.unique(one.occurred_us).tolist()
    assert len(table) > len(one)


def test_work_at_a_post_is_done_at_the_posts_of_the_teams_that_answer(tmp_path: Path) -> None:
    stages = {"card": {"where": "post", "takes": "5 min"}, "home": {"takes": "5 min"}}
    kind = {"how_often": "1 per day", "stages": stages}
    for teams in ([], ["clerks"]):
        world = build_town(tmp_path, **POSTS, incidents={"help": {**kind, "teams": teams}}).build(
            0
        )
        card, home = world.kinds[0].stages
        assert (card.where, card.places) == (Where.NEAREST, ("east", "west"))
        assert home.where is Where.SCENE


def test_the_forecast_counts_batches_and_fixed_times_but_sends_no_patrol_to_them(
    tmp_path: Path,
) -> None:
    incidents = {
        "cards": {
            "how_often": "2 per day",
            "batch": "30-40",
            "takes": "5 min",
            "request": {"due_within": "1 day"},
        },
        "drill": {"at": {"hours": "10:00"}, "takes": "1 h"},
        "help": {"how_often": "4 per day", "takes": "5 min"},
    }
    forecast = build_town(tmp_path, incidents=incidents).build(0).forecast
    assert np.allclose(forecast.per_hour.sum(axis=1), [2 * 35 * 7, 7, 4 * 7])
    assert np.isclose(forecast.per_node.sum(), 4.0)


def test_a_catalogue_comes_to_the_rate_of_its_kind(tmp_path: Path) -> None:
    form = {
        "how_often": "200 per day",
        "takes": "1 min",
        "items": {"a": {"share": "25%"}, "b": {"share": "75%"}},
    }
    world = build_town(tmp_path, incidents={"form": form}).build(0)
    assert [(kind.name, kind.item_of) for kind in world.kinds] == [
        ("form: a", "form"),
        ("form: b", "form"),
    ]
    counts = np.bincount(world.incidents.kind) / 7
    assert np.allclose(counts, [50, 150], rtol=0.15)


def test_a_scenario_without_requests_has_no_column_of_due_times(tmp_path: Path) -> None:
    world = build_town(tmp_path).build(0)
    assert world.incidents.due_us is None
    assert world.incidents.row(0).due_us == NEVER_US
    assert all(kind.request is None for kind in world.kinds)


def test_teams_help_in_what_is_answered_at_once_and_not_with_requests(tmp_path: Path) -> None:
    teams = {"clerks": {"number": 1}, "wardens": {"number": 1, "helps": {"clerks": "5 min"}}}
    extra: dict[str, dict[str, object]] = {
        "alarm": {"how often": "1 per day"},
        "form": {"how often": "1 per day", "request": {"due within": "1 day"}},
        "talk": {"at": ["2025-03-11 09:00"]},
    }
    kinds = {name: {"takes": "1 h", "teams": ["clerks"], **more} for name, more in extra.items()}
    town = build_town(tmp_path, teams=teams, incidents=kinds)
    helpers = {kind.name: [one.team for one in kind.helps] for kind in town.build(0).kinds}
    assert helpers == {"alarm": ["wardens"], "form": [], "talk": []}
