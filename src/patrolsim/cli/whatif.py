"""``patrolsim whatif``: what opened gates and closed streets do to travel times, unsimulated."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.experiment.door_times import Question, WhatIf


@click.command(
    "whatif", epilog="Example: patrolsim whatif my-town --intervention new_gate --to market"
)
@click.argument("path", metavar="PATH", type=click.Path())
@click.option(
    "--intervention",
    "changes",
    metavar="NAME",
    multiple=True,
    help="Judge this intervention; can be given again. Left out: all that are not given.",
)
@click.option(
    "--given",
    metavar="NAME",
    multiple=True,
    help="Let this intervention hold before and after. Can be given again.",
)
@click.option(
    "--to",
    "places",
    metavar="PLACE",
    multiple=True,
    help="Go to this place of the scenario; can be given again. Left out: to all of them.",
)
@click.option(
    "--within", metavar="TIME", default="15 min", help="The time that is aimed at: 15 min."
)
@click.option("--json", "is_json", is_flag=True, help="Write the answer as one JSON document.")
def command(
    path: str,
    changes: tuple[str, ...],
    given: tuple[str, ...],
    places: tuple[str, ...],
    within: str,
    *,
    is_json: bool,
) -> int:
    """Say what interventions do to travel times from the doors, without a simulation.

    PATH is a scenario folder or its scenario.yaml. For everybody's base and each mode, the
    times to the places are compared before and after, whatever the hours of the interventions.
    """
    from patrolsim.cli.whatif_sheet import data_of, page_of
    from patrolsim.experiment.door_times import Question

    within_s = _seconds(within)
    answer = _ask(path, Question(changes, given, places))
    if is_json:
        document = data_of(answer, within_s)
        click.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        click.echo(page_of(answer, within_s))
    return 0


def _seconds(text: str) -> float:
    from patrolsim.units import UnitError, parse_duration_s

    try:
        return parse_duration_s(text)
    except UnitError as error:
        raise click.UsageError(f"--within {text!r}: {error.message} ({error.hint})") from None


def _ask(path: str | Path, question: Question) -> WhatIf:
    from patrolsim.cli.policies import load_plugins
    from patrolsim.errors import MisfitError
    from patrolsim.experiment.door_times import ask_what_if
    from patrolsim.experiment.placing import builder_of
    from patrolsim.scenario.reader import read_scenario

    loaded = read_scenario(path)
    world = builder_of(loaded, load_plugins()).build(0)
    try:
        return ask_what_if(world, question)
    except MisfitError as error:
        raise click.UsageError(f"{error.message} ({error.hint})") from None
