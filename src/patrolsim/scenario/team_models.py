"""Who can be asked: teams and their shifts."""

# pydantic reads the types of the fields when the module is imported, and copies the defaults.
# ruff: noqa: TC001, RUF012

from __future__ import annotations

from pydantic import Field

from patrolsim.scenario.frozen_model import Model
from patrolsim.scenario.place_models import AreaModel
from patrolsim.scenario.values import (
    Coords,
    Count,
    Days,
    Duration,
    FilePath,
    Hours,
    Name,
    Overtime,
    Priority,
    Share,
    Spec,
)


class ShiftModel(Model):
    """When people of a team are on duty."""

    days: Days = Field(default=(0, 1, 2, 3, 4, 5, 6), validate_default=False)
    """Mon-Fri, weekend, every day."""
    hours: Hours
    """07:00-09:00, over midnight 22:00-02:00, around the clock 00:00-24:00."""
    share: Share = 1.0
    """Share of the team that has this shift; each person has at most one of the team's shifts
    whose shares add up to at most 100 %, and everybody each of them beyond that."""


class TeamModel(Model):
    """Volunteers under one heading, with shared rules."""

    about: str = ""
    """Who they are."""
    number: Count | None = Field(default=None, gt=0, le=100_000)
    """How many people; left out when `members` says it."""
    members: FilePath | None = None
    """CSV with one row per person: post (a place), or lon, lat, x, y or node; or the
    ambulances.csv of a JEMSS city."""
    coords: Coords = "wgs84"
    """What the degrees of `members` are: wgs84, gcj02 or bd09."""
    modes: dict[str, Share] = {}
    """How they move, with shares that add up to 100 %: {foot: 80%, e-bike: 20%}. Left out: on
    foot, or the modes of the city."""
    mode_by_priority: dict[Priority, str] = {}
    """The mode in which they answer incidents of a priority, when it differs."""
    homes: AreaModel | None = None
    """Where they live; a free person's base unless `posts` is given."""
    posts: list[Name] = []
    """Places where they wait; people are spread over them in turn."""
    skills: dict[str, Share] = {}
    """Share of the people who have a skill: {mediation: 20%}."""
    shifts: list[ShiftModel] = []
    """When they are on duty; left out: always."""
    patrols: Share = 0.0
    """Share of the people who patrol while they are on duty and free."""
    helps: dict[Name, Duration] = {}
    """Teams that they help, and how long after an incident has become known they may be called
    to it, when that team has not filled its needs by then: {campus_stewards: 2 min}."""
    acceptance: Share = 1.0
    """Probability that a person who is asked goes."""
    answers_after: Spec | None = None
    """Time from being asked to the answer; left out: at once."""
    turnout: Spec | None = None
    """Time from the answer to leaving, for those who stand by; left out: at once."""
    overtime: Overtime = "finish"
    """What happens to work at the end of a shift: it is finished, handed over at once, or goes
    on for at most this long and is then handed over."""
