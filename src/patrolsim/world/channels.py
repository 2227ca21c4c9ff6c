"""How incidents become known, from the words of a scenario: channels, rounds and weather."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.demand.operators import answer_calls
from patrolsim.demand.sources import Channel
from patrolsim.demand.weather import Weather

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.demand.sources import Source
    from patrolsim.demand.table import IncidentTable
    from patrolsim.scenario.incident_models import ChannelModel, IncidentModel
    from patrolsim.scenario.models import Scenario


def make_channels(models: Mapping[str, ChannelModel]) -> dict[str, Channel]:
    """Return the channels of a scenario, by name."""
    return {name: _channel(model) for name, model in models.items()}


def make_weather(scenario: Scenario) -> dict[str, Weather]:
    """Return the weather of a scenario, by name."""
    return {
        name: Weather(name=name, per_s=model.how_often, lasts=model.lasts, months=model.months)
        for name, model in scenario.period.weather.items()
    }


def rounds_of(scenario: Scenario, incidents: Mapping[str, IncidentModel]) -> dict[int, int]:
    """Return the kind whose rounds bring the letters of a kind, both by index."""
    index = {name: number for number, name in enumerate(incidents)}
    found = {}
    for name, model in incidents.items():
        channel = scenario.channels[model.channel] if model.channel is not None else None
        if channel is not None and channel.emptied_by is not None:
            found[index[name]] = index[channel.emptied_by]
    return found


def through_lines(
    sources: Sequence[Source], tables: Sequence[IncidentTable]
) -> list[IncidentTable]:
    """Return the tables of some sources after the operators of each line have taken the calls."""
    found = list(tables)
    lines: dict[int, list[int]] = {}
    for number, source in enumerate(sources):
        if source.channel is not None and source.channel.operators is not None:
            lines.setdefault(id(source.channel), []).append(number)
    for numbers in lines.values():
        channel = sources[numbers[0]].channel
        operators = 1 if channel is None or channel.operators is None else channel.operators
        answered = answer_calls([found[number] for number in numbers], operators)
        for number, table in zip(numbers, answered, strict=True):
            found[number] = table
    return found


def _channel(model: ChannelModel) -> Channel:
    emptied = model.emptied
    return Channel(
        delay=model.delay,
        handling=model.handling,
        days=model.days,
        start_s=model.hours[0],
        end_s=model.hours[1],
        emptied_days=() if emptied is None else emptied.days,
        emptied_s=() if emptied is None else emptied.hours,
        is_fetched=model.emptied_by is not None,
        operators=model.operators,
    )
