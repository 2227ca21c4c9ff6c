"""Kinds of incident, from the words of a scenario to what the engine works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.distributions import Fixed
from patrolsim.incidents import FollowUp, Kind, Need, Outcome, Stage, StartsWith, Where

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.scenario.incident_models import FollowUpModel, IncidentModel, StageModel

ANYBODY = "anybody"
NEAREST = "nearest "
_OUTCOMES = {
    "settled": Outcome.SETTLED,
    "escalated": Outcome.ESCALATED,
    "gave up": Outcome.GAVE_UP,
}


def make_kind(name: str, model: IncidentModel) -> Kind:
    """Return a kind of incident."""
    stages = tuple(_stage(stage_name, stage) for stage_name, stage in model.stages.items())
    return Kind(
        name=name,
        priority=model.priority,
        target_s=model.reach_within,
        patience=model.patience,
        stages=stages or (_only_stage(model),),
        teams=tuple(model.teams),
        seen_by_patrols=model.seen_by_patrols,
        escalates=model.escalates,
        follow_up=None if model.follow_up is None else _follow_up(model.follow_up),
    )


def _stage(name: str, model: StageModel) -> Stage:
    places: tuple[str, ...] = ()
    where = Where.REMOTE if model.where == "remote" else Where.SCENE
    if model.where.startswith(NEAREST):
        where, places = Where.NEAREST, (model.where.removeprefix(NEAREST).strip(),)
    return Stage(
        name=name,
        where=where,
        places=places,
        takes=Fixed(0.0) if model.takes is None else model.takes,
        needs=_needs(model.needs),
        starts_with=StartsWith(model.starts_with),
        can_hand_over=model.at_shift_end == "hand over",
    )


def _only_stage(model: IncidentModel) -> Stage:
    return Stage(
        name="work",
        where=Where.SCENE,
        places=(),
        takes=Fixed(0.0) if model.takes is None else model.takes,
        needs=_needs(1 if model.needs is None else model.needs),
        starts_with=StartsWith.QUORUM,
        can_hand_over=True,
    )


def _needs(needs: int | Mapping[str, int]) -> tuple[Need, ...]:
    """Return who is needed, those with a skill before anybody."""
    if isinstance(needs, int):
        return (Need(skill=None, people=needs),)
    skilled = [Need(skill=s, people=n) for s, n in needs.items() if s != ANYBODY and n > 0]
    anybody = needs.get(ANYBODY, 0)
    rest = [Need(skill=None, people=anybody)] if anybody > 0 else []
    return (*skilled, *rest)


def _follow_up(model: FollowUpModel) -> FollowUp:
    return FollowUp(
        kind=model.kind,
        chance=model.chance,
        after=model.after,
        outcomes=tuple(_OUTCOMES[outcome] for outcome in model.when),
    )
