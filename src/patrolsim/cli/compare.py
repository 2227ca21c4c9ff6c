"""``patrolsim compare``: which strategy, or which of two scenarios, is better and how surely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from patrolsim.cli.asking import asked_of, with_question

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PATHS = 2


@click.command("compare", epilog="Example: patrolsim compare my-town -n 30 --metric within_target")
@click.argument("paths", metavar="PATH [PATH]", nargs=-1, required=True, type=click.Path())
@with_question
@click.option(
    "--bounds",
    "has_bounds",
    is_flag=True,
    help="Also say what no strategy could beat, even knowing the future. Takes its time.",
)
def command(paths: Sequence[str], **given: Any) -> int:
    """Compare strategies, or two scenarios, on the same days.

    PATH is a scenario folder or its scenario.yaml. With one, its strategies are compared with
    the one that it names under `compare`; with two, the second scenario with the first. The
    first line says who is better, by how much and how surely. docs/compare.md explains the rest.
    """
    from patrolsim.cli.comparison import carry_out
    from patrolsim.cli.question import question_of_scenario, question_of_two

    if len(paths) > MOST_PATHS:
        raise click.UsageError(f"compare takes one PATH or two, not {len(paths)}")
    asked = asked_of(given)
    if asked.has_bounds and len(paths) > 1:
        raise click.UsageError("--bounds needs a single scenario: each has bounds of its own")
    if len(paths) == 1:
        return carry_out(question_of_scenario(paths[0], asked), asked)
    return carry_out(question_of_two(paths[0], paths[1], asked), asked)
