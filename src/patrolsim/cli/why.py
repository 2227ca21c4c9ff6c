"""``patrolsim why``: what became of one incident, and why these people were sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from patrolsim.experiment.stored import StoredRun


@click.command("why", epilog="Example: patrolsim why runs/my-town 17 --strategy 'busy places'")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path, file_okay=False))
@click.argument("incident", metavar="INCIDENT")
@click.option("--strategy", "-s", metavar="NAME", help="Which strategy; default: the control.")
@click.option(
    "--replication",
    "-r",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    help="Which replication, from 1; default: the first.",
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
def command(
    run: Path, incident: str, *, strategy: str | None, replication: int, as_json: bool
) -> int:
    """Say what became of an incident, and why these people were sent and not others.

    RUN is a run folder, INCIDENT a number from its incidents.parquet. The replication is simulated
    again and must come out bit for bit as it did; this time each decision on the incident is
    asked for its reasons.
    """
    from patrolsim.cli.why_told import tell_why
    from patrolsim.experiment.stored import read_run

    stored = read_run(run)
    chosen = _strategy(stored, strategy)
    click.echo(tell_why(stored, (chosen, replication - 1), incident, as_json=as_json))
    return 0


def _strategy(stored: StoredRun, wanted: str | None) -> str:
    """Return the strategy that is asked about.

    Raises
    ------
    click.UsageError
        If the run has none of that name.
    """
    from patrolsim.units import quoted, suggestion

    names = stored.results.strategies
    if wanted is None:
        return stored.results.control
    if wanted not in names:
        hint = suggestion(wanted, names, otherwise=f"it has {', '.join(names)}")
        raise click.UsageError(f"the run has no strategy {quoted(wanted)}: {hint}")
    return wanted
