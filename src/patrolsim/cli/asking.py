"""The options that `compare` and `sweep` share, and what they amount to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from patrolsim.cli.conduct import with_conduct
from patrolsim.cli.preparing import Options

if TYPE_CHECKING:
    from collections.abc import Callable

FORMS = ("text", "markdown", "json")
BUDGET = 1000
"""The most replications of `--until` and `--best`, unless the user says how many."""
_FORMS_BY_END = {".md": "markdown", ".json": "json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user wants to know.

    Attributes
    ----------
    options
        How the scenarios are read and run.
    control
        The arm that the others are compared with; None for the usual one.
    metrics
        Names of measures, the most important first; none for the main ones.
    until, best
        A precision to stop at, or a difference that does not matter to the choice of the best;
        as written, None without.
    has_bounds
        Whether to say also what no strategy could beat.
    has_budget
        Whether the user said how many replications.
    form
        ``text``, ``markdown`` or ``json``.
    out
        The file to write; None for stdout.
    """

    options: Options
    control: str | None
    metrics: tuple[str, ...]
    until: str | None
    best: str | None
    has_bounds: bool
    has_budget: bool
    form: str
    out: Path | None

    @property
    def is_sequential(self) -> bool:
        """Whether the results decide how many replications there are."""
        return self.until is not None or self.best is not None


def with_question(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command; `asked_of` reads them."""
    function = with_conduct(function)
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def asked_of(given: dict[str, Any]) -> Asked:
    """Return what the options of a command ask.

    Raises
    ------
    click.UsageError
        If two of them exclude each other, or the file to write exists.
    """
    if given["until"] is not None and given["best"] is not None:
        raise click.UsageError("--until and --best exclude each other: each decides when to stop")
    out: Path | None = given["out"]
    if out is not None and out.exists():
        raise click.UsageError(f"{out} exists already: remove it, or name another file")
    shortcuts = {name: given[name] for name in ("replications", "seed")}
    extra = [f"{name}={value}" for name, value in shortcuts.items() if value is not None]
    options = Options(
        strategies=given["strategies"],
        settings=(*given["settings"], *extra),
        plugins=given["plugins"],
        workers=given["workers"],
        ledger=given["ledger"],
        limit_s=given["limit_s"],
        is_quiet=given["is_quiet"],
    )
    return Asked(
        options=options,
        control=given["control"],
        metrics=given["metrics"],
        until=given["until"],
        best=given["best"],
        has_bounds=given.get("has_bounds", False),
        has_budget=given["replications"] is not None,
        form=given["form"] or _form_of(out),
        out=out,
    )


def _form_of(out: Path | None) -> str:
    """Return the form that the end of a file's name asks for."""
    return "text" if out is None else _FORMS_BY_END.get(out.suffix.lower(), "text")


_OPTIONS = (
    click.option(
        "--strategy",
        "-s",
        "strategies",
        metavar="NAME",
        multiple=True,
        help="Only this strategy. Can be given again.",
    ),
    click.option("--control", metavar="NAME", help="Compare the others with this one."),
    click.option(
        "--metric",
        "-m",
        "metrics",
        metavar="NAME",
        multiple=True,
        help="Show this measure, the most important first. Can be given again.",
    ),
    click.option(
        "--until",
        metavar="PRECISION",
        help="Run until the first measure is so precise, such as '±10 s', '±5 %' or '±1 pp'.",
    ),
    click.option(
        "--best",
        metavar="MARGIN",
        help="Run until one is found that is the best, or worse by no more than this: '10 s'.",
    ),
    click.option(
        "--replications",
        "-n",
        metavar="N",
        help="How many copies of the period; with --until and --best the most, 1000 if not given.",
    ),
    click.option(
        "--seed", metavar="N", help="Where all random draws start: the same number, the same days."
    ),
    click.option(
        "--set",
        "settings",
        metavar="KEY=VALUE",
        multiple=True,
        help="Change one value, such as teams.wardens.number=40. Can be given again.",
    ),
    click.option(
        "--plugin",
        "plugins",
        metavar="FILE",
        multiple=True,
        type=click.Path(path_type=Path),
        help="Load policies from this Python file. Can be given again.",
    ),
    click.option("--format", "form", type=click.Choice(FORMS), help="Default: text."),
    click.option(
        "--out",
        "-o",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Write the comparison to this file; .md and .json choose the form.",
    ),
    click.option(
        "--quiet",
        "-q",
        "is_quiet",
        is_flag=True,
        help="No progress and no notes, only the result.",
    ),
)
