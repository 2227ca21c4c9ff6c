"""What decided the number of replications, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.cli.sweep_words import enough_sentence
from patrolsim.experiment.estimates import estimate_one
from patrolsim.experiment.stopping import Selection, Stopping
from patrolsim.output_analysis.precision import half_width_of
from patrolsim.report.words.headline import headline, other_sentences
from patrolsim.report.words.numbers import scale_of_gap
from patrolsim.report.words.verdicts import number_of

if TYPE_CHECKING:
    from patrolsim.cli.answer import Comparison


def leading_sentences(comparison: Comparison) -> list[str]:
    """Return what stands above all numbers, first the answer to what was asked."""
    found = [headline(comparison), *other_sentences(comparison)]
    if comparison.neighbours and (enough := enough_sentence(comparison)):
        found.append(enough)
    rule = comparison.rule
    if isinstance(rule, Selection):
        return [_selection(comparison, rule), *found]
    return [*found, _precision(comparison, rule)] if isinstance(rule, Stopping) else found


def reached_half_width(comparison: Comparison) -> float:
    """Return the largest half-width of the first measure, in its unit."""
    first = comparison.measures[0]
    pairs = [pair.estimate for pair in comparison.pairs if pair.measure is first]
    if not pairs:
        pairs = [estimate_one(comparison.results, comparison.results.control, first).estimate]
    return max(map(half_width_of, pairs))


def _precision(comparison: Comparison, rule: Stopping) -> str:
    measure, days = rule.goal.measure, comparison.days
    scale = scale_of_gap(rule.wanted, measure.unit)
    wanted = f"± {scale.text(rule.wanted)}"
    if rule.goal.is_relative:
        wanted += f", {100 * rule.goal.amount:g} % of the control's {measure.words},"
    reached = f"± {_shown(scale.text(reached_half_width(comparison)))}"
    what = "each difference" if comparison.pairs else "it"
    n = comparison.results.asked
    if rule.stop is None:
        return (
            f"Not reached: {wanted} was wanted for the {measure.words}, and after"
            f" {number_of(n, days)} {what} is known to {reached}."
        )
    return (
        f"Stopped after {number_of(n, days)}: {what} in the {measure.words} is known to {reached}"
        f" ({wanted} was wanted)."
    )


def _shown(text: str) -> str:
    return "an unknown amount" if text == "never" else text


def _selection(comparison: Comparison, rule: Selection) -> str:
    days, measure = comparison.days, rule.measure
    spoken = comparison.question.spoken
    margin = scale_of_gap(rule.margin, measure.unit).text(rule.margin)
    what = f"{measure.words} (mean over {days})"
    n = number_of(comparison.results.asked, days)
    skipped = (
        f" {number_of(rule.skipped, days)} in which somebody has no value did not count."
        if rule.skipped
        else ""
    )
    if rule.best is not None:
        runs = len(comparison.results.finished)
        return (
            f"{spoken(rule.best)} is best in the {what} with a probability of at least 95 %, or"
            f" within {margin} of the best ({n}, {runs:,} runs in all).{skipped}"
        )
    names = ", ".join(spoken(name) for name in rule.still_in) or "none"
    return (
        f"The best is not found after {n}: still in are {names}."
        f" Differences of {margin} in the {what} do not matter.{skipped}"
    )
