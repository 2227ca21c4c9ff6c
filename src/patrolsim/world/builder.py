"""From a scenario to worlds: what is the same every day is built once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.demand.arrivals import unroll, weekly_rate
from patrolsim.demand.replay import read_replay
from patrolsim.demand.sources import (
    Channel,
    Source,
    draw_durations,
    draw_source,
    draw_stages,
    second_of_week,
)
from patrolsim.demand.table import IncidentTable, join_tables
from patrolsim.errors import NetworkError, Problem, ScenarioError
from patrolsim.network.snapping import Snapper
from patrolsim.streams import RandomStreams
from patrolsim.units import to_us
from patrolsim.volunteers.roster import ShiftPattern, plan_team
from patrolsim.world.kinds import make_kind
from patrolsim.world.maps import read_ground
from patrolsim.world.model import HOUR_US, Forecast, World
from patrolsim.world.people import Census, make_team
from patrolsim.world.places import Gazetteer, PointTable, distinct_stops

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from patrolsim.demand.replay import RecordedCall
    from patrolsim.incidents import Kind
    from patrolsim.network.streets import Stop
    from patrolsim.scenario.models import ChannelModel, IncidentModel, Scenario
    from patrolsim.volunteers.people import Volunteer
    from patrolsim.volunteers.roster import Shift

FORECAST_POINTS = 2000
"""Points per kind from which the planner's map of expected incidents is made."""
FAR_SNAP_M = 50.0


class Recording(NamedTuple):
    """Recorded calls and where they happened."""

    calls: list[RecordedCall]
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    stops: list[Stop]


class WorldBuilder:
    """Builds the worlds of a scenario.

    Parameters
    ----------
    scenario
        A checked scenario.

    Raises
    ------
    NetworkError, ScenarioError
        If a map or table cannot be read, or a place cannot be reached.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._ground = read_ground(scenario)
        streets = self._ground.streets
        self._snapper = Snapper(
            streets,
            to="node" if scenario.streets.city is not None else scenario.streets.snap,
            limit_m=scenario.streets.snap_limit,
            may_enter=self._ground.may_enter,
        )
        self.notices: list[str] = [str(loss) for loss in self._ground.losses if loss.nodes_lost]
        self._gazetteer = self._name_places()
        self._places = self._stops_of_places()
        self._people_streams = RandomStreams(scenario.seed, 0)
        self._volunteers = self._make_people()
        self._kinds = tuple(make_kind(name, model) for name, model in scenario.incidents.items())
        self._horizon_us = to_us(scenario.period.length)
        self._shifts = self._plan_shifts()
        self._sources = self._make_sources()
        self._recordings = self._read_recordings()
        self._forecast = self._make_forecast()

    def build(self, replication: int) -> World:
        """Return the world of a replication, from 0.

        Equal scenarios and replications give equal worlds, whatever was built before.
        """
        streams = RandomStreams(self._scenario.seed, replication)
        tables = [
            draw_source(
                source,
                start=self._scenario.period.start,
                horizon_us=self._horizon_us,
                streams=streams,
                snap=self._snap_drawn,
            )
            for source in self._sources
        ]
        tables += [self._replayed(recording, streams) for recording in self._recordings]
        return World(
            name=self._scenario.name,
            streets=self._ground.streets,
            places=self._places,
            kinds=self._kinds,
            incidents=join_tables(tables, self._horizon_us),
            volunteers=self._volunteers,
            shifts=self._shifts,
            streams=streams,
            start=self._scenario.period.start,
            horizon_us=self._horizon_us,
            warm_up_us=to_us(self._scenario.period.warm_up),
            forecast=self._forecast,
            diversions=self._ground.diversions,
            team_names=tuple(self._scenario.teams),
        )

    def _snap(self, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> list[Stop]:
        return self._snapper.snap(x, y)

    def _snap_drawn(self, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> list[Stop]:
        """Join points that were drawn from an area: some may lie far out, most must not."""
        return self._snapper.snap(x, y, is_strict=False)

    def _name_places(self) -> Gazetteer:
        gazetteer = Gazetteer(self._ground.streets, self._ground.project)
        for name, points in self._ground.places.items():
            where = [gazetteer.point(("lonlat", str(lon), str(lat))) for lon, lat in points]
            gazetteer.add(name, _table_of(where))
        for name, model in self._scenario.places.items():
            gazetteer.add(name, gazetteer.locate(model))
        return gazetteer

    def _stops_of_places(self) -> dict[str, tuple[Stop, ...]]:
        """Return the stops of all places; equal positions are one stop."""
        named = self._gazetteer.named()
        if not named:
            return {}
        x = np.concatenate([points.x for points in named.values()])
        y = np.concatenate([points.y for points in named.values()])
        stops = iter(distinct_stops(self._snap(x, y)))
        return {name: tuple(next(stops) for _ in points.x) for name, points in named.items()}

    def _make_people(self) -> tuple[Volunteer, ...]:
        census = Census(
            gazetteer=self._gazetteer,
            places=self._places,
            streets=self._ground.streets,
            snap=self._snap,
            snap_drawn=self._snap_drawn,
            streams=self._people_streams,
            default_mode=self._ground.ordinary_mode,
            mode_by_priority=self._ground.mode_by_priority,
        )
        people: list[Volunteer] = []
        for name, model in self._scenario.teams.items():
            people += make_team(name, model, census, len(people))
        return tuple(people)

    def _plan_shifts(self) -> tuple[Shift, ...]:
        shifts: list[Shift] = []
        for name, model in self._scenario.teams.items():
            patterns = [
                ShiftPattern(
                    days=shift.days,
                    start_s=shift.hours[0],
                    end_s=shift.hours[1],
                    share=shift.share,
                )
                for shift in model.shifts
            ]
            members = [v.volunteer_id for v in self._volunteers if v.team == name]
            shifts += plan_team(
                members,
                patterns,
                start=self._scenario.period.start,
                horizon_us=self._horizon_us,
                team=name,
                streams=self._people_streams,
            )
        return tuple(shifts)

    def _make_sources(self) -> list[Source]:
        return [
            Source(
                index=index,
                kind=self._kinds[index],
                rate=weekly_rate(model.how_often, model.hours, model.days),
                day_effect=model.day_effect,
                area=self._gazetteer.area(model.where),
                channel=self._channel(model),
            )
            for index, model in enumerate(self._scenario.incidents.values())
            if model.how_often is not None and model.how_often > 0
        ]

    def _channel(self, model: IncidentModel) -> Channel | None:
        if model.channel is None:
            return None
        channel: ChannelModel = self._scenario.channels[model.channel]
        return Channel(
            delay=channel.delay,
            handling=channel.handling,
            days=channel.days,
            start_s=channel.hours[0],
            end_s=channel.hours[1],
        )

    def _read_recordings(self) -> list[Recording]:
        kinds = {kind.name: (index, kind) for index, kind in enumerate(self._kinds)}
        return [
            self._read_recording(model.replay, name, kinds)
            for name, model in self._scenario.incidents.items()
            if model.replay is not None
        ]

    def _read_recording(
        self, path: Path, name: str, kinds: dict[str, tuple[int, Kind]]
    ) -> Recording:
        start = self._scenario.period.start
        calls = read_replay(path, kinds=kinds, own_kind=name, start=start)
        points, problems = [], []
        for number, call in enumerate(calls):
            try:
                points.append(self._gazetteer.point(call.where))
            except NetworkError as error:
                problems.append(Problem(number + 2, 1, None, str(error)))
        if problems:
            raise ScenarioError(str(path), tuple(problems[:20]))
        table = _table_of(points)
        try:
            stops = self._snap(table.x, table.y)
        except NetworkError as error:
            raise NetworkError(f"{path}: {error}") from None
        self._note_far_snaps(path, table, stops)
        return Recording(calls, table.x, table.y, stops)

    def _note_far_snaps(self, path: Path, points: PointTable, stops: list[Stop]) -> None:
        """Tell when recorded places lie far from the streets: often the wrong coordinates."""
        median = self._median_way_m(points.x, points.y, stops)
        if median > FAR_SNAP_M:
            self.notices.append(
                f"{path.name}: half of the places lie more than {median:.0f} m from the streets"
                " at which they join; are the coordinates those of the map (WGS-84)?"
            )

    def _replayed(self, recording: Recording, streams: RandomStreams) -> IncidentTable:
        """Return recorded calls as a table; what is not recorded is drawn."""
        calls = recording.calls
        n, width = len(calls), max(len(kind.stages) for kind in self._kinds)
        ids = np.arange(n, dtype=np.int64)
        kind = _ints([call.kind for call in calls])
        stage_us = np.full((n, width), -1, np.int64)
        patience_us = np.zeros(n, np.int64)
        escalates = np.zeros(n, np.bool_)
        for index, spec in enumerate(self._kinds):
            rows = np.flatnonzero(kind == index)
            drawn = draw_stages(spec, ids[rows], streams)
            for row, works in zip(rows.tolist(), drawn.tolist(), strict=True):
                recorded = calls[row].stage_us
                stage_us[row, : len(works)] = [
                    work if given is None else given
                    for work, given in zip(works, recorded, strict=True)
                ]
            name = f"patience/{spec.name}"
            patience_us[rows] = draw_durations(spec.patience, name, ids[rows], streams)
            chance = streams.uniforms(f"escalation/{spec.name}", ids[rows])
            escalates[rows] = chance < spec.escalates
        own = [self._kinds[call.kind].priority for call in calls]
        priority = [c.priority or p for c, p in zip(calls, own, strict=True)]
        return IncidentTable(
            incident_id=ids,
            kind=kind,
            priority=_ints(priority),
            occurred_us=_ints([call.occurred_us for call in calls]),
            known_us=_ints([call.known_us for call in calls]),
            ready_us=_ints([call.ready_us for call in calls]),
            patience_us=patience_us,
            stage_us=stage_us,
            escalates=escalates,
            x=recording.x,
            y=recording.y,
            stops=tuple(recording.stops),
            parent_id=np.full(n, -1, np.int64),
            label=tuple(call.label for call in calls),
        )

    def _make_forecast(self) -> Forecast:
        """Return what a planner expects: the scenario's own rates, by hour and by street."""
        hours = -(-self._horizon_us // HOUR_US)
        per_hour = np.zeros((len(self._kinds), hours))
        per_node = np.zeros(len(self._ground.streets.x))
        ids = np.arange(FORECAST_POINTS, dtype=np.int64)
        start_s = second_of_week(self._scenario.period.start)
        for source in self._sources:
            per_hour[source.index] = _per_hour(source, start_s, hours)
            purpose = f"forecast/{source.kind.name}"
            x, y = source.area.sample(ids, purpose, self._people_streams)
            stops = self._snap_drawn(x, y)
            self._check_area(source.kind.name, x, y, stops)
            nodes = np.array([max(stop.nodes) for stop in stops], np.int64)
            a_day = float(np.dot(source.rate.rate_per_s, np.diff(source.rate.breaks_s))) / 7
            np.add.at(per_node, nodes, a_day / FORECAST_POINTS)
        return Forecast(per_hour=per_hour, per_node=per_node)

    def _check_area(
        self,
        name: str,
        x: npt.NDArray[np.float64],
        y: npt.NDArray[np.float64],
        stops: list[Stop],
    ) -> None:
        """Refuse an area most of which lies far from any street."""
        median_m = self._median_way_m(x, y, stops)
        limit_m = self._scenario.streets.snap_limit
        if median_m > limit_m:
            raise NetworkError(
                f"incidents.{name}: half of its area lies more than {median_m:.0f} m from any"
                f" street of the map (snap_limit is {limit_m:.0f} m); are the coordinates right?"
            )

    def _median_way_m(
        self,
        x: npt.NDArray[np.float64],
        y: npt.NDArray[np.float64],
        stops: list[Stop],
    ) -> float:
        streets = self._ground.streets
        nodes = np.array([max(stop.nodes) for stop in stops], np.int64)
        away = np.hypot(streets.x[nodes] - x, streets.y[nodes] - y)
        return float(np.median(away)) if len(away) else 0.0


def _per_hour(source: Source, start_s: float, hours: int) -> npt.NDArray[np.float64]:
    """Return the expected incidents of a source in each hour of the period."""
    breaks_s, rates = unroll(source.rate, start_s, hours * 3600.0)
    cumulative = np.concatenate([[0.0], np.cumsum(rates * np.diff(breaks_s))])
    edges = np.arange(hours + 1) * 3600.0
    piece = np.clip(np.searchsorted(breaks_s, edges, side="right") - 1, 0, len(rates) - 1)
    counts: npt.NDArray[np.float64] = np.diff(
        cumulative[piece] + (edges - breaks_s[piece]) * rates[piece]
    )
    return counts


def _table_of(points: list[tuple[float, float]]) -> PointTable:
    x = np.array([point[0] for point in points], np.float64)
    y = np.array([point[1] for point in points], np.float64)
    return PointTable(x=x, y=y, weight=np.ones(len(points)), name=("",) * len(points))


def _ints(values: list[int]) -> npt.NDArray[np.int64]:
    return np.array(values, np.int64)
