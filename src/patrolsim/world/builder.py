"""From a scenario to worlds: what is the same every day is built once."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.demand.arrivals import expected_a_day, weekly_rate
from patrolsim.demand.batches import BatchSize, FixedTimes
from patrolsim.demand.course import Addresses
from patrolsim.demand.deterrence import draw_deterrable
from patrolsim.demand.modelled import ask_for_expected
from patrolsim.demand.rows import MOST_ROWS
from patrolsim.demand.sources import Source, draw_source, setting_of
from patrolsim.demand.table import join_tables
from patrolsim.demand.weather import draw_spells
from patrolsim.errors import MisfitError, NetworkError, PluginError
from patrolsim.network.routers import Routers
from patrolsim.network.snapping import Snapper
from patrolsim.network.user_cache import cache_of_user
from patrolsim.scenario.catalogues import BETWEEN, spelled_out
from patrolsim.streams import RandomStreams
from patrolsim.units import DAY_S, to_us
from patrolsim.volunteers.roster import ShiftPattern, after_joining, plan_team
from patrolsim.world.answering import teams_in_needs, with_badges
from patrolsim.world.channels import make_channels, make_weather, rounds_of, through_lines
from patrolsim.world.demand_maps import make_demand_maps
from patrolsim.world.deterring import make_deterrence, remarks_on_deterrence
from patrolsim.world.far_points import advised, remarks_on_files
from patrolsim.world.forecasting import make_forecast
from patrolsim.world.interventions import (
    make_interventions,
    phases_of,
    remarks_on_interventions,
)
from patrolsim.world.maps import read_ground
from patrolsim.world.misfits import about, about_the_map, first_misfit
from patrolsim.world.model import World
from patrolsim.world.people import Census, make_team
from patrolsim.world.places import Gazetteer, distinct_stops, table_of
from patrolsim.world.reach import Reach
from patrolsim.world.recordings import read_recordings, remarks_on, replay
from patrolsim.world.requests import fixed_times_us, is_appointment, make_kinds, notice_us
from patrolsim.world.searches import make_searches
from patrolsim.world.speeds import remarks_on_changes, solve_profiles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.demand.arrivals import WeeklyRate
    from patrolsim.demand.modelled import NamedModel
    from patrolsim.demand.table import IncidentTable
    from patrolsim.network.phases import Intervention, Phase
    from patrolsim.network.streets import Stop
    from patrolsim.network.warp import SpeedProfile
    from patrolsim.scenario.incident_models import IncidentModel
    from patrolsim.scenario.models import Scenario
    from patrolsim.scenario.team_models import ShiftModel
    from patrolsim.volunteers.people import Volunteer
    from patrolsim.volunteers.roster import Shift
    from patrolsim.world.demand_maps import DemandCells

LOOK_AT = "look at how often, hours and days"


class WorldBuilder:
    """Builds the worlds of a scenario.

    Parameters
    ----------
    scenario
        A checked scenario.
    models
        The model of each kind that names one, by the kind; see
        `patrolsim.experiment.placing.builder_of`.

    Raises
    ------
    NetworkError, ScenarioError
        If a map or table cannot be read, or a place cannot be reached.
    PluginError
        If a model is missing, fails, or breaks the rules.
    """

    def __init__(
        self, scenario: Scenario, models: Mapping[str, NamedModel] = MappingProxyType({})
    ) -> None:
        self._scenario = scenario
        self._models = models
        with about_the_map():
            self._ground = read_ground(scenario, spare=cache_of_user())
        self.notices: list[str] = [str(loss) for loss in self._ground.losses if loss.nodes_lost]
        self._people_streams = RandomStreams(scenario.seed, 0)
        self._reach = self._make_reach()
        self._gazetteer = self._name_places()
        self._places = self._stops_of_places()
        self._demand_maps = self._make_demand_maps()
        self._incidents = spelled_out(scenario.incidents)
        self._volunteers = self._make_people()
        self._kinds = make_kinds(scenario, self._incidents)
        self._addresses = self._make_addresses()
        self._channels = make_channels(scenario.channels)
        self._weather = make_weather(scenario)
        self._searches = make_searches(self._kinds, self._ground.streets, self._places)
        self._horizon_us = to_us(scenario.period.length)
        self._profiles = self._solve_speeds()
        self._interventions = self._make_interventions()
        self._phases: dict[tuple[str, ...], tuple[Phase, ...]] = {}
        self._routers = Routers()
        for strategy in scenario.strategies.values():
            self.phases_under(strategy.interventions)
        self._shifts = self._plan_shifts()
        self._sources = self._make_sources()
        areas = {source.index: source.area for source in self._sources}
        self._deterrence = make_deterrence(self._incidents, areas, self._gazetteer)
        self.notices += remarks_on_deterrence(scenario.incidents)
        self._recordings = read_recordings(scenario, self._kinds, self._gazetteer, self._reach)
        for recording in self._recordings:
            self.notices += remarks_on(recording, self._horizon_us)
        self.far_files = tuple(remarks_on_files(self._gazetteer, self._reach))
        self.notices += self.far_files
        self._forecast = make_forecast(
            self._sources,
            kinds=len(self._kinds),
            start=scenario.period.start,
            horizon_us=self._horizon_us,
            reach=self._reach,
        )

    def build(self, replication: int) -> World:
        """Return the world of a replication, from 0.

        Equal scenarios and replications give equal worlds, whatever was built before.
        """
        streams = RandomStreams(self._scenario.seed, replication)
        tables = self._draw_sources(streams)
        tables += [
            replay(recording, self._kinds, streams, self._addresses)
            for recording in self._recordings
        ]
        incidents = join_tables(tables, self._horizon_us)
        rules, snap = self._deterrence, self._reach.snap_drawn
        return World(
            name=self._scenario.name,
            streets=self._ground.streets,
            places=self._places,
            kinds=self._kinds,
            incidents=incidents,
            volunteers=self._volunteers,
            shifts=self._shifts,
            streams=streams,
            start=self._scenario.period.start,
            horizon_us=self._horizon_us,
            warm_up_us=to_us(self._scenario.period.warm_up),
            forecast=self._forecast,
            diversions=self._ground.diversions,
            team_names=tuple(self._scenario.teams),
            profiles=self._profiles,
            interventions=self._interventions,
            phases=self.phases_under(()),
            addresses=self._addresses,
            rounds=rounds_of(self._scenario, self._incidents),
            searches=self._searches,
            deterrable=draw_deterrable(incidents, rules, streams, snap) if rules else None,
            demand_maps=self._demand_maps,
            routers=self._routers,
        )

    def phases_under(self, names: Sequence[str]) -> tuple[Phase, ...]:
        """Return the phases of the streets under a strategy that lists some interventions.

        Parameters
        ----------
        names
            Interventions that hold beside those that hold under every strategy.

        Raises
        ------
        MisfitError
            If there is no such intervention, or corners would be cut off at some time.
        """
        key = tuple(sorted(set(names)))
        if key not in self._phases:
            self._phases[key] = phases_of(self._ground.streets, self._interventions, key)
        return self._phases[key]

    def _draw_sources(self, streams: RandomStreams) -> list[IncidentTable]:
        """Return the incidents of each source, in the weather that they share."""
        start, horizon_us = self._scenario.period.start, self._horizon_us
        spells = {
            name: draw_spells(weather, start=start, horizon_us=horizon_us, streams=streams)
            for name, weather in self._weather.items()
        }
        tables = [
            draw_source(
                source,
                start=start,
                horizon_us=horizon_us,
                streams=streams,
                snap=self._reach.snap_drawn,
                spells=spells,
            )
            for source in self._sources
        ]
        return through_lines(self._sources, tables)

    def _make_reach(self) -> Reach:
        """Say how places join the streets: those of a city as its own simulator does."""
        model, ground = self._scenario.streets, self._ground
        snapper = Snapper(
            ground.streets,
            to="node" if model.city is not None else model.snap,
            limit_m=model.snap_limit,
            may_enter=ground.may_enter,
        )
        return Reach(
            streets=ground.streets,
            snapper=snapper,
            limit_m=model.snap_limit,
            streams=self._people_streams,
        )

    def _name_places(self) -> Gazetteer:
        gazetteer = Gazetteer(self._ground.streets, self._ground.projection)
        for name, points in self._ground.places.items():
            where = [gazetteer.point(("lonlat", str(lon), str(lat))) for lon, lat in points]
            gazetteer.add(name, table_of(where))
        for name, model in self._scenario.places.items():
            with about("places", name):
                gazetteer.add(name, gazetteer.locate(model))
        return gazetteer

    def _stops_of_places(self) -> dict[str, tuple[Stop, ...]]:
        """Return the stops of all places; equal positions are one stop."""
        named = self._gazetteer.named()
        if not named:
            return {}
        x = np.concatenate([points.x for points in named.values()])
        y = np.concatenate([points.y for points in named.values()])
        try:
            stops = iter(distinct_stops(self._reach.snap(x, y)))
        except NetworkError as error:
            text = str(error)
            for file in self._gazetteer.files:
                text = advised(text, file, self._gazetteer, self._reach)
            raise first_misfit(named, self._reach, text) from None
        return {name: tuple(next(stops) for _ in points.x) for name, points in named.items()}

    def _make_demand_maps(self) -> dict[str, DemandCells]:
        models, ground = self._scenario.demand_maps, self._ground
        if not models:
            return {}
        limit_m = self._scenario.streets.snap_limit
        corners = Snapper(ground.streets, to="node", limit_m=limit_m, may_enter=ground.may_enter)
        return make_demand_maps(models, self._gazetteer, corners, limit_m)

    def _make_people(self) -> tuple[Volunteer, ...]:
        census = Census(
            gazetteer=self._gazetteer,
            places=self._places,
            streets=self._ground.streets,
            reach=self._reach,
            streams=self._people_streams,
            default_mode=self._ground.ordinary_mode,
            mode_by_priority=self._ground.mode_by_priority,
            start=self._scenario.period.start,
        )
        people: list[Volunteer] = []
        for name, model in self._scenario.teams.items():
            people += make_team(name, model, census, len(people))
        return with_badges(people, teams_in_needs(self._scenario, self._incidents))

    def _make_addresses(self) -> dict[str, Addresses]:
        """Return where people are brought to, by the name of the kind."""
        found = {}
        for name, model in self._incidents.items():
            if model.address is not None:
                area = self._gazetteer.area(model.address)
                with about("incidents", name.partition(BETWEEN)[0], "address"):
                    self._reach.check_area(f"incidents.{name}.address", area)
                found[name] = Addresses(area=area, snap=self._reach.snap_drawn)
        return found

    def _solve_speeds(self) -> tuple[SpeedProfile, ...]:
        changes, start = self._scenario.streets.speed_changes, self._scenario.period.start
        modes = [mode.name for mode in self._ground.streets.modes]
        self.notices += remarks_on_changes(changes, start=start, horizon_us=self._horizon_us)
        return solve_profiles(changes, modes, start=start, horizon_us=self._horizon_us)

    def _make_interventions(self) -> tuple[Intervention, ...]:
        scenario, streets = self._scenario, self._ground.streets
        models = scenario.streets.interventions
        found = make_interventions(
            models,
            self._ground.meant,
            streets,
            start=scenario.period.start,
            horizon_us=self._horizon_us,
        )
        self.notices += remarks_on_interventions(found, self._horizon_us)
        return found

    def _plan_shifts(self) -> tuple[Shift, ...]:
        shifts: list[Shift] = []
        for name, team in self._scenario.teams.items():
            for trade, model in team.by_trade().items():
                who = [p for p in self._volunteers if (p.team, p.trade) == (name, trade)]
                planned = plan_team(
                    [person.volunteer_id for person in who],
                    [_pattern(shift) for shift in model.shifts],
                    start=self._scenario.period.start,
                    horizon_us=self._horizon_us,
                    team=f"{name}/{trade}" if trade else name,
                    streams=self._people_streams,
                )
                shifts += after_joining(planned, {p.volunteer_id: p.joins_us for p in who})
        return tuple(sorted(shifts, key=lambda shift: shift.volunteer_id))

    def _make_sources(self) -> list[Source]:
        return [
            self._make_source(index, name, model)
            for index, (name, model) in enumerate(self._incidents.items())
            if model.at is not None or (model.how_often is not None and model.how_often > 0)
        ]

    def _make_source(self, index: int, name: str, model: IncidentModel) -> Source:
        named = self._models.get(name.partition(BETWEEN)[0])
        if model.model is not None and named is None:
            raise PluginError(f"kind {name!r} has the model {model.model.name!r}: nobody built it")
        rate = weekly_rate(model.how_often or 0.0, model.hours, model.days)
        batch = None if model.batch is None else BatchSize(*model.batch)
        if model.at is None:
            self._check_rate(name, rate, 1.0 if batch is None else batch.mean)
        area = self._gazetteer.area(model.where)
        with about("incidents", name.partition(BETWEEN)[0], "where"):
            self._reach.check_area(f"incidents.{name}.where", area)
        source = Source(
            index=index,
            kind=self._kinds[index],
            rate=rate,
            day_effect=model.day_effect,
            area=area,
            fixed=self._fixed(model),
            batch=batch,
            model=named,
            channel=None if model.channel is None else self._channels[model.channel],
            addresses=self._addresses.get(name),
            weather=tuple((self._weather[key], n) for key, n in model.in_weather.items()),
        )
        if named is not None:
            setting = setting_of(source, self._scenario.period.start, self._horizon_us)
            at_once = 1.0 if batch is None else batch.mean
            _refuse_too_many(name, at_once * float(ask_for_expected(named, setting).sum()))
        return source

    def _fixed(self, model: IncidentModel) -> FixedTimes | None:
        if model.at is None:
            return None
        at_us = fixed_times_us(model, self._scenario.period.start, self._horizon_us)
        return FixedTimes(at_us, notice_us(model) if is_appointment(model) else None)

    def _check_rate(self, name: str, rate: WeeklyRate, at_once: float) -> None:
        """Refuse a kind that never happens, or far more often than a computer can hold."""
        expected = at_once * expected_a_day(rate) * self._scenario.period.length / DAY_S
        if expected <= 0:
            message = "the multipliers of its hours and days leave no time at which it happens"
            raise MisfitError(("incidents", name.partition(BETWEEN)[0]), message, LOOK_AT)
        _refuse_too_many(name, expected)


def _refuse_too_many(name: str, expected: float) -> None:
    if not expected <= MOST_ROWS:
        message = f"{expected:.3g} of them would happen; more than {MOST_ROWS:,} are too many"
        raise MisfitError(("incidents", name.partition(BETWEEN)[0]), message, LOOK_AT)


def _pattern(shift: ShiftModel) -> ShiftPattern:
    return ShiftPattern(
        days=shift.days,
        start_s=shift.hours[0],
        end_s=shift.hours[1],
        share=shift.share,
        first_date=shift.first_date,
        last_date=shift.last_date,
        away=tuple(shift.away),
    )
