"""How precisely the differences are known so far, for the display of progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.experiment.comparing import compare_pair
from patrolsim.experiment.estimates import estimate_one
from patrolsim.experiment.results import Results

if TYPE_CHECKING:
    from patrolsim.experiment import Finished, Task
    from patrolsim.experiment.measures import Measure
    from patrolsim.output_analysis import Estimate


class HalfWidths:
    """Half the width of the interval of each arm's difference to the control, or of its level."""

    def __init__(self, names: list[str], control: str, measure: Measure) -> None:
        self._results = Results(strategies=tuple(names), control=control, asked=0)
        self._measure = measure
        self._texts: dict[str, tuple[int, str]] = {}

    def add(self, task: Task, done: Finished) -> None:
        """Take a run into account."""
        self._results.finished[task] = done
        self._results.asked = max(self._results.asked, task.replication + 1)

    def text(self, strategy: str) -> str:
        """Return the half-width so far with what it is of; empty while there is none.

        It is found anew when one in twenty replications is new: each time would take longer and
        longer.
        """
        n, text = self._texts.get(strategy, (0, ""))
        if self._results.asked > n + n // 20:
            n, text = self._results.asked, self._found(strategy)
            self._texts[strategy] = n, text
        return text

    def _found(self, strategy: str) -> str:
        from patrolsim.report.words.numbers import scale_of_gap

        found = self._estimate(strategy)
        if found is None or found.half_width is None:
            return ""
        scale = scale_of_gap(found.half_width, self._measure.unit)
        return f"{self._measure.words} known to ± {scale.text(found.half_width)}"

    def _estimate(self, strategy: str) -> Estimate | None:
        control = self._results.control
        if strategy == control:
            return estimate_one(self._results, control, self._measure).estimate
        return compare_pair(self._results, strategy, control, self._measure).estimate
