"""The pages that a run leaves in its folder: one list of who writes them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from patrolsim.cli.terminal import say
from patrolsim.errors import PatrolsimError

if TYPE_CHECKING:
    from pathlib import Path

WRITERS = {"Report": "patrolsim.report.page:write_report"}
"""Module and function of each writer, by the name of its page. A writer takes the run folder and
returns the file that it has written."""


def write_pages(folder: Path) -> list[tuple[str, Path]]:
    """Write every page of a run folder; return name and file of each.

    What hinders a page costs nothing of the run: it is said, and the others are written.
    """
    written = []
    for name, place in WRITERS.items():
        module, _, function = place.partition(":")
        try:
            written.append((name, getattr(import_module(module), function)(folder)))
        except (PatrolsimError, OSError) as error:
            say(f"patrolsim: no {name.lower()} was written: {error}")
    return written
