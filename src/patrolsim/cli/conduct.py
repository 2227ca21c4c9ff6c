"""The options of every command that runs replications: workers, ledger, limits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable


class DurationType(click.ParamType[float]):
    """A duration with its unit, such as ``90 s`` or ``5 min``."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return seconds."""
        from patrolsim.units import UnitError, parse_duration_s

        if isinstance(value, float):
            return value
        try:
            seconds = parse_duration_s(value)
        except UnitError as error:
            hint = f" ({error.hint})" if error.hint else ""
            self.fail(f"{error.message}{hint}", param, ctx)
        if seconds <= 0:
            self.fail("it must be above 0", param, ctx)
        return seconds


def with_conduct(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command; they come as `workers`, `ledger` and `limit_s`."""
    options = (
        click.option(
            "--workers",
            "-w",
            metavar="N",
            type=click.IntRange(1, 1024),
            help="How many processes share the work; default: one per processor.",
        ),
        click.option(
            "--ledger",
            metavar="FILE",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Where finished replications are recorded; default: runs/ledger.sqlite.",
        ),
        click.option(
            "--limit",
            "limit_s",
            metavar="TIME",
            type=DurationType(),
            help="Give a replication up that takes longer, such as 10 min; default: never.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function
