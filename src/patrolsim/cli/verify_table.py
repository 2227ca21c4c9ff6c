"""Writes what ``patrolsim verify`` found: a table, a document, and what fails in words."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import click

from patrolsim.cli.terminal import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.verification import Verdict

HEAD = ("row", "exact", "simulated", "half-width", "z", "verdict", "what", "source")
FLUSH_LEFT = {"row", "verdict", "what", "source"}
EXACT = "equal"
"""In the column of half-widths: nothing is random in this row."""


def print_table(verdicts: Sequence[Verdict], *, is_quick: bool) -> None:
    """Write the table and the number of rows that hold to stdout."""
    click.echo(_aligned([HEAD, *(_cells(verdict) for verdict in verdicts)]))
    click.echo()
    click.echo(f"One row again: {again(verdicts[0], is_quick=is_quick)}")
    held = sum(verdict.holds for verdict in verdicts)
    size = "quick" if is_quick else "full"
    click.echo(f"{held} of {len(verdicts)} {_rows(len(verdicts))} hold ({size})")


def print_failures(verdicts: Sequence[Verdict], *, is_quick: bool) -> None:
    """Say on stderr what fails, and how to look at it again."""
    for verdict in verdicts:
        if not verdict.holds:
            say(f"{verdict.row.id} fails: {verdict.row.what}: {_sentence(verdict)}.")
            say(f"  again: {again(verdict, is_quick=is_quick)}")


def as_json(verdicts: Sequence[Verdict], *, is_quick: bool) -> str:
    """Return the table as one JSON document; what does not exist is null."""
    from patrolsim.verification.laboratory import SEED

    held = sum(verdict.holds for verdict in verdicts)
    document = {
        "is_quick": is_quick,
        "seed": SEED,
        "rows": [_entry(verdict, is_quick=is_quick) for verdict in verdicts],
        "held": held,
        "holds": held == len(verdicts),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def again(verdict: Verdict, *, is_quick: bool) -> str:
    """Return the command that repeats a row."""
    quick = "--quick " if is_quick else ""
    return f"patrolsim verify {quick}--only {verdict.row.id}"


def _entry(verdict: Verdict, *, is_quick: bool) -> dict[str, object]:
    row = verdict.row
    return {
        "id": row.id,
        "group": row.group,
        "what": row.what,
        "exact": _finite(verdict.exact),
        "simulated": _finite(verdict.simulated),
        "half_width": _finite(verdict.half_width),
        "limit": _finite(verdict.limit),
        "z": _finite(verdict.z),
        "replications": verdict.replications,
        "holds": verdict.holds,
        "fault": verdict.fault,
        "source": row.source,
        "again": again(verdict, is_quick=is_quick),
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _sentence(verdict: Verdict) -> str:
    return f"the simulated value {_number(verdict.simulated)} {verdict.fault}"


def _cells(verdict: Verdict) -> tuple[str, ...]:
    return (
        verdict.row.id,
        _number(verdict.exact),
        _number(verdict.simulated),
        EXACT if verdict.half_width is None else _number(verdict.half_width),
        "" if verdict.z is None else f"{verdict.z:+.2f}",
        "holds" if verdict.holds else "FAILS",
        verdict.row.what,
        verdict.row.source,
    )


def _number(value: float) -> str:
    """Return whole numbers from 10 on as they are, and others with six decimals."""
    least = 10
    is_count = float(value).is_integer() and abs(value) >= least
    return f"{int(value):,}" if is_count else f"{value:.6f}"


def _rows(number: int) -> str:
    return "row" if number == 1 else "rows"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a table with words flush left and numbers flush right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = []
    for row in rows:
        cells = [
            text.ljust(wide) if name in FLUSH_LEFT else text.rjust(wide)
            for name, text, wide in zip(HEAD, row, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
