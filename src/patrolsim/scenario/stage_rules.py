"""Rules for the stages of an incident: where, by whom, and when they are left out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from patrolsim.scenario.findings import Finding, nearest_of, unknown_name
from patrolsim.scenario.plain import ANYBODY, Names, attempt, given, group, skills_of, texts
from patrolsim.scenario.search_rules import search_findings
from patrolsim.units import parse_share, quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.scenario.positions import Loc

_NEAREST = "nearest "
_WORDS = ("scene", "remote", "post", "address")


def stage_findings(name: str, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with the stages of a kind, each by itself and in their order."""
    incident, loc = given(names.kinds, name), ("incidents", name)
    own = _answering(incident, names)
    yield from _need_findings(incident.get("needs"), (*loc, "needs"), own, names)
    for stage in group(incident, "stages"):
        inside, way = given(group(incident, "stages"), stage), (*loc, "stages", stage)
        yield from team_findings(inside, way, names)
        teams = _answering(inside, names) or own
        yield from _need_findings(inside.get("needs"), (*way, "needs"), teams, names)
        yield from _where_findings(inside.get("where", "scene"), (*way, "where"), names)
        yield from search_findings(inside, way, names)
        if "search" in inside and "request" in incident:
            message = "nobody makes an appointment to look for somebody"
            yield Finding((*way, "search"), message, "make it a kind of its own", at_key=True)
    yield from _address_findings(incident, loc)
    yield from _outcome_findings(incident, (*loc, "stages"))


def team_findings(part: dict[str, object], loc: Loc, names: Names) -> Iterator[Finding]:
    """Yield the teams that should answer and that nobody declares."""
    for number, team in texts(part.get("teams")):
        if team not in names.teams:
            yield unknown_name((*loc, "teams", number), "team", team, names.teams)


def _answering(part: dict[str, object], names: Names) -> list[str]:
    """Return the teams that answer, and those that help them; none for all teams."""
    teams = [team for _, team in texts(part.get("teams"))]
    if not teams:
        return []
    # a misspelt name of a team that is helped may mean one of these
    unknown = {
        helped
        for team in names.teams
        for helped in group(names.teams, team, "helps")
        if helped not in names.teams
    }
    meant = {*teams, *unknown}
    helping = [team for team in names.teams if meant & {*group(names.teams, team, "helps")}]
    return [*teams, *(team for team in helping if team not in teams)]


def _need_findings(
    needs: object, loc: Loc, teams: Sequence[str], names: Names
) -> Iterator[Finding]:
    """Yield the needs that nobody can fill, and those that mean two things."""
    skills = skills_of(names.teams.get(team) for team in teams) if teams else names.skills
    for name in group(needs):
        if name == ANYBODY:
            continue
        if name in names.teams:
            yield from _badge_findings(name, (*loc, name), teams, names)
        elif skills is not None and name not in skills:
            message = f"nobody in the teams that answer has the skill {quoted(name)}"
            hint = partial(_nearest_need, name, skills, teams or [*names.teams])
            yield Finding((*loc, name), message, hint, at_key=True)


def _badge_findings(team: str, loc: Loc, teams: Sequence[str], names: Names) -> Iterator[Finding]:
    """Yield what is wrong with a need that names a team."""
    if any(team in group(names.teams, other, "skills") for other in names.teams):
        message = f"{quoted(team)} is both a skill and a team"
        yield Finding(loc, message, "give one of them another name", at_key=True)
    elif teams and team not in teams:
        message = f"the team {quoted(team)} does not answer this"
        yield Finding(loc, message, f"add it to teams: {', '.join(teams)}", at_key=True)


def _nearest_need(name: str, skills: frozenset[str], teams: Sequence[str]) -> str:
    known = [*sorted(skills), ANYBODY]
    return suggestion(name, [*known, *teams], otherwise=nearest_of(name, known))


def _where_findings(where: object, loc: Loc, names: Names) -> Iterator[Finding]:
    """Yield a finding when a stage is nowhere, or at a place that nobody knows."""
    if not isinstance(where, str) or where in _WORDS:
        return
    place = where.removeprefix(_NEAREST).strip()
    if not _is_somewhere(where):
        message = f"{quoted(where)} is not where a stage can be"
        yield Finding(loc, message, partial(_nearest_where, where, names))
    elif place not in names.places:
        yield unknown_name(loc, "place", place, names.places)


def _is_somewhere(where: str) -> bool:
    return where in _WORDS or where.removeprefix(_NEAREST).strip() != where


def _nearest_where(where: str, names: Names) -> str:
    return nearest_of(where, (*_WORDS, *(f"{_NEAREST}{place}" for place in names.places)))


def _address_findings(incident: dict[str, object], loc: Loc) -> Iterator[Finding]:
    """Yield a finding where an address is missing, or leads nowhere."""
    stages = group(incident, "stages")
    led = [stage for stage in stages if group(stages, stage).get("where") == "address"]
    if led and "address" not in incident:
        message = "nothing says where the address lies"
        way = (*loc, "stages", led[0], "where")
        yield Finding(way, message, f"give {quoted(loc[-1])} an address: {{places: ...}}")
    wheres = [group(stages, stage).get("where") for stage in stages]
    is_misspelt = any(isinstance(where, str) and not _is_somewhere(where) for where in wheres)
    if "address" in incident and not led and not is_misspelt:
        message = "no stage leads to the address"
        yield Finding((*loc, "address"), message, "write where: address in a stage", at_key=True)


def _outcome_findings(incident: dict[str, object], loc: Loc) -> Iterator[Finding]:
    """Yield the stages whose turn never comes, or comes before it can be known."""
    stages = group(incident, "stages")
    settling = [stage for stage in stages if _share(group(stages, stage).get("settles"))]
    order = list(stages)
    for stage in stages:
        only_when, way = group(stages, stage).get("only_when"), (*loc, stage, "only_when")
        later = [one for one in settling if order.index(one) > order.index(stage)]
        if only_when is not None and later:
            message = f"{quoted(later[0])}, which may settle the matter, comes later"
            yield Finding(way, message, f"put {quoted(stage)} behind it")
        if only_when == "escalated" and not _share(incident.get("escalates", "0%")):
            before = [group(stages, one) for one in order[: order.index(stage)]]
            if not any(_escalates_in_vain(one) for one in before):
                yield Finding(way, *_never_escalated(stages))


def _escalates_in_vain(stage: dict[str, object]) -> bool:
    """Whether a stage is a search that escalates the matter when nobody is found."""
    is_search = isinstance(stage.get("search"), dict)
    return is_search and given(stage, "search").get("if_not_found") != "gave up"


def _never_escalated(stages: dict[str, object]) -> tuple[str, str]:
    """Return what is wrong with a stage for the escalated that never comes, and how to mend it."""
    searches = [stage for stage in stages if "search" in group(stages, stage)]
    if any(_escalates_in_vain(group(stages, one)) for one in searches):
        message = "nothing of this kind is escalated so early"
        return message, f"put it behind {quoted(searches[0])}, or give the kind escalates: 10%"
    message = "nothing of this kind is ever escalated"
    if searches:
        hint = f"write if_not_found: escalated in {quoted(searches[0])}"
        return message, f"{hint}, or give the kind escalates: 10%"
    return message, "give it escalates: 10%"


def _share(value: object) -> bool:
    """Whether a share is more than 0, or wrong, which its own check reports."""
    return value is not None and attempt(parse_share, value) != 0
