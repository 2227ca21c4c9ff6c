"""Rules for teams: their size, their modes, homes and posts, their trades, how they grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.scenario.findings import Finding, unknown_name
from patrolsim.scenario.forms import area_findings, coords_findings, twice_findings
from patrolsim.scenario.plain import Names, attempt, given, group, items, texts
from patrolsim.units import parse_count, parse_date, parse_share, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.scenario.positions import Loc

_ROUNDING = 1e-6
ASKING = ("hears", "answer_within")
"""Keys that need each other."""
BASES = ("homes", "posts")
"""Keys that say where people wait."""


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
    yield from coords_findings(team, loc, ("members",))
    yield from _help_findings(name, team, loc, names)
    yield from _people_findings(team, loc, names)
    yield from _alert_findings(team, loc)
    yield from _trade_findings(team, loc, names)
    yield from _growth_findings(team, loc)


def _help_findings(
    name: str, team: dict[str, object], loc: Loc, names: Names
) -> Iterator[Finding]:
    """Yield teams that cannot be helped."""
    for helped in group(team, "helps"):
        if helped == name:
            message = f"{quoted(name)} helps itself"
            yield Finding((*loc, "helps", helped), message, "name another team", at_key=True)
        elif helped not in names.teams:
            way = (*loc, "helps", helped)
            yield unknown_name(way, "team", helped, names.teams, at_key=True)


def _people_findings(people: dict[str, object], loc: Loc, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with the rules of a team or a trade."""
    yield from _mode_findings(people, loc, names)
    yield from area_findings(people.get("homes"), (*loc, "homes"), names)
    for number, post in texts(people.get("posts")):
        if post not in names.places:
            yield unknown_name((*loc, "posts", number), "place", post, names.places)
    for number, shift in enumerate(items(people.get("shifts"))):
        yield from _date_findings(given(shift), (*loc, "shifts", number))


def _date_findings(shift: dict[str, object], loc: Loc) -> Iterator[Finding]:
    """Yield a finding for a shift that ends before it begins."""
    first, last = (attempt(parse_date, shift.get(key)) for key in ("from", "until"))
    if first is not None and last is not None and last < first:
        message = "this shift ends before it begins"
        yield Finding((*loc, "until"), message, f"write a date from {first} on")


def _alert_findings(people: dict[str, object], loc: Loc) -> Iterator[Finding]:
    """Yield a finding where nobody would notice that an alert is not heard."""
    hears = attempt(parse_share, people.get("hears"))
    if hears is not None and hears < 1 and "answer_within" not in people:
        message = "who does not hear it never answers: nobody would notice"
        hint = "add answer_within, like 2 min"
        yield Finding((*loc, "hears"), message, hint, at_key=True, absent=("answer_within",))


def _trade_findings(team: dict[str, object], loc: Loc, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with the trades of a team, and shares that miss 100 %."""
    trades = group(team, "trades")
    general: dict[str, object] = {key: team[key] for key in ASKING if key in team}
    for name in trades:
        if not isinstance(trades[name], dict):
            continue
        trade, way = given(trades, name), (*loc, "trades", name)
        yield from _people_findings(trade, way, names)
        if "hears" in trade:
            yield from _alert_findings({**general, **trade}, way)
        for key in BASES if "members" in team else ():
            if key in trade:
                message = "'members' says where people wait"
                yield Finding((*way, key), message, "leave it out", at_key=True)
    shares = [attempt(parse_share, group(trade).get("share")) for trade in trades.values()]
    yield from _sum_findings(shares, (*loc, "trades"))


def _growth_findings(team: dict[str, object], loc: Loc) -> Iterator[Finding]:
    """Yield a finding for a team that starts with more people than it ends with."""
    start = attempt(parse_count, group(team, "grows").get("from"))
    number = attempt(parse_count, team.get("number"))
    if start is not None and number is not None and start > number:
        message = f"the team starts with {start:,} people and ends with {number:,}"
        yield Finding((*loc, "grows", "from"), message, f"write at most {number}")


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
    yield from _sum_findings(shares, (*loc, "modes"))


def _sum_findings(shares: Sequence[float | None], loc: Loc) -> Iterator[Finding]:
    """Yield a finding for shares that do not add up; a wrong one is reported by itself."""
    total = sum(share for share in shares if share is not None)
    is_summed = bool(shares) and None not in shares
    if is_summed and abs(total - 1) > _ROUNDING:
        message = f"these shares add up to {total * 100:g}%, not 100%"
        yield Finding(loc, message, _correction(total))


def _correction(total: float) -> str:
    """Return what to do to shares that miss their sum."""
    percent = f"{abs(total - 1) * 100:g}%"
    return f"take {percent} away" if total > 1 else f"add {percent}"
