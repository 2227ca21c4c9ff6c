"""Rules for kinds of incident: how often, who answers, what has to be done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from patrolsim.scenario.findings import Finding, nearest_of, unknown_name
from patrolsim.scenario.forms import area_findings, coords_findings, twice_findings
from patrolsim.scenario.plain import ANYBODY, Names, given, group, skills_of, texts
from patrolsim.scenario.request_rules import request_findings
from patrolsim.units import parse_days, parse_hours, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.scenario.positions import Loc

_NEAREST = "nearest "


def incident_findings(name: str, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with a kind of incident."""
    if not isinstance(names.kinds[name], dict):
        return
    incident, loc = given(names.kinds, name), ("incidents", name)
    yield from _source_findings(name, incident, names)
    yield from _name_findings(incident, loc, names)
    yield from _work_findings(name, incident, names)
    yield from request_findings(incident, loc, names)
    yield from twice_findings(group(incident, "hours"), (*loc, "hours"), parse_hours)
    yield from twice_findings(group(incident, "days"), (*loc, "days"), parse_days)
    yield from coords_findings(incident, loc, ("replay",))
    yield from area_findings(incident.get("where"), (*loc, "where"), names)


def _source_findings(name: str, incident: dict[str, object], names: Names) -> Iterator[Finding]:
    """Yield a finding unless something says when such incidents happen."""
    loc = ("incidents", name)
    if "how_often" in incident and "replay" in incident:
        message = "'replay' says how often it happens"
        yield Finding((*loc, "how_often"), message, "drop how_often or replay", at_key=True)
    if "model" in incident and "how_often" not in incident:
        message = "a model spreads a long-run average, and there is none"
        yield Finding((*loc, "model"), message, "add how_often, or drop model", at_key=True)
    if "how_often" in incident or "at" in incident or _comes_from_a_file(incident, names):
        return
    if name not in names.growing:
        message = f"nothing says how often {name!r} happens"
        absent = ("how_often", "at", "replay")
        yield Finding(loc, message, "add how_often, at or replay", at_key=True, absent=absent)


def _name_findings(incident: dict[str, object], loc: Loc, names: Names) -> Iterator[Finding]:
    """Yield names of teams, channels and kinds that nobody declares."""
    for number, team in texts(incident.get("teams")):
        if team not in names.teams:
            yield unknown_name((*loc, "teams", number), "team", team, names.teams)
    channel = incident.get("channel")
    if isinstance(channel, str) and channel not in names.channels:
        yield unknown_name((*loc, "channel"), "channel", channel, names.channels)
    kind = group(incident, "follow_up").get("kind")
    if isinstance(kind, str) and kind not in names.kinds:
        yield unknown_name((*loc, "follow_up", "kind"), "kind of incident", kind, names.kinds)


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
    skills = _skills_of_answering(incident, names)
    yield from _skill_findings(incident.get("needs"), (*loc, "needs"), skills)
    for stage in stages:
        inside, way = given(stages, stage), (*loc, "stages", stage)
        yield from _skill_findings(inside.get("needs"), (*way, "needs"), skills)
        yield from _where_findings(inside.get("where", "scene"), (*way, "where"), names)


def _where_findings(where: object, loc: Loc, names: Names) -> Iterator[Finding]:
    """Yield a finding when a stage is nowhere, or at a place that nobody knows."""
    if not isinstance(where, str) or where in {"scene", "remote", "post"}:
        return
    place = where.removeprefix(_NEAREST).strip()
    if place == where:
        message = f"{quoted(where)} is not where a stage can be"
        yield Finding(loc, message, partial(_nearest_where, where, names))
    elif place not in names.places:
        yield unknown_name(loc, "place", place, names.places)


def _skill_findings(needs: object, loc: Loc, skills: frozenset[str] | None) -> Iterator[Finding]:
    """Yield the skills that nobody in the answering teams has."""
    for skill in group(needs):
        if skills is not None and skill != ANYBODY and skill not in skills:
            message = f"nobody in the teams that answer has the skill {quoted(skill)}"
            hint = partial(_nearest_skill, skill, skills)
            yield Finding((*loc, skill), message, hint, at_key=True)


def _nearest_where(where: str, names: Names) -> str:
    return nearest_of(
        where, ("scene", "remote", "post", *(f"{_NEAREST}{place}" for place in names.places))
    )


def _nearest_skill(skill: str, skills: frozenset[str]) -> str:
    return nearest_of(skill, [*sorted(skills), ANYBODY])


def _skills_of_answering(incident: dict[str, object], names: Names) -> frozenset[str] | None:
    teams = [team for _, team in texts(incident.get("teams"))]
    return skills_of(names.teams.get(team) for team in teams) if teams else names.skills


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
    return not isinstance(stage, dict) or stage.get("takes") is not None
