"""What no strategy could beat, beside the strategies: a row, and what must be known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.experiment.measures import RESPONSE_MEAN, WITHIN_TARGET
from patrolsim.report.words.numbers import written
from patrolsim.report.words.verdicts import number_of, unit_of_days

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.cli.answer import Comparison
    from patrolsim.output_analysis import Estimate

ROW = "clairvoyant bound (no plan can beat it)"


def bound_rows(comparison: Comparison) -> list[list[str]]:
    """Return the row of the bounds, if there are any for the measures that are shown."""
    bounds = comparison.bounds
    if bounds is None or bounds.is_too_large:
        return []
    found = {
        RESPONSE_MEAN.name: _cell("at least", bounds.wait_s, "s"),
        WITHIN_TARGET.name: _cell("at most", bounds.within_target, "share"),
    }
    cells = [found.get(measure.name, "") for measure in comparison.measures]
    return [[ROW, *cells]] if any(cells) else []


def _cell(word: str, found: Estimate | None, unit: str) -> str:
    return "" if found is None else f"{word} {written(found, unit)} *"


def bound_sentences(comparison: Comparison) -> Iterator[str]:
    """Yield whom the bounds hold for and what they count, or why there are none."""
    bounds = comparison.bounds
    if bounds is None:
        return
    days = unit_of_days(comparison.question.scenario.scenario.period.length)
    if bounds.is_too_large:
        yield (
            f"No bound is shown: {bounds.most_incidents:,} incidents in one of the {days} are more"
            " than can be looked at together."
        )
        return
    yield (
        f"* The bound is the mean over the first {number_of(bounds.replications, days)}, for"
        f" {bounds.holds_for}. It counts the incidents that were drawn and no follow-ups; who is"
        " not reached waits in it until they give up or the period ends. A mean response that"
        " leaves those out can lie below it."
    )
