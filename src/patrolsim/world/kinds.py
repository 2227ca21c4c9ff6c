"""Kinds of incident, from the words of a scenario to what the engine works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.distributions import Fixed
from patrolsim.incidents import (
    FollowUp,
    Kind,
    Movement,
    Need,
    Outcome,
    Search,
    Stage,
    Stake,
    StartsWith,
    Where,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.distributions import Distribution
    from patrolsim.incidents import Help
    from patrolsim.scenario.incident_models import (
        FollowUpModel,
        IncidentModel,
        StageModel,
        StakeModel,
    )
    from patrolsim.scenario.search_models import SearchModel

ANYBODY = "anybody"
NEAREST = "nearest "
_WHERES = {"remote": Where.REMOTE, "address": Where.ADDRESS}
_OUTCOMES = {
    "settled": Outcome.SETTLED,
    "escalated": Outcome.ESCALATED,
    "gave up": Outcome.GAVE_UP,
}


def make_kind(name: str, model: IncidentModel, helps: tuple[Help, ...] = ()) -> Kind:
    """Return a kind of incident.

    Parameters
    ----------
    name, model
        What the scenario says of it.
    helps
        Who helps whom, of all teams.
    """
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
        helps=helps,
        stake=None if model.stake is None else _stake(model.stake),
    )


def _stage(name: str, model: StageModel) -> Stage:
    places: tuple[str, ...] = ()
    where = _WHERES.get(model.where, Where.SCENE)
    if model.where.startswith(NEAREST):
        where, places = Where.NEAREST, (model.where.removeprefix(NEAREST).strip(),)
    return Stage(
        name=name,
        where=where,
        places=places,
        takes=_takes(model),
        needs=_needs(model.needs),
        starts_with=StartsWith(model.starts_with),
        can_hand_over=model.at_shift_end == "hand over",
        teams=tuple(model.teams),
        chance=model.chance,
        settles=model.settles,
        only_when=None if model.only_when is None else _OUTCOMES[model.only_when],
        search=None if model.search is None else _search(model.search),
    )


def _takes(model: StageModel) -> Distribution:
    """Return how long the work of a stage lasts; a search, at most."""
    if model.search is not None:
        return Fixed(model.search.give_up_after)
    return Fixed(0.0) if model.takes is None else model.takes


def _search(model: SearchModel) -> Search:
    subject, prior = model.subject, model.prior
    movement = None
    if not isinstance(subject, str):
        movement = Movement(speed_mps=subject.moves, lasts=subject.until_stuck)
    return Search(
        ring_m=prior.ring,
        streets=prior.roads.streets,
        paths=prior.roads.paths,
        places=tuple(prior.places.items()),
        near_m=prior.near,
        sweep_m=model.sweep_width,
        passers_by_m=model.passers_by,
        street_m=model.street_width,
        speed_mps=model.speed,
        movement=movement,
        target_s=model.find_within,
        when_lost=_OUTCOMES[model.if_not_found],
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


def _stake(model: StakeModel) -> Stake:
    return Stake(amount=model.amount, unit=model.unit, lost_after=model.lost_after)


def _follow_up(model: FollowUpModel) -> FollowUp:
    return FollowUp(
        kind=model.kind,
        chance=model.chance,
        after=model.after,
        outcomes=tuple(_OUTCOMES[outcome] for outcome in model.when),
    )
