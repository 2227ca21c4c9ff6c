"""Writes the report of a run folder: one HTML file that opens from the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.experiment.stored import read_run
from patrolsim.report.page.answer import answer
from patrolsim.report.page.assumed import assumed
from patrolsim.report.page.checklist import checklist
from patrolsim.report.page.people import people
from patrolsim.report.page.places import places
from patrolsim.report.page.rendering import render
from patrolsim.report.page.response import response
from patrolsim.report.page.told import Told
from patrolsim.report.page.trust import repeat, trust

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from patrolsim.report.page.blocks import Section

REPORT = "report.html"


def write_report(folder: Path, out: Path | None = None, *, language: str | None = None) -> Path:
    """Write the report of a run folder, and return where it stands.

    Parameters
    ----------
    folder
        The run folder.
    out
        The file; None for ``report.html`` in the run folder. What stands there is replaced.
    language
        ``en`` or ``zh``; None for the language of the reader's browser.

    Raises
    ------
    RunFolderError
        If the folder is no run folder, or its tables cannot be read.
    OSError
        If the file cannot be written.
    """
    target = folder / REPORT if out is None else out
    told = Told(run=read_run(folder))
    about = told.document["scenario"]
    page = render(about["name"], about["about"], sections_of(told), language)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8")
    return target


def sections_of(told: Told) -> Sequence[Section]:
    """Return what the report says, the answer first."""
    parts = (answer, response, places, people, assumed, trust, repeat, checklist)
    return [part(told) for part in parts]
