"""Measures of what is at stake: how much is kept safe, and which share of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.experiment.measure import Better, Kind, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.metrics import Metrics


def stake_measures_of(metrics: Sequence[Metrics]) -> tuple[Measure, ...]:
    """Return the measures of all kinds together; none where nothing is at stake."""
    units = {one.unit for each in metrics for one in each.stakes.values()}
    if not units:
        return ()
    return _of_stakes(*units) if len(units) == 1 else STAKE_MEASURES


def stake_measures_of_kinds(metrics: Sequence[Metrics]) -> Iterator[tuple[str, Measure]]:
    """Yield the measures of each kind with something at stake, with the name of its group."""
    units = {name: one.unit for each in metrics for name, one in each.stakes.items()}
    for name, unit in sorted(units.items()):
        yield from ((f"kind={name}", one) for one in _of_stakes(unit, name))


def _kept_safe(metrics: Metrics, kind: str | None = None) -> tuple[float, float] | None:
    """Return what was kept safe and what was at stake; None where nothing was."""
    stakes = [one for name, one in metrics.stakes.items() if kind is None or name == kind]
    if not stakes:
        return None
    return float(sum(s.kept_safe for s in stakes)), float(sum(s.at_stake for s in stakes))


def _of_stakes(unit: str, kind: str | None = None) -> tuple[Measure, Measure]:
    """Return the measures of what is kept safe, of one kind or of all together."""

    def amount(metrics: Metrics) -> float | None:
        found = _kept_safe(metrics, kind)
        return None if found is None else found[0]

    return (
        Measure(
            name="kept_safe",
            unit=unit,
            better=Better.HIGHER,
            value=amount,
            title="amount kept safe",
        ),
        Measure(
            name="share_kept_safe",
            unit="share",
            better=Better.HIGHER,
            kind=Kind.RATIO,
            total=lambda metrics: _kept_safe(metrics, kind) or (0.0, 0.0),
            title="share kept safe of all at stake",
        ),
    )


STAKE_MEASURES = _of_stakes("units")
"""Of all kinds together, whatever their units."""
