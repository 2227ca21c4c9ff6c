"""Requests of a scenario: posts named, hours and fixed times put on the clock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from patrolsim.incidents import RequestRule, Where
from patrolsim.scenario.catalogues import BETWEEN
from patrolsim.units import DAY_S, WeeklyHours, to_us, weekly_moments_us
from patrolsim.world.answering import helps_of
from patrolsim.world.kinds import make_kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from patrolsim.incidents import Kind, Stage
    from patrolsim.scenario.incident_models import IncidentModel
    from patrolsim.scenario.models import Scenario

POST = "post"
NOTICE_S = DAY_S


def make_kinds(scenario: Scenario, incidents: Mapping[str, IncidentModel]) -> tuple[Kind, ...]:
    """Return the kinds of incident of a scenario, those of catalogues spelled out.

    Teams help each other in what is answered at once: requests and appointments wait for their
    own people.
    """
    helps = helps_of(scenario)
    kinds = []
    for name, model in incidents.items():
        can_wait = model.request is not None or model.at is not None
        kind = _with_request(make_kind(name, model, () if can_wait else helps), model, scenario)
        kinds.append(_with_posts(kind, model, scenario))
    return tuple(kinds)


def fixed_times_us(model: IncidentModel, start: datetime, horizon_us: int) -> tuple[int, ...]:
    """Return the fixed times of a kind that lie in the period, rising."""
    at = model.at
    if at is None:
        return ()
    if not isinstance(at, list):
        return weekly_moments_us(at.days, at.hours, start, horizon_us)
    moments = sorted({to_us((moment - start).total_seconds()) for moment in at})
    return tuple(moment for moment in moments if 0 <= moment < horizon_us)


def is_appointment(model: IncidentModel) -> bool:
    """Whether incidents of a kind are appointments at fixed times."""
    return model.at is not None and model.request is None


def notice_us(model: IncidentModel) -> int:
    """Return how long before its time an appointment of a kind is known."""
    return to_us(NOTICE_S if model.notice is None else model.notice)


def _with_request(kind: Kind, model: IncidentModel, scenario: Scenario) -> Kind:
    """Return a kind with what makes it a request, if anything does."""
    catalogue, sign, _item_name = kind.name.partition(BETWEEN)
    item_of = catalogue if sign else None
    rule = None
    if is_appointment(model):
        rule = RequestRule(due_within_us=None, windows=None)
    elif model.request is not None:
        windows = model.request.windows
        rule = RequestRule(
            due_within_us=to_us(model.request.due_within),
            windows=None
            if windows is None
            else WeeklyHours.of(windows.days, windows.hours, scenario.period.start),
        )
    return replace(kind, request=rule, item_of=item_of)


def _with_posts(kind: Kind, model: IncidentModel, scenario: Scenario) -> Kind:
    """Return a kind whose stages at a post name the posts of the teams that answer."""
    if all(stage.where != POST for stage in model.stages.values()):
        return kind

    def placed(stage: Stage) -> Stage:
        if model.stages[stage.name].where != POST:
            return stage
        teams = stage.teams or model.teams or list(scenario.teams)
        posts = dict.fromkeys(post for team in teams for post in scenario.teams[team].posts)
        return replace(stage, where=Where.NEAREST, places=tuple(posts))

    return replace(kind, stages=tuple(placed(stage) for stage in kind.stages))
