"""Kinds of incident, from the words of a scenario to what the engine works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.towns import build_town

from patrolsim.distributions import Fixed, Uniform
from patrolsim.incidents import FollowUp, Kind, Need, Outcome, StartsWith, Where

if TYPE_CHECKING:
    from pathlib import Path

TEAMS = {"helpers": {"number": 9, "skills": {"mediation": "50%", "first aid": "50%"}}}


def kind(folder: Path, **words: object) -> Kind:
    world = build_town(
        folder,
        places={"clinic": {"node": "n44"}},
        teams=TEAMS,
        incidents={"call": {"how_often": "1 per day", **words}},
    ).build(0)
    return world.kinds[0]


def test_the_short_form_is_one_stage_at_the_scene(tmp_path: Path) -> None:
    plain = kind(tmp_path, takes="10-20 min")
    (stage,) = plain.stages
    assert (stage.name, stage.where, stage.places) == ("work", Where.SCENE, ())
    assert stage.takes == Uniform(600, 1200)
    assert stage.needs == (Need(skill=None, people=1),)
    assert (stage.starts_with, stage.can_hand_over) == (StartsWith.QUORUM, True)
    assert (plain.priority, plain.target_s, plain.patience) == (2, None, None)
    assert (plain.teams, plain.seen_by_patrols, plain.escalates) == ((), False, 0.0)
    assert plain.follow_up is None


def test_a_kind_keeps_what_the_scenario_says(tmp_path: Path) -> None:
    full = kind(
        tmp_path,
        takes="10 min",
        priority=1,
        reach_within="15 min",
        patience="1 h",
        teams=["helpers"],
        seen_by_patrols=True,
        escalates="25%",
    )
    assert (full.priority, full.target_s, full.patience) == (1, 900.0, Fixed(3600))
    assert (full.teams, full.seen_by_patrols, full.escalates) == (("helpers",), True, 0.25)


@pytest.mark.parametrize(
    ("where", "meant", "places"),
    [
        ("scene", Where.SCENE, ()),
        ("remote", Where.REMOTE, ()),
        ("nearest clinic", Where.NEAREST, ("clinic",)),
    ],
)
def test_a_stage_is_somewhere(
    tmp_path: Path, where: str, meant: Where, places: tuple[str, ...]
) -> None:
    (stage,) = kind(tmp_path, stages={"talk": {"where": where, "takes": "5 min"}}).stages
    assert (stage.where, stage.places) == (meant, places)


def test_stages_keep_their_order_and_their_rules(tmp_path: Path) -> None:
    first, second = kind(
        tmp_path,
        stages={
            "search": {"takes": "1 h", "starts_with": "first", "needs": 3},
            "bring": {"takes": "5 min", "at_shift_end": "stay"},
        },
    ).stages
    assert (first.name, first.starts_with, first.can_hand_over) == (
        "search",
        StartsWith.FIRST,
        True,
    )
    assert first.needs == (Need(skill=None, people=3),)
    assert (second.name, second.can_hand_over) == ("bring", False)


def test_those_with_a_skill_are_filled_before_anybody(tmp_path: Path) -> None:
    needs = {"anybody": 2, "mediation": 1, "first aid": 1}
    (stage,) = kind(tmp_path, takes="5 min", needs=needs).stages
    assert stage.needs == (
        Need(skill="mediation", people=1),
        Need(skill="first aid", people=1),
        Need(skill=None, people=2),
    )


def test_nobody_else_is_needed_unless_it_is_said(tmp_path: Path) -> None:
    (stage,) = kind(tmp_path, takes="5 min", needs={"mediation": 2}).stages
    assert stage.needs == (Need(skill="mediation", people=2),)


def test_a_follow_up_names_the_ends_it_grows_out_of(tmp_path: Path) -> None:
    rule = {"kind": "call", "chance": "5%", "after": "6 h", "when": ["settled", "gave up"]}
    assert kind(tmp_path, takes="5 min", follow_up=rule).follow_up == FollowUp(
        kind="call",
        chance=0.05,
        after=Fixed(21_600),
        outcomes=(Outcome.SETTLED, Outcome.GAVE_UP),
    )
