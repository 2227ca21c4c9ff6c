"""``patrolsim sweep``: what a value of the scenario does, over a row of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from patrolsim.cli.asking import asked_of, with_question

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command(
    "sweep",
    epilog="Example: patrolsim sweep my-town teams.wardens.number=20,40,60 -n 30",
)
@click.argument("path", metavar="PATH", type=click.Path())
@click.argument("axes", metavar="KEY=A,B,C...", nargs=-1, required=True)
@with_question
def command(path: str, axes: Sequence[str], **given: Any) -> int:
    """Run a scenario with each value of a key, on the same days.

    KEY is a dotted path as of --set. With several keys all combinations are run. When a value
    holds a comma, separate the values with semicolons. The first value is the control.
    """
    from patrolsim.cli.comparison import carry_out
    from patrolsim.cli.question import question_of_sweep
    from patrolsim.cli.sweep_values import points_of, read_axes

    asked = asked_of(given)
    found = read_axes(axes)
    return carry_out(question_of_sweep(path, found, points_of(found), asked), asked)
