"""What a comparison has found: the question with its results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolsim.report.words.verdicts import unit_of_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.cli.question import Question
    from patrolsim.experiment import Results
    from patrolsim.experiment.bounding import Bounds
    from patrolsim.experiment.comparing import Pair
    from patrolsim.experiment.measures import Measure
    from patrolsim.experiment.stopping import Selection, Stopping


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """A question with its answer.

    Attributes
    ----------
    question
        What was compared.
    measures
        What is shown, the most important first.
    results
        What was done, without replications that only made sure of the stop.
    pairs
        Each arm against the control.
    neighbours
        For a sweep over one key: each arm against the one before.
    rule
        What decided how many replications there are; None for the user.
    bounds
        What no strategy could beat on these days; None unless asked for.
    """

    question: Question
    measures: tuple[Measure, ...]
    results: Results
    pairs: Sequence[Pair]
    neighbours: Sequence[Pair] = ()
    rule: Stopping | Selection | None = None
    bounds: Bounds | None = None

    @property
    def days(self) -> str:
        """What a replication is called, in the plural: days, weeks or neither."""
        return unit_of_days(self.question.scenario.scenario.period.length)

    def spoken(self, arm: str) -> str:
        """Return what an arm is called in the middle of a sentence."""
        return self.question.spoken(arm)
