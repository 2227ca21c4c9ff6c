"""What a run gives a notebook: the answer, its tables, plots, and pages in a frame."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

from patrolsim.cli.outcome import (
    HEADER,
    as_document,
    legend_of,
    rows_of,
    sentences_of,
    text_of,
    title_of,
    warnings_of,
)
from patrolsim.cli.pages import PLAYBACK, REPORT, playback_of, put_in_place, report_of
from patrolsim.experiment.run_tables import RunTables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from patrolsim.experiment import Results
    from patrolsim.report.playback import Stage

SHOWN_ROWS = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Table:
    """A table of a run, read when it is asked for.

    Attributes
    ----------
    name
        ``incidents``, ``legs`` or ``volunteers``.
    run
        The folder that it stands in.
    """

    name: str
    run: RunTables

    @property
    def file(self) -> Path:
        """The Parquet file, for any other program."""
        return self.run.folder / f"{self.name}.parquet"

    def to_pandas(self) -> Any:
        """Return the table as a pandas DataFrame.

        Raises
        ------
        MissingPackageError
            If pandas is not installed (extra ``notebook``).
        """
        return self.run.as_pandas(self.name)

    def to_arrow(self) -> Any:
        """Return the table as a pyarrow Table.

        Raises
        ------
        MissingPackageError
            If pyarrow is not installed (extra ``notebook``).
        """
        return self.run.as_arrow(self.name)

    def __repr__(self) -> str:
        return f"Table({self.name!r}: {', '.join(self.run.columns(self.name))})"

    def _repr_html_(self) -> str:
        """Return the first rows."""
        rows = islice(self.run.rows(self.name), SHOWN_ROWS)
        cells = [["" if value is None else str(value) for value in row] for row in rows]
        hint = f"<p>The first {len(cells)} rows; .to_pandas() or .to_arrow() gives all.</p>"
        return _table(self.run.columns(self.name), cells) + hint


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Page:
    """A page of a run in a frame of the notebook: it sees nothing of the notebook.

    Attributes
    ----------
    file
        The page.
    height_px
        Height of the frame.
    """

    file: Path
    height_px: int = 720

    def __repr__(self) -> str:
        return f"Page({str(self.file)!r})"

    def _repr_html_(self) -> str:
        """Return a frame that holds the whole page."""
        text = escape(self.file.read_text(encoding="utf-8"), quote=True)
        return (
            f'<iframe title="{escape(self.file.stem)}" sandbox="allow-scripts allow-downloads"'
            f' style="width:100%;height:{self.height_px:d}px;border:0" srcdoc="{text}"></iframe>'
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RunResults:
    """What a run has shown.

    Attributes
    ----------
    results
        What was measured, replication by replication.
    stage
        The scenario as it was read, and the policies of its strategies.
    folder
        The run folder.
    """

    results: Results
    stage: Stage
    folder: Path

    @property
    def incidents(self) -> Table:
        """One row per strategy, replication and incident."""
        return self._table("incidents")

    @property
    def legs(self) -> Table:
        """One row per way that somebody set out on."""
        return self._table("legs")

    @property
    def volunteers(self) -> Table:
        """One row per strategy, replication and volunteer: seconds in each state."""
        return self._table("volunteers")

    @property
    def answer(self) -> str:
        """What the paired replications say about each strategy and the control."""
        return "\n".join(text for group in sentences_of(self.results) for text in group)

    def estimates(self) -> list[dict[str, Any]]:
        """Return every measure of every strategy with its interval, as plain data."""
        return list(self._document()["estimates"])

    def comparisons(self) -> list[dict[str, Any]]:
        """Return every measure of every strategy minus the control, as plain data."""
        return list(self._document()["comparisons"])

    def plot_responses(self, ax: Any = None) -> Any:
        """Draw which share of all incidents was reached within which time; return the axes.

        Parameters
        ----------
        ax
            Axes of matplotlib to draw on; None for new ones.

        Raises
        ------
        MissingPackageError
            If matplotlib is not installed (extra ``notebook``).
        """
        from patrolsim.notebook.plots import plot_responses

        return plot_responses(self.results, ax)

    def plot_differences(self, ax: Any = None) -> Any:
        """Draw by how much each strategy changes the mean response; return the axes.

        Parameters
        ----------
        ax
            Axes of matplotlib to draw on; None for new ones.

        Raises
        ------
        MissingPackageError
            If matplotlib is not installed (extra ``notebook``).
        PatrolsimError
            If there is only one strategy.
        """
        from patrolsim.notebook.plots import plot_differences

        return plot_differences(self.results, ax)

    def playback(self) -> Page:
        """Return the playback of a typical day, to be shown in a frame; made when first asked for.

        Raises
        ------
        PatrolsimError
            If it cannot be made.
        """
        return self._page(PLAYBACK, lambda: playback_of(self.folder, self.stage))

    def report(self) -> Page:
        """Return the report of the run, to be shown in a frame; made when first asked for.

        Raises
        ------
        PatrolsimError
            If it cannot be made.
        """
        return self._page(REPORT, lambda: report_of(self.folder))

    def __repr__(self) -> str:
        return f"{title_of(self.results, self.stage.loaded)}\n\n{text_of(self.results)}"

    def _repr_html_(self) -> str:
        """Return the answer and one table; every text is escaped."""
        notes = [legend_of(self.results), *warnings_of(self.results)]
        notes += [f"Failed: {failure}" for failure in self.results.failures]
        if self.results.is_interrupted:
            notes.append("Interrupted: only what was finished is shown.")
        return "".join(
            [
                f"<h4>{escape(title_of(self.results, self.stage.loaded))}</h4>",
                *_paragraphs(self.answer.splitlines()),
                _table(HEADER, rows_of(self.results)),
                *_paragraphs([*notes, f"Written: {self.folder}"]),
            ]
        )

    def _document(self) -> dict[str, Any]:
        return as_document(self.results, self.stage.loaded, self.folder)

    def _table(self, name: str) -> Table:
        return Table(name=name, run=RunTables.open(self.folder))

    def _page(self, name: str, make: Callable[[], str]) -> Page:
        file = self.folder / name
        if not file.is_file():
            put_in_place(file, make())
        return Page(file=file)


def _paragraphs(texts: Iterable[str]) -> list[str]:
    return [f"<p>{escape(text)}</p>" for text in texts]


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
