"""What must fit together across a scenario: forms, names, sums.

The rules work on plain data, so that they speak even where other parts of the file are wrong; a
part that is wrong by itself is passed over in silence, for its own check reports it.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from patrolsim.scenario.channel_rules import channel_findings
from patrolsim.scenario.findings import Finding, unknown_name
from patrolsim.scenario.forms import (
    area_findings,
    coords_findings,
    place_findings,
    streets_findings,
    twice_findings,
)
from patrolsim.scenario.incident_rules import incident_findings
from patrolsim.scenario.intervention_rules import intervention_findings
from patrolsim.scenario.plain import Names, attempt, given, group, names_of, texts
from patrolsim.scenario.speed_rules import speed_change_findings
from patrolsim.units import parse_count, parse_duration_s, parse_share, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.scenario.positions import Loc

_ROUNDING = 1e-6


def cross_check(data: dict[str, object]) -> list[Finding]:
    """Return everything that does not fit together, in no particular order."""
    names = names_of(data)
    return [
        *streets_findings(data),
        *_speed_findings(data, names),
        *speed_change_findings(data),
        *intervention_findings(data),
        *place_findings(data),
        *_period_findings(data),
        *chain.from_iterable(team_findings(team, names) for team in names.teams),
        *chain.from_iterable(incident_findings(kind, names) for kind in names.kinds),
        *chain.from_iterable(channel_findings(one, names) for one in names.channels),
        *_compare_findings(data, names),
    ]


def team_findings(name: str, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with a team: its size, its modes, its homes and posts."""
    if not isinstance(names.teams[name], dict):
        return
    team, loc = given(names.teams, name), ("teams", name)
    if "number" in team and "members" in team:
        message = "'members' says how many people there are"
        yield Finding((*loc, "number"), message, "drop one of number and members", at_key=True)
    if "number" not in team and "members" not in team:
        message, absent = f"nothing says how many people {quoted(name)} has", ("number", "members")
        yield Finding(loc, message, "add number", at_key=True, absent=absent)
    yield from _mode_findings(team, loc, names)
    yield from coords_findings(team, loc, ("members",))
    yield from area_findings(team.get("homes"), (*loc, "homes"), names)
    for number, post in texts(team.get("posts")):
        if post not in names.places:
            yield unknown_name((*loc, "posts", number), "place", post, names.places)
    for helped in group(team, "helps"):
        if helped == name:
            message = f"{quoted(name)} helps itself"
            yield Finding((*loc, "helps", helped), message, "name another team", at_key=True)
        elif helped not in names.teams:
            way = (*loc, "helps", helped)
            yield unknown_name(way, "team", helped, names.teams, at_key=True)


def _mode_findings(team: dict[str, object], loc: Loc, names: Names) -> Iterator[Finding]:
    """Yield unknown modes, and shares of modes that do not add up to 100 %."""
    modes, known = group(team, "modes"), names.modes
    for mode in modes:
        if known is not None and mode not in known:
            yield unknown_name((*loc, "modes", mode), "mode", mode, known, at_key=True)
    for priority, chosen in group(team, "mode_by_priority").items():
        if isinstance(chosen, str) and known is not None and chosen not in known:
            yield unknown_name((*loc, "mode_by_priority", priority), "mode", chosen, known)
    yield from twice_findings(
        group(team, "mode_by_priority"), (*loc, "mode_by_priority"), parse_count
    )
    shares = [attempt(parse_share, share) for share in modes.values()]
    total = sum(share for share in shares if share is not None)
    is_summed = bool(shares) and None not in shares
    if is_summed and abs(total - 1) > _ROUNDING:
        message = f"these shares add up to {total * 100:g}%, not 100%"
        yield Finding((*loc, "modes"), message, _correction(total))


def _correction(total: float) -> str:
    """Return what to do to shares that miss their sum."""
    percent = f"{abs(total - 1) * 100:g}%"
    return f"take {percent} away" if total > 1 else f"add {percent}"


def _speed_findings(data: dict[str, object], names: Names) -> Iterator[Finding]:
    for mode in group(data, "streets", "speeds"):
        if names.modes is not None and mode not in names.modes:
            yield unknown_name(("streets", "speeds", mode), "mode", mode, names.modes, at_key=True)


def _period_findings(data: dict[str, object]) -> Iterator[Finding]:
    period = group(data, "period")
    length = attempt(parse_duration_s, period.get("length"))
    warm_up = attempt(parse_duration_s, period.get("warm_up"))
    if length and warm_up is not None and warm_up >= length:
        hint = "nothing would be counted: make the period longer"
        yield Finding(("period", "warm_up"), "the warm-up is as long as the period", hint)


def _compare_findings(data: dict[str, object], names: Names) -> Iterator[Finding]:
    compare = data.get("compare")
    if isinstance(compare, str) and compare not in names.strategies:
        yield unknown_name(("compare",), "strategy", compare, names.strategies)
