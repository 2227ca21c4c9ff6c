"""Rules for channels: how reports wait, and who fetches letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.scenario.findings import Finding, unknown_name
from patrolsim.scenario.plain import Names, given, group
from patrolsim.units import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.scenario.positions import Loc

_WAYS_TO_WAIT = (("emptied_by",), ("emptied",), ("hours", "days"))
"""Keys that say how a report waits; those of one of them go together."""


def channel_findings(name: str, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with a channel."""
    if not isinstance(names.channels[name], dict):
        return
    channel, loc = given(names.channels, name), ("channels", name)
    used = [keys for keys in _WAYS_TO_WAIT if any(key in channel for key in keys)]
    for keys in used[1:]:
        key = next(key for key in keys if key in channel)
        message = f"{quoted(key)} cannot stand beside {quoted(used[0][0])}"
        yield Finding((*loc, key), message, "keep one of them", at_key=True)
    if "operators" in channel:
        yield from _operator_findings(channel, loc)
    if isinstance(channel.get("emptied_by"), str):
        yield from _round_findings(name, str(channel["emptied_by"]), names)


def _operator_findings(channel: dict[str, object], loc: Loc) -> Iterator[Finding]:
    if "handling" not in channel:
        message = "nothing says how long an operator takes for a report"
        yield Finding((*loc, "operators"), message, "add handling: 1-3 min", at_key=True)
    for key in ("emptied", "emptied_by"):
        if key in channel:
            message = f"nobody takes calls where letters wait: 'operators' beside {quoted(key)}"
            yield Finding((*loc, "operators"), message, "keep one of them", at_key=True)


def _round_findings(name: str, kind: str, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with the round that empties a letter box."""
    loc = ("channels", name, "emptied_by")
    if kind not in names.kinds:
        yield unknown_name(loc, "kind of incident", kind, names.kinds)
        return
    if group(names.kinds, kind, "items"):
        message = f"{quoted(kind)} has items: a round is one kind of incident"
        yield Finding(loc, message, "name a kind without a catalogue")
    if given(names.kinds, kind).get("channel") == name:
        message = f"{quoted(kind)} would wait in the box that it empties"
        yield Finding(loc, message, "let it come in by another channel")
    wheres = [group(stage).get("where") for stage in group(names.kinds, kind, "stages").values()]
    if not any(isinstance(where, str) and where.startswith("nearest ") for where in wheres):
        message = f"no stage of {quoted(kind)} is at a box"
        hint = f"give {quoted(kind)} a stage with where: nearest PLACE for each box"
        yield Finding(loc, message, hint)
