"""``patrolsim verify``: holds the simulator against exact values, in a table for sceptics."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from patrolsim.cli.terminal import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.verification import Row, Verdict

Form = Literal["text", "json"]
FAILED = 1


@click.command("verify", epilog="Example: patrolsim verify --quick --only queue1 --only trace")
@click.option("--quick", "is_quick", is_flag=True, help="Fewer and shorter runs: a minute.")
@click.option(
    "--only",
    "names",
    metavar="NAME",
    multiple=True,
    help="Only this group or row, or the rows that begin so. Can be given again.",
)
@click.option(
    "--jemss",
    metavar="PATH",
    type=click.Path(path_type=Path, exists=True),
    help="Also replay the recorded runs of a JEMSS city: its folder or its city.yaml.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to write the table: for people or for scripts.",
)
@click.option("--quiet", "-q", "is_quiet", is_flag=True, help="Say nothing but what fails.")
def command(
    names: tuple[str, ...], form: Form, jemss: Path | None, *, is_quick: bool, is_quiet: bool
) -> int:
    """Compare simulated with exact values of queueing, geometry, patrol and demand.

    Each row of the table is simulated as any scenario is, from a scenario text to the metrics.
    A row fails when the simulated value is more than 4 standard errors off the exact one, when
    its 95 % interval is too wide to show anything, or, where there is no chance, when the two
    are not equal. Exit code 1 when a row fails.
    """
    from patrolsim.cli.verify_table import as_json, print_failures, print_table
    from patrolsim.verification import Laboratory, all_rows, rows_of, verification_host, verify

    known = [*all_rows(), *([] if jemss is None else rows_of(jemss))]
    rows = choose_rows(known, names, is_quick=is_quick)
    laboratory = Laboratory(verification_host(), is_quick=is_quick)
    verdicts = verify(rows, laboratory, _Progress(rows, is_quiet=is_quiet).take)
    if form == "json":
        click.echo(as_json(verdicts, is_quick=is_quick))
    elif not is_quiet:
        print_table(verdicts, is_quick=is_quick)
    print_failures(verdicts, is_quick=is_quick)
    return 0 if all(verdict.holds for verdict in verdicts) else FAILED


def choose_rows(rows: Sequence[Row], names: Sequence[str], *, is_quick: bool) -> list[Row]:
    """Return the rows that are to be run.

    A row that is named outright is run with ``--quick`` too, if it has a quick size.

    Raises
    ------
    click.UsageError
        If a name is that of no row.
    """
    from patrolsim.units import quoted, suggestion

    for name in names:
        if not any(row.is_named(name) for row in rows):
            words = dict.fromkeys([part for row in rows for part in (row.group, row.id)])
            hint = suggestion(name, list(words), otherwise="patrolsim verify shows all names")
            raise click.UsageError(f"there is no row {quoted(name)}: {hint}")
    chosen = [row for row in rows if not names or any(row.is_named(name) for name in names)]
    runnable = [row for row in chosen if row.is_quick or not is_quick]
    if not runnable:
        raise click.UsageError("these rows take longer: leave out --quick")
    return runnable


class _Progress:
    """Says when a group is finished."""

    def __init__(self, rows: Sequence[Row], *, is_quiet: bool) -> None:
        self._left = [row.group for row in rows]
        self._held = 0
        self._done = 0
        self._is_quiet = is_quiet
        self._started = time.monotonic()

    def take(self, verdict: Verdict) -> None:
        """Take note of a verdict; with the last one of a group, write a line."""
        group = self._left.pop(0)
        self._done += 1
        self._held += verdict.holds
        if self._left[:1] == [group]:
            return
        if not self._is_quiet:
            spent_s = time.monotonic() - self._started
            say(f"{group}: {self._held} of {self._done} rows hold, {spent_s:.0f} s")
        self._held = self._done = 0
        self._started = time.monotonic()
