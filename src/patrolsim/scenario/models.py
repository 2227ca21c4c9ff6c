"""What a scenario file may say: one frozen model per mapping, each field documented beside it.

A `Scenario` is valid by its type: whoever holds one need not check a value again.
"""

# pydantic reads the types of the fields when the module is imported, and copies the defaults.
# ruff: noqa: TC001, RUF012

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from patrolsim.scenario.frozen_model import Model
from patrolsim.scenario.gathering import gathered
from patrolsim.scenario.intervention_models import InterventionModel
from patrolsim.scenario.rules import cross_check
from patrolsim.scenario.speed_models import SpeedChangeModel
from patrolsim.scenario.values import (
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
    NodeId,
    Number,
    Overtime,
    Priority,
    Rate,
    Share,
    Spec,
    Speed,
    Start,
    Truth,
    Weight,
    Whole,
)


class TravelTimes(Model):
    """A mode whose travel times stand in a column of the edge table."""

    column: str
    """Column of `edges` with the seconds that each street takes."""
    off_road: Speed
    """Speed between a place and its street."""
    turns_round: Truth = False
    """Whether one may turn round in the middle of a street."""


class StreetsModel(Model):
    """Where the streets come from: `map`, or `nodes` with `edges`, or `city`."""

    map: FilePath | None = None
    """OSMnx GraphML, plain or .gz."""
    nodes: FilePath | None = None
    """CSV or CSV.gz with the columns node and lon, lat (or x, y in metres)."""
    edges: FilePath | None = None
    """CSV or CSV.gz with the columns u, v, length_m, and optionally highway, oneway, access and
    columns of travel times."""
    city: FilePath | None = None
    """city.yaml of a JEMSS city; its tables lie beside it."""
    coords: Coords = "wgs84"
    """What the degrees of the map are: wgs84, gcj02 or bd09 (see docs/streets.md)."""
    speeds: dict[str, Speed] = {}
    """Speed of each mode: foot, bike, e-bike, car. For a car it counts where the map has neither
    travel times nor speeds nor limits."""
    road_speeds: dict[str, Speed] = {}
    """Speed of cars by class of road, whatever the map says: {primary: 50 km/h}."""
    travel_times: dict[str, TravelTimes] = {}
    """Modes with travel times of their own, by name."""
    speed_changes: dict[Name, SpeedChangeModel] = {}
    """Times in which people move more slowly, or faster, by name: {morning rush: {modes: [car],
    days: Mon-Fri, hours: 07:00-09:00, speed: 60%}}."""
    interventions: dict[Name, InterventionModel] = {}
    """Changes of the streets, by name (see docs/interventions.md): {new gate: {does: open,
    street: East Gate, from: 2025-03-14 08:00}}."""
    off_road: Speed = Field(default=3.0 / 3.6, validate_default=False)
    """Speed between a place and its street for the modes without one of their own."""
    snap: Literal["node", "edge"] = "edge"
    """Whether a place joins the streets at the nearest node, or in the middle of the
    nearest street."""
    snap_limit: Length = Field(default=1000.0, validate_default=False)
    """A place farther than this from any usable street is an error."""


class PlaceModel(Model):
    """A named place, or a group of places in a file; give exactly one form."""

    lon: Number | None = Field(default=None, ge=-180, le=180)
    """Longitude of a point, in degrees."""
    lat: Number | None = Field(default=None, ge=-90, le=90)
    """Latitude of a point, in degrees."""
    x: Number | None = None
    """Easting of a point, in metres of the map."""
    y: Number | None = None
    """Northing of a point, in metres of the map."""
    node: NodeId | None = None
    """A node of the map, by its id."""
    file: FilePath | None = None
    """CSV with the columns lon, lat (or x, y, or node), and optionally name and weight."""
    coords: Coords = "wgs84"
    """What these degrees are: wgs84 (GPS, OpenStreetMap), gcj02 (Amap, Tencent), bd09 (Baidu)."""


class AreaModel(Model):
    """Where something happens or somebody lives; give one form, or `everywhere: true`."""

    everywhere: Truth = False
    """Anywhere along the streets, by their length."""
    places: dict[Name, Weight] = {}
    """Named places and their weights."""
    nodes: FilePath | None = None
    """CSV with the columns node, weight."""
    raster: FilePath | None = None
    """CSV of cells with the columns lon, lat (or x, y), weight; a point falls anywhere in a
    cell."""
    cell: Length | None = None
    """Side of the raster's cells; found from the file when it is left out."""
    polygons: FilePath | None = None
    """GeoJSON with polygons; a property `weight` counts per polygon, else the area does."""
    coords: Coords = "wgs84"
    """What the degrees of its file are: wgs84, gcj02 or bd09."""
    spread: Length = Field(default=0.0, validate_default=False)
    """Points scatter round a place or node by a normal distribution of this standard deviation."""


class PeriodModel(Model):
    """Which time is simulated."""

    start: Start = Field(alias="from")
    """First moment: 2025-03-10 00:00."""
    length: Duration = Field(gt=0)
    """How long: 7 days."""
    warm_up: Duration = 0.0
    """Incidents before this time are simulated and not counted."""


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
    acceptance: Share = 1.0
    """Probability that a person who is asked goes."""
    answers_after: Spec | None = None
    """Time from being asked to the answer; left out: at once."""
    turnout: Spec | None = None
    """Time from the answer to leaving, for those who stand by; left out: at once."""
    overtime: Overtime = "finish"
    """What happens to work at the end of a shift: it is finished, handed over at once, or goes
    on for at most this long and is then handed over."""


class StageModel(Model):
    """One step of answering an incident."""

    where: str = "scene"
    """scene, remote, or `nearest PLACE` (a place or a group of places)."""
    takes: Spec | None = None
    """How long the work lasts: 15 min, about 1.5 h, 10-16 min, {exponential: 12 min}. Left out:
    the file of recorded calls says it."""
    needs: Needs = 1
    """How many people, or how many by skill: {mediation: 2, anybody: 1}."""
    starts_with: Literal["first", "quorum"] = "quorum"
    """Whether work starts with the first person there or with all."""
    at_shift_end: Literal["hand over", "stay"] = "hand over"
    """Whether others may take the work over at the end of a shift."""


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
    replay: FilePath | None = None
    """CSV of recorded calls (see docs/scenario.md); or the calls of a JEMSS city."""
    coords: Coords = "wgs84"
    """What the degrees of `replay` are: wgs84, gcj02 or bd09."""
    where: AreaModel | None = None
    """Where it happens; left out: everywhere along the streets."""
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
    follow_up: FollowUpModel | None = None
    """What may grow out of it."""


class ChannelModel(Model):
    """A way by which incidents become known."""

    about: str = ""
    """What it is."""
    delay: Spec | None = None
    """Time from what happens to the report; left out: at once."""
    handling: Spec | None = None
    """Time from the report to the first decision about who goes; left out: at once."""
    days: Days = Field(default=(0, 1, 2, 3, 4, 5, 6), validate_default=False)
    """The days on which it is open."""
    hours: Hours = Field(default=(0.0, 86400.0), validate_default=False)
    """When it is open; a report outside waits for the next opening."""


class PolicyChoice(Model):
    """A policy and its parameters; a bare name in the file stands for no parameters."""

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)

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
    interventions: list[Name] = []
    """The interventions of the streets that hold under this strategy beside those that hold
    under every one."""


class Note(Model):
    """Where a number comes from, as the scenario says beside it."""

    path: str
    """The key, as in teams.red_stewards.number."""
    value: Any
    """The value, as it is written."""
    source: str = ""
    """Where it comes from."""
    given: bool = False
    """True for a reported figure, False for an assumption."""


class Scenario(Model):
    """A whole scenario, checked."""

    name: str = Field(min_length=1, max_length=200)
    """Heading of the report."""
    about: str = ""
    """The question, in a sentence or two."""
    streets: StreetsModel
    """Where the streets come from."""
    places: dict[Name, PlaceModel] = {}
    """Places by name."""
    period: PeriodModel
    """The time that is simulated."""
    teams: Annotated[dict[Name, TeamModel], Field(min_length=1)]
    """Who can be asked, by name of the team."""
    incidents: Annotated[dict[Name, IncidentModel], Field(min_length=1)]
    """What happens, by kind."""
    channels: dict[Name, ChannelModel] = {}
    """Ways by which incidents become known, by name."""
    strategies: dict[Name, StrategyModel] = Field(
        default={"as_today": StrategyModel()}, min_length=1
    )
    """The plans that are compared, by name."""
    compare: Name | None = None
    """The strategy that the others are compared with; default the first."""
    replications: Count = Field(default=1, ge=1, le=100_000)
    """How many independent copies of the period are simulated: 30 times."""
    seed: Whole = Field(default=1, ge=0, lt=2**63)
    """Start of all random numbers: the same seed gives the same results."""

    @model_validator(mode="wrap")
    @classmethod
    def _check_all(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Report what does not fit together along with every other mistake."""
        findings = cross_check(data) if isinstance(data, dict) else []
        try:
            scenario = handler(data)
        except ValidationError as error:
            raise gathered(error, findings) from None
        if findings:
            raise gathered(None, findings)
        return scenario
