"""Rules for requests: fixed times, batches, catalogues, work at a post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.scenario.findings import Finding
from patrolsim.scenario.plain import attempt, given, group, items, texts
from patrolsim.units import parse_share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.scenario.plain import Names
    from patrolsim.scenario.positions import Loc

_ROUNDING = 1e-6
_WITHOUT_FIXED_TIMES = ("how_often", "hours", "days", "day_effect", "replay", "model")


def request_findings(incident: dict[str, object], loc: Loc, names: Names) -> Iterator[Finding]:
    """Yield what does not fit together in a kind of incident that is scheduled."""
    is_request, is_at = "request" in incident, "at" in incident
    if is_at:
        yield from _fixed_findings(incident, loc, is_appointment=not is_request)
    elif "notice" in incident:
        message = "'notice' belongs to appointments at fixed times"
        yield Finding((*loc, "notice"), message, "add at, or drop notice", at_key=True)
    if is_at and is_request and "notice" in incident:
        message = "requests that come in at fixed times have no notice"
        yield Finding((*loc, "notice"), message, "drop notice", at_key=True)
    if is_request and incident.get("seen_by_patrols") is True:
        message = "a request is not seen by patrols: somebody asks for it"
        yield Finding((*loc, "seen_by_patrols"), message, "drop seen_by_patrols", at_key=True)
    if "batch" in incident and "replay" in incident:
        message = "recorded calls come one by one"
        yield Finding((*loc, "batch"), message, "drop batch", at_key=True)
    yield from _catalogue_findings(incident, loc, is_request=is_request)
    yield from _post_findings(incident, loc, names)
    yield from _growth_findings(incident, loc, names)


def _fixed_findings(
    incident: dict[str, object], loc: Loc, *, is_appointment: bool
) -> Iterator[Finding]:
    for key in _WITHOUT_FIXED_TIMES:
        if key in incident:
            message = f"'at' says when it happens, {key!r} cannot stand beside it"
            yield Finding((*loc, key), message, f"drop at or {key}", at_key=True)
    if incident["at"] == []:
        yield Finding((*loc, "at"), "it never happens", "write a time into the list")
    for key in ("channel", "seen_by_patrols", "reach_within"):
        if is_appointment and key in incident:
            message = f"an appointment at a fixed time has no {key!r}"
            yield Finding((*loc, key), message, f"drop {key}", at_key=True)


def _catalogue_findings(
    incident: dict[str, object], loc: Loc, *, is_request: bool
) -> Iterator[Finding]:
    catalogue = group(incident, "items")
    if not catalogue:
        return
    for key in ("at", "replay"):
        if key in incident:
            message = f"{key!r} does not say which item it is: a catalogue needs how_often"
            yield Finding((*loc, key), message, "write a kind for each item", at_key=True)
    shares = [attempt(parse_share, group(catalogue, name).get("share")) for name in catalogue]
    total = sum(share for share in shares if share is not None)
    if None not in shares and abs(total - 1) > _ROUNDING:
        message = f"the shares of these items add up to {total * 100:g}%, not 100%"
        yield Finding((*loc, "items"), message, "let them add up to 100%")
    for name in catalogue:
        if "due_within" in given(catalogue, name) and not is_request:
            message = "only items of a request are due at a time"
            way = (*loc, "items", name, "due_within")
            yield Finding(way, message, "add request to the kind", at_key=True)


def _post_findings(incident: dict[str, object], loc: Loc, names: Names) -> Iterator[Finding]:
    """Yield the stages at a post where no team that may answer has one."""
    for stage, inside in group(incident, "stages").items():
        own = texts(group(inside).get("teams")) or texts(incident.get("teams"))
        chosen = [team for _, team in own] or list(names.teams)
        has_post = any(items(group(names.teams, team).get("posts")) for team in chosen)
        if group(inside).get("where") == "post" and not has_post:
            message = "no team that may answer has a post"
            way = (*loc, "stages", stage, "where")
            yield Finding(way, message, "give a team posts, or write nearest PLACE")


def _growth_findings(incident: dict[str, object], loc: Loc, names: Names) -> Iterator[Finding]:
    """Yield a follow-up that would be an appointment at a fixed time, or one of a catalogue."""
    kind = group(incident, "follow_up").get("kind")
    grown = given(names.kinds, kind) if isinstance(kind, str) else {}
    for key in ("at", "items", "batch"):
        if key in grown:
            message = f"{kind!r} has {key!r}: it cannot grow out of something else"
            yield Finding((*loc, "follow_up", "kind"), message, "name another kind")
