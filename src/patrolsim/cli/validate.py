"""``patrolsim validate``: checks scenario files without running anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from patrolsim.cli.policies import WHERE_TO_LOOK, choose_policies, load_plugins, specs_of
from patrolsim.cli.terminal import has_colour
from patrolsim.errors import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.plugins import PluginHost
    from patrolsim.scenario.loaded import LoadedScenario

Form = Literal["text", "json", "github"]


@click.command("validate", epilog="Example: patrolsim validate scenarios/miaoshan --format github")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="How to write the findings: for people, for scripts, or as annotations for GitHub.",
)
@click.option(
    "--plugin",
    "plugins",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Also know the policies of this Python file. Can be given again.",
)
def command(paths: tuple[str, ...], form: Form, plugins: tuple[Path, ...]) -> int:
    """Check scenarios and show every mistake at its place.

    PATH is a scenario folder or its scenario.yaml. Nothing is run; the contents of maps and
    tables are looked at when a scenario runs.
    """
    host = load_plugins(plugins)
    found = [(path, *_check(path, host)) for path in paths]
    errors = [error for _, _, error in found if error is not None]
    if form == "json":
        click.echo(_as_json(found))
    else:
        _print_text(found, form)
    return ScenarioError.exit_code if errors else 0


Checked = tuple[str, "LoadedScenario | None", "ScenarioError | None"]


def _check(path: str, host: PluginHost) -> tuple[LoadedScenario | None, ScenarioError | None]:
    from patrolsim.scenario.reader import read_scenario

    try:
        loaded = read_scenario(path, specs=specs_of(host), hint=WHERE_TO_LOOK)
        choose_policies(loaded, host)
    except ScenarioError as error:
        return None, error
    return loaded, None


def _print_text(found: Sequence[Checked], form: Form) -> None:
    """Write findings to stdout: they are the result that was asked for."""
    import sys

    from patrolsim.scenario.explain import explain

    for _path, loaded, error in found:
        if error is not None:
            click.echo(explain(error, form=form, in_colour=has_colour(sys.stdout)), color=True)
        elif loaded is not None and form == "text":
            click.echo(_good(loaded))


def _good(loaded: LoadedScenario) -> str:
    scenario = loaded.scenario
    counts = (
        (len(scenario.teams), "team"),
        (len(scenario.incidents), "kind of incident"),
        (len(scenario.strategies), "strategy"),
    )
    return f"{loaded.source}: fine ({', '.join(_counted(*count) for count in counts)})"


def _counted(number: int, word: str) -> str:
    plurals = {"strategy": "strategies", "kind of incident": "kinds of incident"}
    return f"{number} {word if number == 1 else plurals.get(word, word + 's')}"


def _as_json(found: Sequence[Checked]) -> str:
    from patrolsim.scenario.explain import explain

    files = [
        {"source": str(path), "problems": []}
        if error is None
        else json.loads(explain(error, form="json"))
        for path, _loaded, error in found
    ]
    is_fine = all(error is None for _, _, error in found)
    return json.dumps({"is_fine": is_fine, "files": files}, ensure_ascii=False, indent=2)
