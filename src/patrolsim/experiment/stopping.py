"""Rules that decide from the results so far how many replications there are.

Each looks at the replications in order, and at nothing else: so the number does not depend on
how many workers there are, nor on which replication is finished first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.experiment.estimates import difference, influence, level, read, with_value_in_both
from patrolsim.experiment.measures import Better, Kind
from patrolsim.experiment.results import Task
from patrolsim.output_analysis import FEW, quantile
from patrolsim.output_analysis.precision import first_look_at, half_width_of, stops_at
from patrolsim.output_analysis.selection import KimNelson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.experiment.estimates import Reading
    from patrolsim.experiment.measures import Measure
    from patrolsim.experiment.results import Results
    from patrolsim.metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """How precisely something is wanted.

    Attributes
    ----------
    measure
        Of what.
    amount
        The half-width wanted: in the unit of the measure, or as a fraction of the control's level.
    is_relative
        Which of the two.
    """

    measure: Measure
    amount: float
    is_relative: bool


class Stopping:
    """Stops when the difference of every arm to the control is known precisely enough.

    With one arm its level counts. Arms that fail are left aside.

    Attributes
    ----------
    goal
        What is wanted.
    stop
        After how many replications it is reached; None as long as it is not.

    References
    ----------
    Hoad, K., Robinson, S., Davies, R. (2010), Automated selection of the number of replications
    for a discrete-event simulation, Journal of the Operational Research Society 61, 1632-1644.
    """

    def __init__(self, *, goal: Goal, arms: Sequence[str], control: str) -> None:
        self.goal = goal
        self.stop: int | None = None
        self._arms = tuple(arms)
        self._control = control
        self._readings: dict[str, list[Reading]] = {arm: [] for arm in arms}
        self._is_met: list[bool] = []

    def __call__(self, results: Results) -> Sequence[str]:
        """Return the arms that need no more replications: none, or all of them."""
        alive = self._take(results)
        tested = [arm for arm in alive if arm != self._control]
        is_alone = len(self._arms) == 1
        if self._control not in alive or not (tested or is_alone):
            return self._arms
        wanted = self.wanted
        widths = [self._half_width(arm) for arm in (tested or alive)]
        self._is_met.append(all(width <= wanted for width in widths))
        self.stop = stops_at(self._is_met, first_look=self._first_look(tested or alive))
        return () if self.stop is None else self._arms

    def kept(self, results: Results) -> Results:
        """Return the results without those that only made sure that the precision lasts."""
        if self.stop is None or results.asked <= self.stop:
            return results
        kept = {t: done for t, done in results.finished.items() if t.replication < self.stop}
        failures = [one for one in results.failures if one.task.replication < self.stop]
        return replace(results, asked=self.stop, finished=kept, failures=failures)

    @property
    def wanted(self) -> float:
        """The half-width wanted, in the unit of the measure; 0 while the level is unknown."""
        if not self.goal.is_relative:
            return self.goal.amount
        found = level(self._readings[self._control], self.goal.measure)
        return 0.0 if found is None else self.goal.amount * abs(found.value)

    def _take(self, results: Results) -> list[str]:
        """Read the newest replication, and return the arms that have finished it."""
        newest = results.asked - 1
        alive = [arm for arm in self._arms if Task(arm, newest) in results.finished]
        for arm in alive:
            metrics = results.finished[Task(arm, newest)].metrics
            self._readings[arm].append(read(self.goal.measure, metrics))
        return alive

    def _first_look(self, arms: Sequence[str]) -> int:
        """Return with how many replications it may stop at first: later if one is skewed."""
        return max(first_look_at(self._pulls(arm)) for arm in arms)

    def _pulls(self, arm: str) -> Sequence[float]:
        """Return how far each of the first replications pulls what is wanted of an arm."""
        measure, base = self.goal.measure, self._readings[self._control][:FEW]
        readings = self._readings[arm][:FEW]
        if arm == self._control:
            found = influence(readings, measure)
            return () if found is None else found.errors
        one, other = (influence(some, measure) for some in with_value_in_both(readings, base))
        return () if one is None or other is None else one.minus(other).errors

    def _half_width(self, arm: str) -> float:
        readings, measure = self._readings[arm], self.goal.measure
        if arm == self._control:
            return half_width_of(level(readings, measure))
        return half_width_of(difference(readings, self._readings[self._control], measure))


class Selection:
    """Drops arms that are surely not the best, until one is left.

    The arm that is left is the best with a probability of at least 95 %, if it is better than
    each other by `margin` or more; else it is at most so much worse than the best. What counts is
    the mean over replications of the measure within a replication.

    Attributes
    ----------
    measure, margin
        By what the best is chosen, and which difference does not matter.
    still_in
        The arms that may be the best.
    skipped
        How many replications were left aside since an arm had no value, or one without end.
    """

    def __init__(self, *, measure: Measure, margin: float, arms: Sequence[str]) -> None:
        self.measure = measure
        self.margin = margin
        self.skipped = 0
        self._race = KimNelson(arms, margin)

    @property
    def still_in(self) -> tuple[str, ...]:
        """The arms that may be the best, in their order."""
        return tuple(self._race.still_in)

    @property
    def best(self) -> str | None:
        """The arm that is left; None while there are several."""
        return self.still_in[0] if len(self.still_in) == 1 else None

    def __call__(self, results: Results) -> Sequence[str]:
        """Return the arms that need no more replications."""
        newest = results.asked - 1
        out = [arm for arm in self.still_in if Task(arm, newest) not in results.finished]
        for failed in out:
            self._race.drop(failed)
        row = {
            arm: self._worth(results.finished[Task(arm, newest)].metrics) for arm in self.still_in
        }
        if all(map(math.isfinite, row.values())):
            out += self._race.feed(row)
        else:
            self.skipped += 1
        return [*out, *self.still_in] if len(self.still_in) <= 1 else out

    def kept(self, results: Results) -> Results:
        """Return the results: all of them counted."""
        return results

    def _worth(self, metrics: Metrics) -> float:
        """Return a replication's value, the larger the better; not finite without one."""
        value = _single(self.measure, metrics)
        if value is None:
            return math.nan
        return value if self.measure.better is Better.HIGHER else -value


def _single(measure: Measure, metrics: Metrics) -> float | None:
    if measure.kind is Kind.RATIO:
        total, count = measure.total(metrics)
        return total / count if count else None
    if measure.kind is Kind.POOLED:
        values = measure.sample(metrics)
        return quantile(np.sort(values), measure.order) if values.size else None
    return measure.value(metrics)
