"""``patrolsim schema``: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

import json

import click


@click.command("schema", epilog="Example: patrolsim schema > patrolsim.schema.json")
def command() -> int:
    """Print the JSON Schema of scenario files.

    An editor that knows it completes keys and marks mistakes while you type. Name it in the
    first line of a scenario: # yaml-language-server: $schema=./patrolsim.schema.json
    """
    click.echo(schema_text())
    return 0


def schema_text() -> str:
    """Return the JSON Schema of scenario files as text."""
    from patrolsim.scenario.schema import scenario_schema

    return json.dumps(scenario_schema(), ensure_ascii=False, indent=2)
