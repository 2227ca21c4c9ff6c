"""What must fit together in a suite, said at the place where it does not."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from patrolsim.bench.gauges import Gauge, estimands_of, find_gauge, known_names
from patrolsim.bench.margins import parse_margin
from patrolsim.experiment.measures import Better
from patrolsim.scenario.findings import Finding, unknown_name
from patrolsim.units import UnitError, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from patrolsim.scenario.positions import Loc

    Data = Mapping[str, object]

COUNTS_ALL = ("not_reached", "within_")
"""Metrics that no strategy can improve by reaching fewer people."""


def cross_check(data: Data) -> list[Finding]:
    """Return what does not fit together in a suite that may have any other mistake too."""
    return [
        *_of_metrics(_group(data, "metrics")),
        *_of_control(data.get("control"), _group(data, "strategies")),
        *_of_numbers(_group(data, "replications"), _group(data, "gate")),
    ]


def _of_metrics(metrics: Data) -> Iterator[Finding]:
    for name, written in metrics.items():
        yield from _of_metric(name, written if isinstance(written, dict) else {})
    if not metrics:
        return
    if not any(isinstance(one, dict) and one.get("primary") is True for one in metrics.values()):
        hint = "write primary: true beside those that decide"
        yield Finding(("metrics",), "no metric decides", hint, at_key=True)
    if "response_mean" in metrics and not any(name.startswith(COUNTS_ALL) for name in metrics):
        message = "response_mean leaves out whom nobody reached"
        hint = "add not_reached or a within_ metric: else a strategy gains by not going"
        yield Finding(("metrics", "response_mean"), message, hint, at_key=True)


def _of_metric(name: str, written: Data) -> Iterator[Finding]:
    loc: Loc = ("metrics", name)
    known = estimands_of(name)
    if not known:
        yield unknown_name(loc, "metric", name, known_names(), at_key=True)
        return
    estimand = written.get("estimand")
    if estimand in {"per_incident", "per_replication"} and estimand not in known:
        hint = f"write {' or '.join(known)}"
        yield Finding((*loc, "estimand"), f"{name} is not estimated {estimand}", hint)
        return
    gauge = find_gauge(name, str(estimand))
    if gauge is not None:
        yield from _of_direction(gauge, written.get("better"), loc)
        yield from _of_margin(gauge, written.get("margin"), loc)


def _of_direction(gauge: Gauge, better: object, loc: Loc) -> Iterator[Finding]:
    if better not in {"lower", "higher"} or gauge.better is Better.NEITHER:
        return
    if better != gauge.better.value:
        message = f"{gauge.id} is not better when it is {better}"
        yield Finding((*loc, "better"), message, f"write {gauge.better.value}")


def _of_margin(gauge: Gauge, written: object, loc: Loc) -> Iterator[Finding]:
    try:
        margin = parse_margin(written)
    except UnitError:
        return
    if hint := margin.fault_for(gauge.unit):
        message = f"{quoted(written)} is no margin for a metric in {gauge.unit}"
        yield Finding((*loc, "margin"), message, hint)
    elif margin.is_relative and gauge.can_be_zero:
        hint = "write it like 2 pp" if gauge.unit == "share" else "write it like 0.5"
        hint = "write it like 30 s" if gauge.unit == "s" else hint
        yield Finding((*loc, "margin"), f"{gauge.id} may be 0, of which no share is left", hint)


def _of_control(control: object, strategies: Data) -> Iterator[Finding]:
    if isinstance(control, str) and strategies and control not in strategies:
        yield unknown_name(("control",), "strategy", control, list(strategies))


def _of_numbers(replications: Data, gate: Data) -> Iterator[Finding]:
    looks = replications.get("looks")
    numbers = [n for n in looks if type(n) is int] if isinstance(looks, list) else []
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        hint = "write them like [10, 20, 40, 80]"
        yield Finding(("replications", "looks"), "looks must rise", hint)
    seed = gate.get("confirm_seed")
    if seed is not None and seed == replications.get("root_seed"):
        message = "these days are those of root_seed, not fresh ones"
        yield Finding(("gate", "confirm_seed"), message, "write another number")


def _group(data: Data, key: str) -> Data:
    found = data.get(key)
    return found if isinstance(found, dict) else {}
