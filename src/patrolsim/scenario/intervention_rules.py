"""Rules for the interventions of a scenario: what they need, whom they concern, who lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.scenario.findings import Finding, unknown_name
from patrolsim.scenario.plain import given, group, texts
from patrolsim.scenario.speed_rules import ending_findings, mode_findings, modes_in_use
from patrolsim.units import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.scenario.positions import Loc

ENDS = 2
_ONLY_WITH = {"length": "add", "speed": "jam"}
"""Keys that mean something for one kind of intervention only."""


def intervention_findings(data: dict[str, object]) -> Iterator[Finding]:
    """Yield the interventions that do not fit together, and lists of strategies that name none."""
    used = modes_in_use(data)
    known = group(data, "streets", "interventions")
    for name, intervention in known.items():
        if isinstance(intervention, dict):
            loc = ("streets", "interventions", name)
            yield from _form_findings(given(intervention), loc)
            yield from mode_findings(intervention, loc, used)
            yield from ending_findings(given(intervention), loc)
    for strategy, model in group(data, "strategies").items():
        loc = ("strategies", strategy, "interventions")
        yield from _list_findings(group(model).get("interventions"), loc, known)


def _form_findings(intervention: dict[str, object], loc: Loc) -> Iterator[Finding]:
    does = intervention.get("does")
    both = "street" in intervention and "between" in intervention
    if both:
        message = "'between' cannot stand beside 'street'"
        yield Finding((*loc, "between"), message, "keep one of them", at_key=True)
    ends = intervention.get("between")
    if isinstance(ends, list) and len(ends) != ENDS:
        message = f"a street lies between two nodes, not {len(ends)}"
        yield Finding((*loc, "between"), message, 'write it like ["17", "25"]')
    if does == "add" and "street" in intervention:
        message = "a passage that is added has no street on the map"
        yield Finding((*loc, "street"), message, "say between which nodes it leads", at_key=True)
    elif "street" not in intervention and "between" not in intervention:
        message = f"{quoted(loc[-1])} does not say which street"
        wanted = ("between",) if does == "add" else ("street", "between")
        yield Finding(loc, message, f"give {' or '.join(wanted)}", at_key=True, absent=wanted)
    if does == "jam" and "speed" not in intervention:
        message = "a jam needs a speed"
        yield Finding(loc, message, "add speed: 20%", at_key=True, absent=("speed",))
    for key, kind in _ONLY_WITH.items():
        if key in intervention and isinstance(does, str) and does != kind:
            message = f"{key!r} goes with 'does: {kind}'"
            yield Finding((*loc, key), message, "leave it out", at_key=True)
    if intervention.get("one_way") is True and "between" not in intervention:
        message = "'one_way' goes with 'between'"
        yield Finding((*loc, "one_way"), message, "name the nodes instead", at_key=True)


def _list_findings(listed: object, loc: Loc, known: dict[str, object]) -> Iterator[Finding]:
    for number, name in texts(listed):
        if name not in known:
            yield unknown_name((*loc, number), "intervention", name, known)
        elif given(known[name]).get("every_strategy", True) is True:
            message = f"{quoted(name)} holds under every strategy anyway"
            hint = f"write every_strategy: false in {name}, or leave it out here"
            yield Finding((*loc, number), message, hint)
