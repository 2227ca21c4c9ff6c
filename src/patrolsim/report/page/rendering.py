"""The page as one HTML text that needs nothing else."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from patrolsim.report.figures.figure import STYLE
from patrolsim.report.figures.legends import Strategy
from patrolsim.report.figures.palette import DARK, LIGHT, place, variables
from patrolsim.report.page.blocks import Figures
from patrolsim.report.words.said import Said
from patrolsim.report.words.showing import shown
from patrolsim.report.words.texts import LANGUAGES, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.report.figures.figure import Figure
    from patrolsim.report.page.blocks import Section, Text

MOST_OF_A_PARAGRAPH = 2000


def render(
    title: str,
    about: str,
    sections: Sequence[Section],
    *,
    language: str | None,
    playback: str | None = None,
) -> str:
    """Return the page.

    Parameters
    ----------
    title, about
        Name of the scenario, and its question.
    sections
        What the page shows.
    language
        ``en`` or ``zh``; None for the language of the reader's browser.
    playback
        The file beside the page that shows a day; None for no link.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("patrolsim.report.page", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["both"] = both
    environment.filters["plain"] = plain
    environment.filters["shown"] = shown
    page: str = environment.get_template("page.html.j2").render(
        title=title,
        about=about,
        sections=sections,
        playback=playback,
        language=language or "",
        html_language=LANGUAGES[language or "en"],
        t=text,
        shared=shared_of(sections),
        style=Markup(_own("page.css")) + Markup(STYLE),  # noqa: S704 - files of ours
        script=Markup(_own("page.js")),  # noqa: S704
        light=Markup(variables(LIGHT)),  # noqa: S704
        dark=Markup(variables(DARK)),  # noqa: S704
    )
    return page


def both(said: Text) -> Markup:
    """Return a text in both languages, of which the page shows one; everything is escaped."""
    if isinstance(said, Strategy):
        sign = Markup('<span class="dot s{}"></span>').format(place(said.rank))
        return sign + Markup("<bdi>{}</bdi>").format(shown(said.name))
    if isinstance(said, Said) and said.en != said.zh:
        return Markup('<span lang="en">{}</span><span lang="zh-Hans">{}</span>').format(
            *(shown(one, MOST_OF_A_PARAGRAPH) for one in said)
        )
    if isinstance(said, Said):
        return Markup("{}").format(shown(said.en, MOST_OF_A_PARAGRAPH))
    return Markup("{}").format(shown(said))


def plain(said: Text, index: int) -> str:
    """Return a text in one language, for attributes; they are escaped where they stand."""
    if isinstance(said, Strategy):
        return shown(said.name)
    return shown(said[index] if isinstance(said, Said) else said)


def shared_of(sections: Sequence[Section]) -> Markup:
    """Return what figures have in common, each part once."""
    parts = dict.fromkeys(figure.shared for figure in figures_of(sections) if figure.shared)
    return Markup().join(parts)


def figures_of(sections: Sequence[Section]) -> list[Figure]:
    """Return the figures of a page, in order."""
    return [
        figure
        for section in sections
        for block in section.blocks
        if isinstance(block, Figures)
        for figure in block.figures
    ]


def _own(name: str) -> str:
    return files("patrolsim.report.page").joinpath(name).read_text(encoding="utf-8")
