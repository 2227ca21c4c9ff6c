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
    place_findings,
    streets_findings,
)
from patrolsim.scenario.incident_rules import incident_findings
from patrolsim.scenario.intervention_rules import intervention_findings
from patrolsim.scenario.plain import Names, attempt, given, group, names_of
from patrolsim.scenario.speed_rules import speed_change_findings
from patrolsim.scenario.team_rules import team_findings
from patrolsim.units import parse_duration_s

if TYPE_CHECKING:
    from collections.abc import Iterator


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
        *_search_findings(data, names),
    ]


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


def _search_findings(data: dict[str, object], names: Names) -> Iterator[Finding]:
    """Yield the strategies that say how to look for somebody where nobody is looked for."""
    kinds = names.kinds.values()
    if any(given(stage, "search") for kind in kinds for stage in group(kind, "stages").values()):
        return
    for name in group(data, "strategies"):
        if "search" in given(data, "strategies", name):
            message = "nobody is looked for in this scenario: no stage has a 'search'"
            loc = ("strategies", name, "search")
            yield Finding(loc, message, "leave it out, or add a search to a stage", at_key=True)


def _compare_findings(data: dict[str, object], names: Names) -> Iterator[Finding]:
    compare = data.get("compare")
    if isinstance(compare, str) and compare not in names.strategies:
        yield unknown_name(("compare",), "strategy", compare, names.strategies)
