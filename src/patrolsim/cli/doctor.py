"""``patrolsim doctor``: says what is missing on this machine, and how to mend it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from patrolsim.cli.preparing import LEDGER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.cli.checkup import Finding

CHECK_FAILED = 1


@click.command("doctor", epilog="Example: patrolsim doctor --format json")
@click.option(
    "--ledger",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    default=LEDGER,
    help="The ledger to look at; default: runs/ledger.sqlite.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to write it: for people or for scripts.",
)
def command(ledger: Path, form: Literal["text", "json"]) -> int:
    """Look whether everything is here that patrolsim needs, and say how to mend what is not.

    Looks at versions, packages, plugins, compiled searches, caches, the ledger and the disk. It
    changes nothing and asks nobody. The exit code is 1 when something has to be mended.
    """
    from patrolsim.cli.checkup import check_up

    findings = check_up(ledger)
    click.echo(_as_json(findings) if form == "json" else _as_text(findings))
    return CHECK_FAILED if any(finding.is_fault for finding in findings) else 0


def _as_text(findings: Sequence[Finding]) -> str:
    wide = max(len(finding.what) for finding in findings)
    lines = []
    for finding in findings:
        lines.append(f"{finding.state.value:5}  {finding.what:{wide}}  {finding.found}")
        if finding.remedy:
            lines.append(f"{'':{5 + 2 + wide}}  -> {finding.remedy}")
    faults = sum(finding.is_fault for finding in findings)
    end = f"{faults} to mend." if faults else "Everything is here."
    return "\n".join([*lines, "", end])


def _as_json(findings: Sequence[Finding]) -> str:
    document = {
        "is_fine": not any(finding.is_fault for finding in findings),
        "findings": [
            {
                "state": finding.state.value,
                "what": finding.what,
                "found": finding.found,
                "remedy": finding.remedy,
            }
            for finding in findings
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)
