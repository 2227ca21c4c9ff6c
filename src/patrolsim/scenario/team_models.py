"""Who can be asked: teams, the trades in them, their shifts, and how they grow."""

# pydantic reads the types of the fields when the module is imported, and copies the defaults.
# ruff: noqa: TC001, RUF012

from __future__ import annotations

from pydantic import Field

from patrolsim.scenario.frozen_model import Model
from patrolsim.scenario.place_models import AreaModel
from patrolsim.scenario.values import (
    Coords,
    Count,
    Date,
    Dates,
    Days,
    Duration,
    FilePath,
    Hours,
    Name,
    Overtime,
    Priority,
    Share,
    Spec,
    WeeklyCount,
    WeeklyDuration,
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
    first_date: Date | None = Field(default=None, alias="from")
    """First day on which it begins: 2025-09-01. Left out: since always."""
    last_date: Date | None = Field(default=None, alias="until")
    """Last day on which it begins: 2026-01-16. Left out: for ever."""
    away: list[Dates] = Field(default=[], alias="except")
    """Days on which it does not begin, such as school holidays: [2025-10-01 to 2025-10-07,
    2025-12-31]."""


class TradeModel(Model):
    """People of a team with one trade; whatever is left out is as the team has it."""

    about: str = ""
    """Who they are."""
    share: Share
    """Share of the team's people; the shares of all trades add up to 100 %."""
    modes: dict[str, Share] | None = None
    """How they move, with shares that add up to 100 %."""
    homes: AreaModel | None = None
    """Where they live; a free person's base unless there are `posts`."""
    posts: list[Name] | None = None
    """Places where they wait; an empty list: at home, whatever the team says."""
    skills: dict[str, Share] | None = None
    """Share of them who have a skill: {mediation: 20%}."""
    shifts: list[ShiftModel] | None = None
    """When they are on duty; an empty list: always."""
    patrols: Share | None = None
    """Share of them who patrol while they are on duty and free."""
    acceptance: Share | None = None
    """Probability that a person who has heard that they are asked goes."""
    answers_after: Spec | None = None
    """Time from being asked to the answer."""
    turnout: Spec | None = None
    """Time from the answer to leaving, for those who stand by."""
    overtime: Overtime | None = None
    """What happens to work at the end of a shift."""
    hears: Share | None = None
    """Probability that a person hears that they are asked."""
    answer_within: Duration | None = Field(default=None, gt=0)
    """Who has not answered by then counts as not having heard."""
    tires: Share | None = None
    """How much less willing each alert accepted in the last 7 days makes them."""
    most_alerts: WeeklyCount | None = None
    """How often each is asked in a week at most."""
    most_hours: WeeklyDuration | None = None
    """How long each works on incidents in a week at most."""


class GrowthModel(Model):
    """How a team grows: those who are there bring and train new people."""

    start: Count = Field(gt=0, alias="from")
    """How many people there are at the start of the period."""
    mentors: Share = Field(gt=0)
    """Share of those who are there who bring somebody along; at least one person does."""
    takes: Duration = Field(gt=0)
    """Time in which a mentor brings and trains one new person: 60 days."""
    learns: Duration = 0.0
    """Time from joining until a new person has the skills that the team shares out: 90 days."""


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
    hears: Share = 1.0
    """Probability that a person hears that they are asked (see docs/people.md); needs
    `answer_within`."""
    answer_within: Duration | None = Field(default=None, gt=0)
    """Who has not answered by then counts as not having heard, and the next is asked: 2 min.
    Left out: every answer is waited for."""
    tires: Share = 0.0
    """How much less willing each alert accepted in the last 7 days makes a person: with 10% their
    `acceptance` is multiplied by 0.9 for each."""
    most_alerts: WeeklyCount | None = None
    """How often each is asked in a week, Monday to Sunday, at most: 6 per week."""
    most_hours: WeeklyDuration | None = None
    """Whoever has worked on incidents for so long in a week, Monday to Sunday, is not asked any
    more: 12 h per week. Time from being assigned to being released counts, waiting on duty does
    not."""
    trades: dict[Name, TradeModel] = {}
    """What people of the team are by trade, each with rules of its own: {guards: {share: 15%,
    shifts: [{hours: 22:00-06:00}]}}."""
    grows: GrowthModel | None = None
    """How the team grows up to its number; left out: everybody is there from the start."""

    def by_trade(self) -> dict[str, TeamModel]:
        """Return the rules of each trade, as if it were a team; without trades those of all."""
        return {name: self.of_trade(one) for name, one in self.trades.items()} or {"": self}

    def of_trade(self, trade: TradeModel) -> TeamModel:
        """Return the rules of the people of one trade, as if they were a team."""
        given = {
            name: getattr(trade, name)
            for name in TradeModel.model_fields
            if name in TeamModel.model_fields and getattr(trade, name) is not None
        }
        if trade.homes is not None and trade.posts is None:
            given["posts"] = []
        return self.model_copy(update={**given, "trades": {}})
