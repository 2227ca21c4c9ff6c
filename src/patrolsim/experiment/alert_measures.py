"""The measures of alerts, which are shown where people were asked who may decline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.experiment.measure import Better, Kind, Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.metrics import Metrics


def _counted(name: str, field: str, *, title: str) -> Measure:
    def value(metrics: Metrics) -> float | None:
        return None if metrics.alerts is None else float(getattr(metrics.alerts, field))

    return Measure(name=name, unit="alerts", better=Better.LOWER, value=value, title=title)


def _share(name: str, field: str, better: Better, *, title: str) -> Measure:
    def total(metrics: Metrics) -> tuple[float, float]:
        alerts = metrics.alerts
        if alerts is None:
            return 0.0, 0.0
        ended = alerts.accepted + alerts.declined + alerts.not_heard + alerts.withdrawn
        return float(getattr(alerts, field)), float(ended)

    return Measure(
        name=name, unit="share", better=better, kind=Kind.RATIO, total=total, title=title
    )


def _per_week(metrics: Metrics) -> tuple[float, float]:
    alerts = metrics.alerts
    return (0.0, 0.0) if alerts is None else (float(alerts.sent), alerts.volunteer_weeks)


ALERT_MEASURES = (
    _counted("alerts_sent", "sent", title="number of alerts"),
    _share("alerts_accepted", "accepted", Better.HIGHER, title="share of alerts accepted"),
    _share("alerts_declined", "declined", Better.NEITHER, title="share of alerts declined"),
    _share("alerts_not_heard", "not_heard", Better.LOWER, title="share of alerts not heard"),
    _share("alerts_withdrawn", "withdrawn", Better.LOWER, title="share of alerts taken back"),
    _counted("needless_ways", "needless", title="number of people who set out for nothing"),
    Measure(
        name="alerts_per_volunteer_week",
        unit="alerts per week",
        better=Better.LOWER,
        kind=Kind.RATIO,
        total=_per_week,
        title="alerts per volunteer and week",
    ),
)


def alert_measures_of(metrics: Sequence[Metrics]) -> tuple[Measure, ...]:
    """Return the measures of alerts where there were any."""
    return ALERT_MEASURES if any(one.alerts is not None for one in metrics) else ()
