"""The measures of searches for lost people, kind by kind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from patrolsim.experiment.measure import Better, Kind, Measure
from patrolsim.metrics import Searches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from patrolsim.metrics import Metrics


def measures_of_searches(metrics: Sequence[Metrics]) -> Iterator[tuple[str, Measure]]:
    """Yield the measures of each kind for which somebody is looked, with the name of the group."""
    for name in sorted({name for one in metrics for name in one.searches}):
        yield from ((f"search={name}", one) for one in _of_searches(partial(_searches, name)))


def _of_searches(group: Callable[[Metrics], Searches]) -> tuple[Measure, ...]:
    """Return the measures of the searches of a kind; who was not found is kept, and late."""
    return (
        Measure(
            name="searches",
            unit="incidents",
            value=lambda m: float(group(m).known),
            title="number of searches",
        ),
        Measure(
            name="found",
            unit="share",
            better=Better.HIGHER,
            kind=Kind.RATIO,
            total=lambda m: (float(group(m).found), float(group(m).known)),
            title="share found",
        ),
        Measure(
            name="found_within_target",
            unit="share",
            better=Better.HIGHER,
            kind=Kind.RATIO,
            total=lambda m: (float(group(m).within_target), float(group(m).with_target)),
            title="share found within the target",
        ),
        Measure(
            name="time_to_find_median_pooled_s",
            unit="s",
            better=Better.LOWER,
            kind=Kind.POOLED,
            sample=lambda m: group(m).found_s,
            order=0.5,
            title="median time to find",
        ),
        Measure(
            name="searched_s",
            unit="person-seconds",
            better=Better.LOWER,
            kind=Kind.RATIO,
            total=lambda m: (group(m).searched_s, float(group(m).known)),
            title="time spent searching, per search",
        ),
    )


def _searches(name: str, metrics: Metrics) -> Searches:
    found = metrics.searches.get(name)
    return Searches.none() if found is None else found
