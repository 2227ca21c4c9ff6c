"""The plans that are compared: a choice of one policy per role."""

# pydantic reads the types of the fields when the module is imported, and copies the defaults.
# ruff: noqa: TC001, RUF012

from __future__ import annotations

from pydantic import ConfigDict, Field, model_validator

from patrolsim.scenario.frozen_model import Model
from patrolsim.scenario.values import Name


class PolicyChoice(Model):
    """A policy and its parameters; a bare name in the file stands for no parameters."""

    model_config = ConfigDict(extra="allow", frozen=True)

    policy: str = Field(min_length=1, max_length=200)
    """Name of a policy; `patrolsim plugins list` shows them."""

    @model_validator(mode="before")
    @classmethod
    def _spell_out(cls, value: object) -> object:
        return {"policy": value} if isinstance(value, str) else value


class StrategyModel(Model):
    """A named choice of one policy per role; roles left out keep the default."""

    about: str = ""
    """The idea of the plan."""
    dispatch: PolicyChoice | None = None
    """Who answers; default closest."""
    standby: PolicyChoice | None = None
    """Where a free person waits; default home."""
    patrol: PolicyChoice | None = None
    """Where a patrolling person goes next; default random_walk."""
    roster: PolicyChoice | None = None
    """Who is on duty when; default the teams' own shifts."""
    appointments: PolicyChoice | None = None
    """Which request is started by whom and when; default earliest_due_date, where there are
    requests."""
    alerts: PolicyChoice | None = None
    """Whom to ask among those who may decline; left out, the dispatch policy sends everybody, one
    after the other (see docs/people.md)."""
    search: PolicyChoice | None = None
    """How a search party looks for somebody; default greedy_rate."""
    interventions: list[Name] = []
    """The interventions of the streets that hold under this strategy beside those that hold
    under every one."""
