"""A run folder as the sections of the page read it: estimates by name, pairs, colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from patrolsim.experiment.comparing import compare_with_control, sound_arms
from patrolsim.experiment.estimates import ALL, estimate_all
from patrolsim.experiment.measures import MAIN
from patrolsim.report.figures.legends import Strategy
from patrolsim.report.words.showing import MOST_OF_A_NAME, shown
from patrolsim.report.words.verdicts import unit_of_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from patrolsim.experiment.comparing import Pair
    from patrolsim.experiment.estimates import Line
    from patrolsim.experiment.measures import Measure
    from patrolsim.experiment.results import Results
    from patrolsim.experiment.stored import StoredRun
    from patrolsim.output_analysis import Estimate

FEW_INCIDENTS = 20
"""Of fewer incidents no median or percentile is shown, but their number."""


@dataclass(kw_only=True)
class Told:
    """A run, and what is told of it.

    Attributes
    ----------
    run
        The run folder.
    measures
        What is compared, the most important first.
    """

    run: StoredRun
    measures: Sequence[Measure] = MAIN

    @property
    def results(self) -> Results:
        """What was measured."""
        return self.run.results

    @property
    def document(self) -> Any:
        """What ``run.json`` says."""
        return self.run.document

    @cached_property
    def pairs(self) -> Sequence[Pair]:
        """Each strategy against the control, as one family."""
        return compare_with_control(self.results, self.measures)

    @property
    def days(self) -> str:
        """What a replication is called, in the plural."""
        return unit_of_days(self.run.length_s)

    @cached_property
    def strategies(self) -> list[str]:
        """The strategies that did not fail, in the order of the scenario."""
        return sound_arms(self.results)

    @cached_property
    def replications(self) -> int:
        """How many replications the strategy with the fewest has finished."""
        finished = [len(self.results.replications_of(name)) for name in self.strategies]
        return min(finished, default=0)

    def spoken(self, arm: str) -> str:
        """Return what a strategy is called in the middle of a sentence."""
        return f'"{shown(arm, MOST_OF_A_NAME)}"'

    def strategy(self, name: str) -> Strategy:
        """Return a strategy as figures and tables show it."""
        return Strategy(name, self.rank(name))

    def rank(self, strategy: str) -> int:
        """Return the place of a strategy in the scenario, which gives its colour everywhere."""
        return self.results.strategies.index(strategy)

    def line(self, strategy: str, measure: str, group: str = ALL) -> Line | None:
        """Return an estimate with its note; None where there is no such group."""
        return self._lines.get((strategy, group, measure))

    def estimate(self, strategy: str, measure: str, group: str = ALL) -> Estimate | None:
        """Return an estimate; None where there is none."""
        line = self.line(strategy, measure, group)
        return None if line is None else line.estimate

    def groups(self, heading: str) -> list[str]:
        """Return the groups under a heading, such as ``kind``, in the order of their names."""
        start = f"{heading}="
        found = {group for _, group, _ in self._lines if group.startswith(start)}
        return sorted(group.removeprefix(start) for group in found)

    def seen(self, strategy: str, group: str) -> int:
        """Return how many incidents a group has in all replications together."""
        found = self.estimate(strategy, "incidents", group)
        return 0 if found is None else round(found.value * found.n)

    @cached_property
    def _lines(self) -> dict[tuple[str, str, str], Line]:
        lines = estimate_all(self.results)
        return {(line.strategy, line.group, line.measure.name): line for line in lines}
