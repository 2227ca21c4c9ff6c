"""``patrolsim plugins``: which policies there are, what they can be told, how to make one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patrolsim.cli.policies import load_plugins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.plugins import Offer
    from patrolsim.policy import Parameter

_plugin_files = click.option(
    "--plugin",
    "plugins",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Also load this Python file. Can be given again.",
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")


@click.group("plugins", epilog="Example: patrolsim plugins show closest")
def command() -> None:
    """List the policies that a scenario can name; begin one of your own, and check it."""


@command.command("list", epilog="Example: patrolsim plugins list --plugin my_policy.py")
@_plugin_files
@_as_json
def list_policies(plugins: tuple[Path, ...], *, as_json: bool) -> int:
    """List all policies with their role and where they come from."""
    offers = load_plugins(plugins).offers()
    if as_json:
        click.echo(_dump([_about(offer) for offer in offers]))
        return 0
    rows = [(o.spec.role.value, o.spec.name, o.origin.source, o.spec.about) for o in offers]
    wide = max((len(row[1]) for row in rows), default=0)
    for role in dict.fromkeys(row[0] for row in rows):
        click.echo(f"{role}:")
        for _, name, source, about in (row for row in rows if row[0] == role):
            click.echo(f"  {name:{wide}}  {about} [{source}]")
    return 0


@command.command("show", epilog="Example: patrolsim plugins show closest --json")
@click.argument("name")
@_plugin_files
@_as_json
def show_policy(name: str, plugins: tuple[Path, ...], *, as_json: bool) -> int:
    """Show one policy: its role, its origin, and the parameters that a scenario may set."""
    offers = load_plugins(plugins).offers()
    found = [offer for offer in offers if offer.spec.name == name]
    if not found:
        raise click.UsageError(_unknown(name, [offer.spec.name for offer in offers]))
    if as_json:
        click.echo(_dump([_about(offer) for offer in found]))
    else:
        click.echo("\n\n".join(_page(offer) for offer in found))
    return 0


@command.command("new", epilog="Example: patrolsim plugins new my_policy")
@click.argument("folder", metavar="NAME", type=click.Path(path_type=Path))
def new_policy(folder: Path) -> int:
    """Write a folder with a policy that works, its test, and a town to try it in.

    NAME is the folder, and the name of the policy. It must not exist yet, or be empty.
    """
    from patrolsim.cli.plugins_new import write_plugin

    return write_plugin(folder)


@command.command("check", epilog="Example: patrolsim plugins check my_policy.py --quick")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--policy", "names", metavar="NAME", multiple=True, help="Check only this policy.")
@click.option("--quick", "is_quick", is_flag=True, help="Leave out what starts other processes.")
def check_file(file: Path, names: tuple[str, ...], *, is_quick: bool) -> int:
    """Hold the policies of a Python FILE to the rules that all policies must keep."""
    from patrolsim.cli.plugins_check import check_policies

    return check_policies(file, names, is_quick=is_quick)


def _unknown(name: str, known: Sequence[str]) -> str:
    from patrolsim.units import quoted, suggestion

    hint = suggestion(name, known, otherwise="see patrolsim plugins list")
    return f"there is no policy {quoted(name)}: {hint}"


def _page(offer: Offer) -> str:
    spec, origin = offer.spec, offer.origin
    head = f"{spec.name}: a {spec.role.value} policy, version {spec.version}\n{spec.about}"
    source = f"from {origin.source}" + (f", sha256 {origin.sha256}" if origin.sha256 else "")
    if not spec.parameters:
        return f"{head}\n{source}\nIt has no parameters."
    lines = [line for pair in spec.parameters.items() for line in _lines(*pair)]
    return "\n".join([head, source, "Parameters:", *lines])


def _lines(name: str, parameter: Parameter) -> list[str]:
    facts = f"  {name}: {_wants(parameter)}; default {_default(parameter)}"
    return [facts, f"      {parameter.about}"] if parameter.about else [facts]


def _wants(parameter: Parameter) -> str:
    return " | ".join(parameter.choices) if parameter.choices else parameter.kind


def _default(parameter: Parameter) -> str:
    return "none" if parameter.default is None else str(parameter.default)


def _about(offer: Offer) -> dict[str, Any]:
    spec, origin = offer.spec, offer.origin
    return {
        "name": spec.name,
        "role": spec.role.value,
        "version": spec.version,
        "about": spec.about,
        "plugin": origin.plugin,
        "source": origin.source,
        "sha256": origin.sha256,
        "parameters": {
            name: {
                "kind": parameter.kind,
                "default": parameter.default,
                "choices": list(parameter.choices),
                "about": parameter.about,
            }
            for name, parameter in spec.parameters.items()
        },
    }


def _dump(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, default=str)
