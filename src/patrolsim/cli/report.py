"""``patrolsim report``: one page that tells what a run has found."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from patrolsim.cli.terminal import say


@click.command("report", epilog="Example: patrolsim report runs/my-town-20250310T0900 --lang zh")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--out",
    "-o",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the page is written; default: report.html in the run folder.",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "zh"]),
    help="Language in which the page opens; default: that of the browser.",
)
@click.option(
    "--figures",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write each figure as a file into this folder too.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["svg", "png"]),
    help="With --figures: what kind of files; default: svg.",
)
@click.option("--no-open", is_flag=True, help="Only write the page.")
def command(
    run: Path,
    out: Path | None,
    language: str | None,
    figures: Path | None,
    form: str | None,
    *,
    no_open: bool,
) -> int:
    """Write what a run has found as one page, and open it.

    RUN is a run folder. The page needs no network and can be sent on by e-mail. It opens in the
    browser when the command is typed at a terminal.
    """
    from patrolsim.cli.pages import PLAYBACK, REPORT, beside, put_in_place
    from patrolsim.report.figures.export import Form, write_figures
    from patrolsim.report.page import make_report

    if form is not None and figures is None:
        raise click.UsageError("--format says of what kind the files of --figures are: name a DIR")
    report = make_report(run)
    page = out or run / REPORT
    put_in_place(page, report.html(language, playback=beside(page, run, PLAYBACK)))
    click.echo(f"Written: {page}")
    try:
        if figures is not None:
            files = write_figures(
                report.figures, figures, form=Form(form or "svg"), language=language or "en"
            )
            click.echo(f"Written: {len(files)} figures in {figures}")
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
    if not no_open and sys.stdout.isatty():
        _open(page)
    return 0


def _open(page: Path) -> None:
    import webbrowser

    if not webbrowser.open(page.absolute().as_uri()):
        say("No browser could be started: open the file yourself.")
