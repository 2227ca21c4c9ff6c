"""``patrolsim plugins check``: holds the policies of a file to the rules, one line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from patrolsim.testing.examining import Examination

BROKEN = 1


def check_policies(file: Path, names: Sequence[str], *, is_quick: bool) -> int:
    """Show what comes out of each check of each policy, and return the exit code.

    Raises
    ------
    PluginError
        If the file cannot be loaded, or has no policy of such a name.
    """
    from patrolsim.testing.checking import examinations_of

    examinations = examinations_of([file], names)
    broken = sum(_show(one, is_quick=is_quick) for one in examinations)
    policies = f"{len(examinations)} policies" if len(examinations) > 1 else "the policy"
    rules = f"{broken} rules are broken" if broken > 1 else "one rule is broken"
    click.echo(rules if broken else f"{policies} kept every rule")
    return BROKEN if broken else 0


def _show(examination: Examination, *, is_quick: bool) -> int:
    """Show the checks of one policy; return how many fail."""
    from patrolsim.testing.examining import CHECKS, PROCESSES, Verdict

    click.echo(f"{examination.title}:")
    names = [name for name in CHECKS if not (is_quick and name in PROCESSES)]
    wide = max(len(name) for name in names)
    failed = 0
    for name in names:
        outcome = examination.outcome(name)
        failed += outcome.verdict is Verdict.FAILED
        more = f": {outcome.text}" if outcome.text else ""
        click.echo(f"  {name:{wide}}  {outcome.verdict.value}{more}")
    return failed
