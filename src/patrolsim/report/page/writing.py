"""Writes the report of a run folder: one HTML file that opens from the disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolsim.experiment.stored import read_run
from patrolsim.report.page.answer import answer
from patrolsim.report.page.assumed import assumed
from patrolsim.report.page.checklist import checklist
from patrolsim.report.page.matters import matters
from patrolsim.report.page.people import people
from patrolsim.report.page.places import places
from patrolsim.report.page.rendering import figures_of, render
from patrolsim.report.page.response import response
from patrolsim.report.page.told import Told
from patrolsim.report.page.trust import repeat, trust

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from patrolsim.report.figures.figure import Figure
    from patrolsim.report.page.blocks import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is told of a run.

    Attributes
    ----------
    title, about
        Name of the scenario, and its question.
    sections
        The answer first.
    """

    title: str
    about: str
    sections: Sequence[Section]

    @property
    def figures(self) -> list[Figure]:
        """All figures, in the order of the page."""
        return figures_of(self.sections)

    def html(self, language: str | None = None, *, playback: str | None = None) -> str:
        """Return the page.

        Parameters
        ----------
        language
            In which it opens: ``en``, ``zh``, or None for that of the browser.
        playback
            The file beside the page that shows a day; None for no link.
        """
        return render(self.title, self.about, self.sections, language=language, playback=playback)


def make_report(folder: Path) -> Report:
    """Return the report of a run folder.

    Raises
    ------
    RunFolderError
        If the folder is no run folder, or its tables cannot be read.
    """
    told = Told(run=read_run(folder))
    about = told.document["scenario"]
    parts = (answer, response, places, people, matters, assumed, trust, repeat, checklist)
    sections = [part(told) for part in parts]
    return Report(
        title=about["name"],
        about=about["about"],
        sections=[section for section in sections if section.blocks],
    )
