"""Rules for the speed changes of a scenario: who is meant, and when."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from patrolsim.scenario.findings import Finding, nearest_of
from patrolsim.scenario.plain import attempt, given, group, texts
from patrolsim.units import parse_moment, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.scenario.positions import Loc

WHEN = ("hours", "days", "from", "to")
"""The keys that say when a change holds."""


def speed_change_findings(data: dict[str, object]) -> Iterator[Finding]:
    """Yield the changes that concern nobody, that say no time, and that end before they begin."""
    used = modes_in_use(data)
    for name, change in group(data, "streets", "speed_changes").items():
        if isinstance(change, dict):
            loc = ("streets", "speed_changes", name)
            yield from mode_findings(change, loc, used)
            yield from _when_findings(given(change), loc)


def mode_findings(
    change: dict[str, object], loc: Loc, used: dict[str, None] | None
) -> Iterator[Finding]:
    """Yield the modes of a change by which nobody moves."""
    for number, mode in texts(change.get("modes")):
        if used is not None and mode not in used:
            hint = partial(nearest_of, mode, used)
            yield Finding((*loc, "modes", number), f"nobody moves by {quoted(mode)}", hint)


def _when_findings(change: dict[str, object], loc: Loc) -> Iterator[Finding]:
    if not any(key in change for key in WHEN):
        message = f"nothing says when {quoted(loc[-1])} holds"
        yield Finding(loc, message, "add hours, days, from or to", at_key=True, absent=WHEN)
    yield from ending_findings(change, loc)


def ending_findings(change: dict[str, object], loc: Loc) -> Iterator[Finding]:
    """Yield a finding where a change ends before it begins."""
    first, last = (attempt(parse_moment, change.get(key)) for key in ("from", "to"))
    if first is not None and last is not None and last <= first:
        yield Finding(
            (*loc, "to"), "it ends before it begins", f"write a time after {first:%Y-%m-%d %H:%M}"
        )


def modes_in_use(data: dict[str, object]) -> dict[str, None] | None:
    """Return the modes of all teams, in order; None when a city file says them."""
    if "city" in given(data, "streets"):
        return None
    usual = next(iter(group(data, "streets", "travel_times")), "foot")
    used: dict[str, None] = {}
    for team in group(data, "teams").values():
        used |= dict.fromkeys(given(team, "modes") or (usual,))
        chosen = given(team, "mode_by_priority").values()
        used |= dict.fromkeys(mode for mode in chosen if isinstance(mode, str))
    return used
