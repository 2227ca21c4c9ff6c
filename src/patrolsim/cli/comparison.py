"""Carries a comparison out: runs the arms, says what came out, returns the exit code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from patrolsim.cli.answer import Comparison
from patrolsim.cli.asking import BUDGET
from patrolsim.cli.goals import read_goal, read_margin, read_measures
from patrolsim.cli.preparing import conduct_of
from patrolsim.cli.running import end_early
from patrolsim.cli.terminal import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.cli.asking import Asked
    from patrolsim.cli.question import Question
    from patrolsim.experiment import Results
    from patrolsim.experiment.measures import Measure
    from patrolsim.experiment.stopping import Selection, Stopping


def carry_out(question: Question, asked: Asked) -> int:
    """Run a comparison, write it down, and return the exit code."""
    measures = read_measures(asked.metrics)
    rule = _rule(question, asked, measures)
    results = _run(question, asked, measures, rule)
    if results.finished:
        comparison = _conclude(question, measures, results, rule)
        if asked.has_bounds and not results.is_interrupted:
            comparison = _with_bounds(comparison, asked)
        _write(_in_form(comparison, asked.form), asked)
    if not asked.options.is_quiet:
        _say_notes(results)
    return end_early(results)


def _rule(
    question: Question, asked: Asked, measures: Sequence[Measure]
) -> Stopping | Selection | None:
    from patrolsim.experiment.stopping import Selection, Stopping

    names = [arm.name for arm in question.arms]
    if asked.until is not None:
        goal = read_goal(asked.until, measures[0])
        return Stopping(goal=goal, arms=names, control=question.control)
    if asked.best is None:
        return None
    if len(names) < 2:  # noqa: PLR2004 - one is the best of one
        raise click.UsageError("--best needs two or more to choose from")
    margin = read_margin(asked.best, measures[0])
    return Selection(measure=measures[0], margin=margin, arms=names)


def _run(
    question: Question,
    asked: Asked,
    measures: Sequence[Measure],
    rule: Stopping | Selection | None,
) -> Results:
    from patrolsim.cli.half_widths import HalfWidths
    from patrolsim.cli.progress import open_display
    from patrolsim.experiment import Design, Listener, run_arms

    design = Design(
        arms=question.arms,
        replications=_most(question, asked),
        control=question.control,
        enough=rule,
    )
    names = [arm.name for arm in question.arms]
    so_far = HalfWidths(names, question.control, measures[0])
    with open_display(names, design.replications, asked.options, so_far) as display:
        listener = Listener(
            progress=display.advance, on_result=lambda task, done, _: display.finished(task, done)
        )
        conduct = conduct_of(asked.options)
        return run_arms(design, question.host, conduct=conduct, listener=listener)


def _most(question: Question, asked: Asked) -> int:
    """Return how many replications there are at most."""
    if asked.is_sequential and not asked.has_budget:
        return BUDGET
    return question.scenario.scenario.replications


def _conclude(
    question: Question,
    measures: tuple[Measure, ...],
    results: Results,
    rule: Stopping | Selection | None,
) -> Comparison:
    from patrolsim.experiment.comparing import compare_neighbours, compare_with_control

    kept = results if rule is None else rule.kept(results)
    in_a_row = len(question.axes) == 1
    return Comparison(
        question=question,
        measures=measures,
        results=kept,
        pairs=compare_with_control(kept, measures),
        neighbours=compare_neighbours(kept, measures) if in_a_row else (),
        rule=rule,
    )


def _with_bounds(comparison: Comparison, asked: Asked) -> Comparison:
    """Return the comparison with what none of its strategies could beat, if any did not fail."""
    from patrolsim.experiment.bounding import MOST_DAYS, bound_arms
    from patrolsim.experiment.comparing import sound_arms

    question, results = comparison.question, comparison.results
    names = sound_arms(results)
    if not names:
        return comparison
    days = max((results.replications_of(name) for name in names), key=len)
    if not asked.options.is_quiet:
        say(f"Looking for what no strategy could beat, on {min(len(days), MOST_DAYS)} runs")
    arms = [arm for arm in question.arms if arm.name in names]
    return replace(comparison, bounds=bound_arms(arms, question.host, days))


def _in_form(comparison: Comparison, form: str) -> str:
    if form == "json":
        from patrolsim.cli.comparison_document import json_of

        return json_of(comparison)
    from patrolsim.cli.comparison_sheet import blocks_of
    from patrolsim.cli.sheet import as_markdown, as_text

    blocks = blocks_of(comparison)
    return as_markdown(blocks) if form == "markdown" else as_text(blocks)


def _write(text: str, asked: Asked) -> None:
    """Write the comparison to stdout, or to a file that was not there before."""
    if asked.out is None:
        click.echo(text)
        return
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    with asked.out.open("x", encoding="utf-8") as stream:
        stream.write(f"{text}\n")
    if not asked.options.is_quiet:
        say(f"Written: {asked.out}")


def _say_notes(results: Results) -> None:
    for notice in results.notices:
        say(f"note: {notice}")
    if results.cached:
        say(f"note: {results.cached} of {len(results.finished)} runs stood in the ledger already")
