"""``patrolsim plugins``: which policies there are, what they can be told, how to make one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patrolsim.cli.policies import load_plugins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.plugins import ModelOffer, Offer
    from patrolsim.policy import Parameter

MODEL = "incident model"
ROLES = ("dispatch", "standby", "patrol", "roster", "appointments", "alerts", "search")
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
    """List what a scenario can name; begin a policy of your own, and check it."""


@command.command("list", epilog="Example: patrolsim plugins list --plugin my_policy.py")
@_plugin_files
@_as_json
def list_policies(plugins: tuple[Path, ...], *, as_json: bool) -> int:
    """List all policies by role, all models of incidents, and where they come from."""
    offers = _all_offers(plugins)
    if as_json:
        click.echo(_dump([_about(offer) for offer in offers]))
        return 0
    rows = [(_group(o), o.spec.name, o.origin.source, o.spec.about) for o in offers]
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
    """Show a policy or a model: its origin, and the parameters that a scenario may set."""
    offers = _all_offers(plugins)
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
@click.option(
    "--role",
    type=click.Choice(ROLES),
    default="dispatch",
    show_default=True,
    help="What the policy decides.",
)
def new_policy(folder: Path, role: str) -> int:
    """Write a folder with a policy that works, its test, and a town to try it in.

    NAME is the folder, and the name of the policy. It must not exist yet, or be empty.
    """
    from patrolsim.cli.plugins_new import write_plugin

    return write_plugin(folder, role)


@command.command("check", epilog="Example: patrolsim plugins check my_policy.py --quick")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--policy", "names", metavar="NAME", multiple=True, help="Check only this policy.")
@click.option("--quick", "is_quick", is_flag=True, help="Leave out what starts other processes.")
def check_file(file: Path, names: tuple[str, ...], *, is_quick: bool) -> int:
    """Hold the policies of a Python FILE to the rules that all policies must keep."""
    from patrolsim.cli.plugins_check import check_policies

    return check_policies(file, names, is_quick=is_quick)


def _all_offers(plugins: Sequence[Path]) -> list[Offer | ModelOffer]:
    host = load_plugins(plugins)
    return [*host.offers(), *host.model_offers()]


def _group(offer: Offer | ModelOffer) -> str:
    """Return the role of a policy, or what a model is."""
    from patrolsim.policy import PolicySpec

    return offer.spec.role.value if isinstance(offer.spec, PolicySpec) else MODEL


def _unknown(name: str, known: Sequence[str]) -> str:
    from patrolsim.units import quoted, suggestion

    hint = suggestion(name, known, otherwise="see patrolsim plugins list")
    return f"there is no policy or model {quoted(name)}: {hint}"


def _page(offer: Offer | ModelOffer) -> str:
    spec, origin, group = offer.spec, offer.origin, _group(offer)
    what = f"an {group}" if group == MODEL else f"a {group} policy"
    head = f"{spec.name}: {what}, version {spec.version}\n{spec.about}"
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


def _about(offer: Offer | ModelOffer) -> dict[str, Any]:
    spec, origin = offer.spec, offer.origin
    return {
        "name": spec.name,
        "role": _group(offer),
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
