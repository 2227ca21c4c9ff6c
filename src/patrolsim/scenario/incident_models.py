"""What happens: kinds of incident with their stages, and the channels that report them."""

# pydantic reads the types of the fields when the module is imported, and copies the defaults.
# ruff: noqa: TC001, RUF012

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from patrolsim.scenario.frozen_model import Model
from patrolsim.scenario.place_models import AreaModel
from patrolsim.scenario.request_models import ItemModel, RequestModel, Times, WeeklyTimesModel
from patrolsim.scenario.search_models import SearchModel
from patrolsim.scenario.values import (
    Amounts,
    Batch,
    Coords,
    Count,
    Days,
    Duration,
    FilePath,
    Hours,
    Length,
    Multiplier,
    Name,
    Needs,
    Priority,
    Rate,
    Share,
    Spec,
    Truth,
)


class StageModel(Model):
    """One step of answering an incident."""

    where: str = "scene"
    """scene, remote, post (the nearest post of the teams that answer), `nearest PLACE` (a place or
    a group of places), or address: the one that is drawn for each incident. Whoever is at work
    goes there together."""
    takes: Spec | None = None
    """How long the work lasts: 15 min, about 1.5 h, 10-16 min, {exponential: 12 min}. Left out:
    the file of recorded calls says it."""
    needs: Needs = 1
    """How many people, or how many by skill or team: {mediation: 2, anybody: 1}."""
    teams: list[Name] = []
    """Which teams may answer this stage; left out: those of the kind. Whoever is of another team
    leaves when it begins."""
    chance: Share = 1.0
    """Probability that it happens."""
    settles: Share = 0.0
    """Probability that it settles the matter, so that the following stages are left out."""
    only_when: Literal["settled", "escalated"] | None = None
    """It happens only if the matter is settled, or only if it is escalated."""
    starts_with: Literal["first", "quorum"] = "quorum"
    """Whether work starts with the first person there or with all."""
    at_shift_end: Literal["hand over", "stay"] = "hand over"
    """Whether others may take the work over at the end of a shift."""
    search: SearchModel | None = None
    """In place of `takes`: somebody is looked for along the streets (see docs/search.md). The
    scene is their last known place; later stages at the scene are where they were found."""


class FollowUpModel(Model):
    """An incident that may grow out of a closed one."""

    kind: Name
    """The kind of the new incident."""
    chance: Share
    """Probability that it happens."""
    after: Spec
    """Time from the end of the first incident to the new one."""
    when: list[Literal["settled", "escalated", "gave up"]] = ["settled", "escalated"]
    """The ends of the first incident after which it can happen."""


class ModelChoice(Model):
    """A model of incidents and its parameters; a bare name stands for no parameters."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    """Name of a model; `patrolsim plugins list` shows them."""

    @model_validator(mode="before")
    @classmethod
    def _spell_out(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value


class StakeModel(Model):
    """What is lost unless work on an incident starts in time."""

    amount: Amounts
    """How much: 14000, about 14000, {lognormal: {mean: 14000, cv: 60%}}; rounded to whole
    units."""
    unit: Name
    """What is counted: yuan."""
    lost_after: Spec
    """Time from what happens to the loss."""


class DeterrenceModel(Model):
    """An assumption, off unless it is written: patrols prevent incidents where they have been."""

    radius: Length
    """How near a patrol must have been: 150 m, as the crow flies."""
    span: Duration = Field(alias="for")
    """How long its effect lasts: 30 min."""
    prevented: Share
    """Share of the incidents near it in that time that do not happen there."""
    displaced: Share = 0.0
    """Share of these that happen elsewhere in the area of the kind instead."""


class IncidentModel(Model):
    """A kind of incident: how often, when, where, and what has to be done."""

    about: str = ""
    """What it is."""
    how_often: Rate | None = None
    """Long-run average: 12 per day. Give this or `replay`."""
    hours: dict[Hours, Multiplier] = {}
    """How much more or less often in some hours: {18:00-21:00: 3 times}; the average stays."""
    days: dict[Days, Multiplier] = {}
    """The same by day of the week: {Sat-Sun: 1.5 times}."""
    day_effect: Share = 0.0
    """How much whole days differ by chance: the coefficient of variation of a day's rate."""
    model: ModelChoice | None = None
    """How the incidents hang together in time and place, by a plugin: {name: self_exciting,
    children: 20%}; left out: they do not."""
    replay: FilePath | None = None
    """CSV of recorded calls (see docs/scenario.md); or the calls of a JEMSS city."""
    coords: Coords = "wgs84"
    """What the degrees of `replay` are: wgs84, gcj02 or bd09."""
    in_weather: dict[Name, Multiplier] = {}
    """How much more or less often in some weather of `period.weather`: {rainstorm: 30 times}; the
    average stays."""
    where: AreaModel | None = None
    """Where it happens; left out: everywhere along the streets."""
    address: AreaModel | None = None
    """Where the address lies to which a stage leads."""
    deterred_by_patrols: DeterrenceModel | None = None
    """Whether patrols prevent some: {radius: 150 m, for: 30 min, prevented: 20%, displaced: 50%}.
    Left out: they prevent none."""
    priority: Priority = 2
    """1 is the most urgent."""
    reach_within: Duration | None = None
    """The response time aimed at."""
    patience: Spec | None = None
    """Time after which the caller gives up unless somebody has come; left out: never."""
    channel: Name | None = None
    """How it becomes known; left out: at once."""
    seen_by_patrols: Truth = False
    """Whether a patrol that passes discovers it before it is reported."""
    teams: list[Name] = []
    """Which teams may answer; left out: all."""
    stages: dict[Name, StageModel] = {}
    """What has to be done, in order."""
    takes: Spec | None = None
    """Short form of a single stage at the scene."""
    needs: Needs | None = None
    """Who is needed, with the short form."""
    escalates: Share = 0.0
    """Probability that it ends escalated instead of settled."""
    stake: StakeModel | None = None
    """What is lost unless work on it starts in time."""
    follow_up: FollowUpModel | None = None
    """What may grow out of it."""
    request: RequestModel | None = None
    """Makes it a request that is scheduled before a due time (see docs/requests.md)."""
    at: Times | None = None
    """Fixed times at which it happens: [2025-03-14 10:00], or {days: Fri, hours: 10:00}. Without
    `request` these are appointments for which people are reserved; with it, the times at which
    requests come in."""
    notice: Duration | None = Field(default=None, ge=0)
    """How long before its time a fixed appointment is known; left out: 1 day."""
    batch: Batch | None = None
    """How many come at once, at one place: 35, or 20-40 for any number between."""
    items: dict[Name, ItemModel] = {}
    """A catalogue: what comes in is one of these items, each with its share and its own time."""


class ChannelModel(Model):
    """A way by which incidents become known."""

    about: str = ""
    """What it is."""
    delay: Spec | None = None
    """Time from what happens to the report; left out: at once."""
    handling: Spec | None = None
    """Time from the report to the first decision about who goes; left out: at once. With
    `operators`: how long an operator takes for the report, which is known at its end."""
    operators: Count | None = Field(default=None, ge=1, le=10_000)
    """How many people take reports: they queue for a free one. Left out: nobody has to wait."""
    emptied: WeeklyTimesModel | None = None
    """When a letter box is emptied: {days: Mon-Fri, hours: 16:00}; letters wait in it."""
    emptied_by: Name | None = None
    """The kind of incident that is a round of volunteers to letter boxes: letters wait in the
    nearest place of its stages until a stage there is done."""
    days: Days = Field(default=(0, 1, 2, 3, 4, 5, 6), validate_default=False)
    """The days on which it is open."""
    hours: Hours = Field(default=(0.0, 86400.0), validate_default=False)
    """When it is open; a report outside waits for the next opening."""
