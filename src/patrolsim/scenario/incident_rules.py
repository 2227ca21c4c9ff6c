"""Rules for kinds of incident: how often, who answers, what has to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.scenario.findings import Finding, unknown_name
from patrolsim.scenario.forms import area_findings, coords_findings, twice_findings
from patrolsim.scenario.plain import Names, given, group
from patrolsim.scenario.request_rules import request_findings
from patrolsim.scenario.stage_rules import stage_findings, team_findings
from patrolsim.units import parse_days, parse_hours, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.scenario.positions import Loc


def incident_findings(name: str, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with a kind of incident."""
    if not isinstance(names.kinds[name], dict):
        return
    incident, loc = given(names.kinds, name), ("incidents", name)
    yield from _source_findings(name, incident, names)
    yield from _name_findings(incident, loc, names)
    yield from _work_findings(name, incident, names)
    yield from request_findings(incident, loc, names)
    yield from stage_findings(name, names)
    yield from twice_findings(group(incident, "hours"), (*loc, "hours"), parse_hours)
    yield from twice_findings(group(incident, "days"), (*loc, "days"), parse_days)
    yield from coords_findings(incident, loc, ("replay",))
    for key in ("where", "address"):
        yield from area_findings(incident.get(key), (*loc, key), names)


def _source_findings(name: str, incident: dict[str, object], names: Names) -> Iterator[Finding]:
    """Yield a finding unless something says when such incidents happen."""
    loc = ("incidents", name)
    if "how_often" in incident and "replay" in incident:
        message = "'replay' says how often it happens"
        yield Finding((*loc, "how_often"), message, "drop how_often or replay", at_key=True)
    if "model" in incident and "how_often" not in incident:
        message = "a model spreads a long-run average, and there is none"
        yield Finding((*loc, "model"), message, "add how_often, or drop model", at_key=True)
    if "in_weather" in incident and "how_often" not in incident:
        message = "recorded calls and follow-ups do not follow the weather"
        yield Finding((*loc, "in_weather"), message, "it goes with how_often", at_key=True)
    if "in_weather" in incident and "model" in incident:
        message = "a model draws its times by itself, whatever the weather"
        yield Finding((*loc, "in_weather"), message, "drop in_weather or model", at_key=True)
    if "how_often" in incident or "at" in incident or _comes_from_a_file(incident, names):
        return
    if name not in names.growing:
        message = f"nothing says how often {name!r} happens"
        absent = ("how_often", "at", "replay")
        yield Finding(loc, message, "add how_often, at or replay", at_key=True, absent=absent)


def _name_findings(incident: dict[str, object], loc: Loc, names: Names) -> Iterator[Finding]:
    """Yield names of teams, channels and kinds that nobody declares."""
    yield from team_findings(incident, loc, names)
    channel = incident.get("channel")
    if isinstance(channel, str) and channel not in names.channels:
        yield unknown_name((*loc, "channel"), "channel", channel, names.channels)
    kind = group(incident, "follow_up").get("kind")
    if isinstance(kind, str) and kind not in names.kinds:
        yield unknown_name((*loc, "follow_up", "kind"), "kind of incident", kind, names.kinds)
    for weather in group(incident, "in_weather"):
        if weather not in names.weather:
            way = (*loc, "in_weather", weather)
            yield unknown_name(way, "weather", weather, names.weather, at_key=True)


def _work_findings(name: str, incident: dict[str, object], names: Names) -> Iterator[Finding]:
    """Yield what is wrong with the stages, or with their short form."""
    loc = ("incidents", name)
    stages = group(incident, "stages")
    for key in ("takes", "needs"):
        if stages and key in incident:
            message = f"{key!r} cannot stand beside 'stages'"
            yield Finding((*loc, key), message, f"write {key} inside the stages", at_key=True)
    if _comes_from_a_file(incident, names):
        untimed: list[Loc] = []
    elif stages:
        untimed = [(*loc, "stages", stage) for stage in stages if not _is_timed(stages[stage])]
    else:
        untimed = [] if "takes" in incident else [loc]
    if _is_timed_by_items(incident):
        untimed = untimed[:-1] if untimed[-1:] == [_last_stage(loc, stages)] else untimed
    for place in untimed:
        message = f"nothing says how long {quoted(place[-1])} takes"
        yield Finding(place, message, "add takes", at_key=True, absent=("takes", "stages"))


def _comes_from_a_file(incident: dict[str, object], names: Names) -> bool:
    """Return whether recorded calls may hold such incidents: a file may serve several kinds."""
    if "replay" in incident:
        return True
    return names.has_replay and not {"how_often", "at"} & incident.keys()


def _is_timed_by_items(incident: dict[str, object]) -> bool:
    """Whether the items of a catalogue say how long the last stage lasts."""
    catalogue = group(incident, "items")
    return bool(catalogue) and all(_is_timed(item) for item in catalogue.values())


def _last_stage(loc: Loc, stages: dict[str, object]) -> Loc:
    return (*loc, "stages", list(stages)[-1]) if stages else loc


def _is_timed(stage: object) -> bool:
    """Return whether something says how long a stage takes: a search says it itself."""
    if not isinstance(stage, dict):
        return True
    return stage.get("takes") is not None or stage.get("search") is not None
