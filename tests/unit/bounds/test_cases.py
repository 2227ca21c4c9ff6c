"""How long the first person on scene is held, at least, by the stages of a kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from patrolsim.bounds.cases import read_cases
from patrolsim.bounds.model import Roster, Strategies
from patrolsim.incidents import Need, Stage, Where
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_search, make_streets

PLAIN = make_kind().stages[0]
ONE, MEDIATOR = (Need(skill=None, people=1),), (Need(skill="mediation", people=1),)
TWO = (Need(skill=None, people=2),)
STAYS = Strategies(preempts=False, roster=Roster.OWN)


def stage(
    needs: tuple[Need, ...], where: Where = Where.SCENE, *, hands_over: bool = True
) -> Stage:
    """Return a stage with these needs."""
    places = ("clinic",) if where is Where.NEAREST else ()
    return Stage(
        name="stage",
        where=where,
        places=places,
        takes=PLAIN.takes,
        needs=needs,
        starts_with=PLAIN.starts_with,
        can_hand_over=hands_over,
    )


def holds(stages: tuple[Stage, ...], work_us: tuple[int, ...], **more: Any) -> tuple[int, int]:
    """Return both holds of one call of a kind with these stages."""
    kind = replace(make_kind(), stages=stages)
    call = Call(at_us=0, work_us=work_us)
    world = TinyWorld(
        calls=[call],
        people=[Person()],
        horizon_us=100,
        kinds=(kind,),
        places={"clinic": (0,)},
        **more,
    ).build()
    cases = read_cases(world, STAYS)
    return int(cases.hold_us[0]), int(cases.hold_at_shift_end_us[0])


def test_nobody_is_held_by_a_search_or_by_what_follows_it() -> None:
    looks = replace(stage(ONE), search=make_search())
    streets = make_streets([(0, 0), (9, 0)], [Arc(0, 1, 5), Arc(1, 0, 5)])
    assert holds((looks, stage(ONE)), (900, 7), streets=streets) == (0, 0)
    assert holds((stage(ONE), looks, stage(ONE)), (10, 900, 7), streets=streets) == (10, 0)


@pytest.mark.parametrize(
    ("stages", "work_us", "held_us"),
    [
        ((stage(ONE), stage(ONE)), (10, 7), 17),
        ((stage(ONE), stage(TWO), stage(ONE)), (10, 7, 5), 17),
        ((stage(TWO), stage(ONE)), (10, 7), 10),
        ((stage(ONE), stage(MEDIATOR)), (10, 7), 10),
        ((stage(MEDIATOR), stage(ONE), stage(MEDIATOR)), (10, 7, 5), 22),
        ((stage(ONE), stage(ONE, Where.NEAREST), stage(ONE)), (10, 7, 5), 22),
        ((stage(ONE), stage(TWO, Where.NEAREST)), (10, 7), 10),
        ((stage(ONE), stage(ONE, Where.REMOTE)), (10, 7), 17),
        ((stage(TWO), stage(ONE), stage(ONE)), (-1, 7, 5), 12),
    ],
    ids=[
        "alone they stay for the next stage",
        "of two who are left one may be spare",
        "of two who came one may be spare",
        "a skill that they may lack is not counted on",
        "the skill that they came with serves again",
        "alone they bring it to the place",
        "with others to the place, these may be quicker",
        "remote work follows",
        "a stage that does not happen is left out",
    ],
)
def test_the_first_person_is_held_as_long_as_nobody_can_take_their_place(
    stages: tuple[Stage, ...], work_us: tuple[int, ...], held_us: int
) -> None:
    assert holds(stages, work_us)[0] == held_us


def test_a_shift_that_ends_frees_them_at_the_first_stage_that_can_be_handed_over() -> None:
    stages = (stage(ONE, hands_over=False), stage(ONE), stage(ONE, hands_over=False))
    assert holds(stages, (10, 7, 5)) == (22, 10)
