"""The measures that an experiment reports: name, unit, which way is better, and how to read it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from patrolsim.experiment.alert_measures import ALERT_MEASURES, alert_measures_of
from patrolsim.experiment.measure import Better, Kind, Measure
from patrolsim.experiment.request_measures import REQUEST_MEASURES, measures_of_services
from patrolsim.experiment.search_measures import measures_of_searches
from patrolsim.experiment.stake_measures import (
    STAKE_MEASURES,
    stake_measures_of,
    stake_measures_of_kinds,
)
from patrolsim.metrics import Responses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from patrolsim.metrics import Metrics
    from patrolsim.metrics.patrol import Dose

    Group = Callable[[Metrics], Responses]

__all__ = [
    "MAIN",
    "MEASURES",
    "NAMED",
    "Better",
    "Kind",
    "Measure",
    "measures_of",
    "measures_of_groups",
]

_ENDS = {
    "unserved": "open at the end",
    "gave_up": "that gave up",
    "escalated": "passed on",
}
_QUANTILES = {0.5: "median response", 0.9: "response time of 9 in 10"}


def _everything(metrics: Metrics) -> Responses:
    return metrics.responses


def _counted(group: Group) -> Measure:
    return Measure(
        name="incidents",
        unit="incidents",
        value=lambda m: float(group(m).known),
        title="number of incidents",
    )


def _quantile(group: Group, name: str, order: float) -> Measure:
    """Return the measure of a quantile within each replication."""
    return Measure(
        name=name,
        unit="s",
        better=Better.LOWER,
        value=lambda m: group(m).quantile_s(order),
        title=f"{_QUANTILES[order]} within a replication",
    )


def _pooled(group: Group, name: str, order: float) -> Measure:
    """Return the measure of a quantile of all replications together."""
    return Measure(
        name=name,
        unit="s",
        better=Better.LOWER,
        kind=Kind.POOLED,
        sample=lambda m: group(m).response_s,
        order=order,
        title=_QUANTILES[order],
    )


def _within(group: Group) -> Measure:
    return Measure(
        name="within_target",
        unit="share",
        better=Better.HIGHER,
        kind=Kind.RATIO,
        total=lambda m: (float(group(m).within_target), float(group(m).with_target)),
        title="share within the target",
    )


def _ended(group: Group, name: str, better: Better) -> Measure:
    return Measure(
        name=name,
        unit="incidents",
        better=better,
        value=lambda m: float(getattr(group(m), name)),
        title=f"number of incidents {_ENDS[name]}",
    )


def _not_reached(group: Group) -> Measure:
    """Return the measure of known incidents to which nobody came, for whatever reason."""
    return Measure(
        name="not_reached",
        unit="incidents",
        better=Better.LOWER,
        value=lambda m: float(group(m).known - group(m).reached_s.size),
        title="number of incidents not reached",
    )


def _reached(metrics: Metrics) -> tuple[float, float]:
    reached_s = metrics.responses.reached_s
    return float(reached_s.sum()), float(reached_s.size)


def _of_work(name: str, unit: str, better: Better, field: str, *, title: str) -> Measure:
    def value(metrics: Metrics) -> float | None:
        work = metrics.workload
        return None if work is None else float(getattr(work, field))

    return Measure(name=name, unit=unit, better=better, value=value, title=title)


def _of_cover(name: str, field: str, *, title: str) -> Measure:
    def value(metrics: Metrics) -> float | None:
        return None if metrics.cover is None else float(getattr(metrics.cover, field))

    return Measure(name=name, unit="share", better=Better.HIGHER, value=value, title=title)


def _of_doses(name: str, unit: str, read: Callable[[Dose], float], *, title: str) -> Measure:
    def value(metrics: Metrics) -> float | None:
        doses = metrics.doses
        return sum(read(dose) for dose in doses) / len(doses) if doses else None

    return Measure(name=name, unit=unit, value=value, title=title)


def _good_stops(metrics: Metrics) -> tuple[float, float]:
    doses = metrics.doses
    return float(sum(d.good_stops for d in doses)), float(sum(d.stops for d in doses))


RESPONSE_MEAN = Measure(
    name="response_mean_s",
    unit="s",
    better=Better.LOWER,
    kind=Kind.RATIO,
    total=_reached,
    lost=lambda m: m.responses.known - m.responses.reached_s.size,
    title="mean response",
)
INCIDENTS = _counted(_everything)
RESPONSE_MEDIAN = _quantile(_everything, "response_median_s", 0.5)
RESPONSE_P90 = _quantile(_everything, "response_p90_s", 0.9)
WITHIN_TARGET = _within(_everything)
NOT_REACHED = _not_reached(_everything)
UNSERVED = _ended(_everything, "unserved", Better.LOWER)
"""Open at the end of the run: nobody came, or the work was not done yet."""

MEDIAN_OF_ALL = _pooled(_everything, "response_median_pooled_s", 0.5)
P90_OF_ALL = _pooled(_everything, "response_p90_pooled_s", 0.9)

MEASURES = (
    INCIDENTS,
    RESPONSE_MEAN,
    RESPONSE_MEDIAN,
    RESPONSE_P90,
    MEDIAN_OF_ALL,
    P90_OF_ALL,
    WITHIN_TARGET,
    NOT_REACHED,
    UNSERVED,
    _ended(_everything, "gave_up", Better.LOWER),
    _ended(_everything, "escalated", Better.NEITHER),
    Measure(
        name="never_known",
        unit="incidents",
        value=lambda m: float(m.never_known),
        title="number of incidents never known",
    ),
    Measure(
        name="prevented",
        unit="incidents",
        value=lambda m: None if m.prevented is None else float(m.prevented),
        title="number of incidents that patrols prevent, as assumed",
    ),
    Measure(
        name="displaced",
        unit="incidents",
        value=lambda m: None if m.displaced is None else float(m.displaced),
        title="number of incidents that patrols displace, as assumed",
    ),
    Measure(
        name="waiting_mean_s",
        title="mean wait for somebody to be sent",
        unit="s",
        better=Better.LOWER,
        kind=Kind.RATIO,
        total=lambda m: (m.waiting_s, float(m.assigned)),
    ),
    Measure(
        name="travel_mean_s",
        title="mean travel time",
        unit="s",
        better=Better.LOWER,
        kind=Kind.RATIO,
        total=lambda m: (m.travel_s, float(m.travelled)),
    ),
    _of_work("utilisation", "share", Better.NEITHER, "utilisation", title="time busy"),
    _of_work("travelling", "share", Better.LOWER, "travelling", title="time on the way"),
    _of_work("working", "share", Better.NEITHER, "working", title="time at work on scene"),
    _of_work("patrolling", "share", Better.NEITHER, "patrolling", title="time on patrol"),
    _of_work("on_duty_s", "person-seconds", Better.NEITHER, "on_duty_s", title="time on duty"),
    _of_work("overtime_s", "person-seconds", Better.LOWER, "overtime_s", title="overtime"),
    _of_work("gini_of_work", "0 to 1", Better.LOWER, "gini", title="inequality of work (Gini)"),
    _of_cover("cover_mean", "mean", title="mean cover of the expected demand"),
    _of_cover("cover_least", "least", title="least cover of the expected demand"),
    _of_doses(
        "hot_spot_visits",
        "visits per hot spot",
        lambda dose: float(dose.visits),
        title="patrol visits",
    ),
    _of_doses(
        "hot_spot_stopped_s",
        "s per hot spot",
        lambda dose: dose.stopped_s,
        title="time patrols stopped",
    ),
    Measure(
        name="hot_spot_stops_10_to_16_min",
        title="stops at hot spots of 10 to 16 min",
        unit="share",
        kind=Kind.RATIO,
        total=_good_stops,
    ),
    *REQUEST_MEASURES,
)


NAMED = (*MEASURES, *STAKE_MEASURES, *ALERT_MEASURES)
"""All measures that can be asked for by name."""


def measures_of(metrics: Sequence[Metrics]) -> tuple[Measure, ...]:
    """Return the measures of a run: those of every run, and those for which there is a reason."""
    return (*MEASURES, *stake_measures_of(metrics), *alert_measures_of(metrics))


MAIN = (RESPONSE_MEAN, MEDIAN_OF_ALL, P90_OF_ALL, WITHIN_TARGET, NOT_REACHED)
"""What a comparison shows unless it is told otherwise."""


def measures_of_groups(metrics: Sequence[Metrics]) -> Iterator[tuple[str, Measure]]:
    """Yield the measures of each kind, team, area and hour, with the name of the group.

    Groups are small, so their times are those of all replications together. A team is known
    only of incidents that were reached: it has no share within the target. Kinds that look for
    somebody have the measures of their searches too.
    """
    for heading in ("kind", "team", "area", "hour"):
        field = f"by_{heading}"
        names = {name for one in metrics for name in getattr(one, field)}
        for name in sorted(names):
            group = partial(_group, field, name)
            yield from ((f"{heading}={name}", one) for one in _of_group(group, heading))
    yield from measures_of_services(metrics)
    yield from stake_measures_of_kinds(metrics)
    yield from measures_of_searches(metrics)


def _of_group(group: Group, heading: str) -> tuple[Measure, ...]:
    answered = (
        _counted(group),
        _pooled(group, "response_median_pooled_s", 0.5),
        _pooled(group, "response_p90_pooled_s", 0.9),
    )
    if heading == "team":
        return answered
    unserved = _ended(group, "unserved", Better.LOWER)
    return (*answered, _within(group), _not_reached(group), unserved)


def _group(field: str, name: str, metrics: Metrics) -> Responses:
    groups: Mapping[str, Responses] = getattr(metrics, field)
    found = groups.get(name)
    return Responses.none() if found is None else found
