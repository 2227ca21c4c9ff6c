"""Sources of incidents: one per kind, each with streams of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.demand.arrivals import draw_arrivals
from patrolsim.demand.batches import with_due_times
from patrolsim.demand.course import draw_particulars, drawer, posted, settle
from patrolsim.demand.modelled import ask_for_incidents
from patrolsim.demand.models import DemandDraws, DemandSetting
from patrolsim.demand.table import IncidentTable
from patrolsim.demand.weather import in_weather
from patrolsim.eventlog import NEVER_US
from patrolsim.units import DAY_S, US_PER_S, to_us

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    import numpy.typing as npt

    from patrolsim.demand.areas import Area
    from patrolsim.demand.arrivals import WeeklyRate
    from patrolsim.demand.batches import BatchSize, FixedTimes
    from patrolsim.demand.course import Addresses
    from patrolsim.demand.modelled import NamedModel
    from patrolsim.demand.weather import Spell, Weather
    from patrolsim.distributions import Distribution
    from patrolsim.incidents import Kind
    from patrolsim.network.streets import Stop
    from patrolsim.streams import RandomStreams

    Times = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Snap = Callable[[npt.NDArray[np.float64], npt.NDArray[np.float64]], list[Stop]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way by which incidents become known.

    Attributes
    ----------
    delay
        Time from what happens to the report; None for at once.
    handling
        Time from known to the first decision about who goes; None for at once.
    days, start_s, end_s
        When it is open: days of the week (0 for Monday) and seconds of the day; an end not
        after the start means the next day. A report outside waits for the next opening.
    emptied_days, emptied_s
        When a letter box is emptied: days of the week and seconds of the day, rising; no times
        for a channel that is no letter box, or that a round empties.
    is_fetched
        Whether a report waits until a round of volunteers fetches it.
    operators
        How many people take calls; None where nobody has to wait. Then `handling` is what an
        operator takes for a call, and the incident is known at its end.
    """

    delay: Distribution | None
    handling: Distribution | None
    days: tuple[int, ...]
    start_s: float
    end_s: float
    emptied_days: tuple[int, ...] = ()
    emptied_s: tuple[float, ...] = ()
    is_fetched: bool = False
    operators: int | None = None

    def is_always_open(self) -> bool:
        """Whether no report ever waits."""
        return len(self.days) == len("MTWTFSS") and (self.end_s - self.start_s) % DAY_S == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the incidents of one kind come from.

    Attributes
    ----------
    index, kind
        The kind and its index in the world.
    rate
        How often, over the week.
    day_effect
        Coefficient of variation of the chance factor of each day.
    area
        Where.
    channel
        How it becomes known; None for at once.
    fixed
        The times at which they happen instead of by the rate; None for none.
    batch
        How many come at once; None for one.
    model
        When and where it happens, by a plugin; None for a Poisson process of that rate.
    addresses
        Where people are brought to; None when nobody is.
    weather
        How many times as often it happens in some weather.
    """

    index: int
    kind: Kind
    rate: WeeklyRate
    day_effect: float
    area: Area
    channel: Channel | None
    fixed: FixedTimes | None = None
    batch: BatchSize | None = None
    model: NamedModel | None = None
    addresses: Addresses | None = None
    weather: tuple[tuple[Weather, float], ...] = ()


def draw_source(
    source: Source,
    *,
    start: datetime,
    horizon_us: int,
    streams: RandomStreams,
    snap: Snap,
    spells: Mapping[str, Sequence[Spell]] = MappingProxyType({}),
) -> IncidentTable:
    """Return the incidents of one source, every attribute from a stream of its own.

    Parameters
    ----------
    source
        The source.
    start, horizon_us
        First moment (local time) and length of the period.
    streams
        The random numbers of the replication.
    snap
        Joins points (x, y in metres) to the streets.
    spells
        When each weather holds, by its name.
    """
    name, kind = source.kind.name, source.kind
    happens_us, at_x, at_y = _draw_when_and_where(source, start, horizon_us, streams, spells)
    batches = np.arange(len(happens_us), dtype=np.int64)
    sizes = None if source.batch is None else source.batch.draw(name, batches, streams)
    of_batch = batches if sizes is None else np.repeat(batches, sizes)
    x, y = at_x[of_batch], at_y[of_batch]
    occurred_us, known_us, ready_us = (
        one[of_batch]
        for one in (
            happens_us,
            *report_times(happens_us, source.channel, name, start, streams),
        )
    )
    n = len(of_batch)
    ids = np.arange(n, dtype=np.int64)
    draw = drawer(streams, ids, after=f"/{name}")
    stage_us, escalates = settle(
        kind, draw_stages(kind, name, ids, streams), draw("escalation") < kind.escalates, draw
    )
    homes = None
    if source.addresses is not None:
        homes = source.addresses.draw(f"address/{name}", ids, streams)
    table = IncidentTable(
        incident_id=ids,
        kind=np.full(n, source.index, np.int64),
        priority=np.full(n, kind.priority, np.int64),
        occurred_us=occurred_us,
        known_us=known_us,
        ready_us=ready_us,
        patience_us=draw_durations(kind.patience, f"patience/{name}", ids, streams),
        stage_us=stage_us,
        escalates=escalates,
        x=x,
        y=y,
        stops=tuple(snap(x, y)),
        parent_id=np.full(n, -1, np.int64),
        label=("",) * n,
        particulars=draw_particulars(kind, occurred_us, homes, draw),
    )
    if source.channel is not None and source.channel.is_fetched:
        return posted(table)
    if source.fixed is None or source.fixed.notice_us is None:
        return table
    return with_due_times(table, np.array(source.fixed.at_us, np.int64)[of_batch])


def _draw_when_and_where(
    source: Source,
    start: datetime,
    horizon_us: int,
    streams: RandomStreams,
    spells: Mapping[str, Sequence[Spell]],
) -> tuple[Times, Floats, Floats]:
    """Return when and where something happens, once for those that come at once."""
    name = source.kind.name
    if source.model is not None:
        setting = setting_of(source, start, horizon_us)
        draws = DemandDraws(setting, streams, source.area, source.day_effect)
        return ask_for_incidents(source.model, setting, draws)
    if source.fixed is not None:
        occurred_us = source.fixed.occurred_us()
    else:
        occurred_us = draw_arrivals(
            source.rate,
            name=name,
            start_s=second_of_week(start),
            horizon_us=horizon_us,
            day_effect=source.day_effect,
            streams=streams,
            weather=partial(in_weather, source.weather, spells) if source.weather else None,
        )
    ids = np.arange(len(occurred_us), dtype=np.int64)
    return occurred_us, *source.area.sample(ids, f"place/{name}", streams)


def setting_of(source: Source, start: datetime, horizon_us: int) -> DemandSetting:
    """Return what a model knows of a source before anything is drawn."""
    return DemandSetting(
        kind=source.kind.name,
        rate=source.rate,
        start_s=second_of_week(start),
        period_s=horizon_us / US_PER_S,
    )


def draw_stages(kind: Kind, key: str, ids: Times, streams: RandomStreams) -> Times:
    """Return the work of each stage of each incident, shape (n, n_stages), keyed by (key, id)."""
    columns = [
        draw_durations(stage.takes, f"stage {number}/{key}", ids, streams)
        for number, stage in enumerate(kind.stages)
    ]
    return np.stack(columns, axis=1)


def draw_durations(
    spec: Distribution | None, purpose: str, ids: Times, streams: RandomStreams
) -> Times:
    """Return one duration per id; `NEVER_US` without a distribution."""
    if spec is None:
        return np.full(len(ids), NEVER_US, np.int64)
    return spec.quantile_us(streams.uniforms(purpose, ids))


def report_times(
    occurred_us: Times,
    channel: Channel | None,
    name: str,
    start: datetime,
    streams: RandomStreams,
) -> tuple[Times, Times]:
    """Return when each incident becomes known, and when it may first be dispatched."""
    if channel is None:
        return occurred_us, occurred_us
    ids = np.arange(len(occurred_us), dtype=np.int64)
    known_us = occurred_us
    if channel.delay is not None:
        known_us = known_us + draw_durations(channel.delay, f"report/{name}", ids, streams)
    if channel.emptied_s:
        emptied = [next_emptying_us(int(time_us), channel, start) for time_us in known_us]
        known_us = np.array(emptied, np.int64)
    elif not channel.is_always_open():
        opened = [next_opening_us(int(time_us), channel, start) for time_us in known_us]
        known_us = np.array(opened, np.int64)
    ready_us = known_us
    if channel.handling is not None:
        ready_us = ready_us + draw_durations(channel.handling, f"handling/{name}", ids, streams)
    return known_us, ready_us


def next_opening_us(time_us: int, channel: Channel, start: datetime) -> int:
    """Return the first moment at or after a time at which a channel is open."""
    length_us = to_us((channel.end_s - channel.start_s) % DAY_S or DAY_S)
    day_us = to_us(DAY_S)
    midnight_us = _midnight_us(start)
    today = (time_us - midnight_us) // day_us
    for day in range(today - 1, today + 9):
        if (start.weekday() + day) % 7 not in channel.days:
            continue
        opens_us = midnight_us + day * day_us + to_us(channel.start_s)
        if time_us < opens_us + length_us:
            return max(time_us, opens_us)
    return NEVER_US


def next_emptying_us(time_us: int, channel: Channel, start: datetime) -> int:
    """Return the first moment at or after a time at which a letter box is emptied."""
    day_us, midnight_us = to_us(DAY_S), _midnight_us(start)
    today = (time_us - midnight_us) // day_us
    moments_us = (
        midnight_us + day * day_us + to_us(second)
        for day in range(today, today + 9)
        if (start.weekday() + day) % 7 in channel.emptied_days
        for second in channel.emptied_s
    )
    return next((us for us in moments_us if us >= time_us), NEVER_US)


def _midnight_us(start: datetime) -> int:
    """Return the midnight before the start of a period, counted from that start."""
    return -to_us(start.hour * 3600 + start.minute * 60 + start.second)


def second_of_week(start: datetime) -> float:
    """Return the second of the week of a moment; 0 is Monday 00:00."""
    return float(start.weekday() * DAY_S + start.hour * 3600 + start.minute * 60 + start.second)
