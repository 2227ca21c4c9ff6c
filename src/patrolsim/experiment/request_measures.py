"""The measures of requests: in time, how late, how long each stage took, what is left."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from patrolsim.experiment.measure import Better, Kind, Measure
from patrolsim.metrics import Service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from patrolsim.metrics import Metrics

    Group = Callable[[Metrics], Service | None]

ALL = ""
"""The group of all requests."""


def _service(name: str, metrics: Metrics) -> Service | None:
    return metrics.services.get(name)


def _counted(group: Group, name: str, better: Better, field: str, *, title: str) -> Measure:
    """Return the measure of a number per replication; None without requests."""

    def value(metrics: Metrics) -> float | None:
        service = group(metrics)
        return None if service is None else float(getattr(service, field))

    return Measure(name=name, unit="requests", better=better, value=value, title=title)


def _ratio(
    group: Group,
    name: str,
    unit: str,
    read: Callable[[Service], tuple[float, float]],
    *,
    title: str,
) -> Measure:
    better = Better.HIGHER if unit == "share" else Better.LOWER
    return Measure(
        name=name,
        unit=unit,
        better=better,
        kind=Kind.RATIO,
        total=lambda metrics: read(group(metrics) or Service()),
        title=title,
    )


def _of(group: Group) -> tuple[Measure, ...]:
    """Return the measures of a group of requests."""
    return (
        _counted(group, "requests", Better.NEITHER, "known", title="number of requests"),
        _ratio(
            group,
            "requests_in_time",
            "share",
            lambda s: (float(s.in_time), float(s.judged)),
            title="share of requests in time",
        ),
        _ratio(
            group,
            "tardiness_mean_s",
            "s",
            lambda s: (s.late_s, float(s.judged)),
            title="mean tardiness of requests",
        ),
        _ratio(
            group,
            "tardiness_of_late_s",
            "s",
            lambda s: (s.late_s, float(s.late)),
            title="mean tardiness of late requests",
        ),
        _counted(
            group, "backlog", Better.LOWER, "backlog", title="number of requests open at the end"
        ),
        _counted(
            group,
            "overdue",
            Better.LOWER,
            "overdue",
            title="number of requests overdue at the end",
        ),
    )


REQUEST_MEASURES = _of(partial(_service, ALL))
"""Of all requests together; without a value where there are none."""


def measures_of_services(metrics: Sequence[Metrics]) -> Iterator[tuple[str, Measure]]:
    """Yield the measures of each kind of request, with the name of the group.

    A catalogue has a group of its own beside those of its items, and each stage one beside that
    of its kind.
    """
    names = {name for one in metrics for name in one.services if name != ALL}
    for name in sorted(names):
        group = partial(_service, name)
        yield from ((f"request={name}", measure) for measure in _of(group))
        stages = {stage for one in metrics for stage in (group(one) or Service()).stages}
        for stage in sorted(stages):
            yield f"request={name}, {stage}", _cycle_time(group, stage)


def _cycle_time(group: Group, stage: str) -> Measure:
    def total(metrics: Metrics) -> tuple[float, float]:
        service = group(metrics) or Service()
        return service.stages_s.get(stage, 0.0), float(service.stages.get(stage, 0))

    return Measure(
        name="cycle_time_s",
        unit="s",
        better=Better.LOWER,
        kind=Kind.RATIO,
        total=total,
        title="mean time from the stage before to the end of this one",
    )
