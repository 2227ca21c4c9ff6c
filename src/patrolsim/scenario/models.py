"""What a scenario file may say: one frozen model per mapping, each field documented beside it.

A `Scenario` is valid by its type: whoever holds one need not check a value again.
"""

# pydantic reads the types of the fields when the module is imported, and copies the defaults.
# ruff: noqa: TC001, RUF012

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from patrolsim.scenario.frozen_model import Model
from patrolsim.scenario.gathering import gathered
from patrolsim.scenario.incident_models import ChannelModel, IncidentModel
from patrolsim.scenario.intervention_models import InterventionModel
from patrolsim.scenario.place_models import DemandMapModel, PlaceModel
from patrolsim.scenario.rules import cross_check
from patrolsim.scenario.speed_models import SpeedChangeModel
from patrolsim.scenario.strategy_models import StrategyModel
from patrolsim.scenario.team_models import TeamModel
from patrolsim.scenario.values import (
    Coords,
    Count,
    Duration,
    FilePath,
    Length,
    Name,
    Speed,
    Start,
    Truth,
    Whole,
)
from patrolsim.scenario.weather_models import WeatherModel


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


class PeriodModel(Model):
    """Which time is simulated."""

    start: Start = Field(alias="from")
    """First moment: 2025-03-10 00:00."""
    length: Duration = Field(gt=0)
    """How long: 7 days."""
    warm_up: Duration = 0.0
    """Incidents before this time are simulated and not counted."""
    weather: dict[Name, WeatherModel] = {}
    """Weather that comes by chance, by name: {rainstorm: {how_often: 20 per year, lasts: 2-6 h,
    months: May-Sep}}; incidents say how much more often they happen in it."""


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
    demand_maps: dict[Name, DemandMapModel] = {}
    """Maps of demand by name, for policies that weigh by them: {residents: {raster:
    residents.csv}}."""
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
