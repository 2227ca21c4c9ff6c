"""Figures as files of their own: SVG, or PNG by the optional library `resvg_py`.

PNG is optional since every reader of the page can do without it: the renderer is 2 MB of compiled
code, a browser or matplotlib would be a hundred times that, and none of them is needed for SVG.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markupsafe import Markup

from patrolsim.errors import PatrolsimError
from patrolsim.report.figures.figure import STYLE, WIDTH, Figure
from patrolsim.report.figures.palette import LIGHT
from patrolsim.report.figures.svg import box, tag
from patrolsim.report.words.showing import shown
from patrolsim.report.words.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SVG = "http://www.w3.org/2000/svg"
PIXELS = 1600
"""Width of a PNG: sharp on a page printed 13 cm wide."""


class Form(Enum):
    """How a figure is stored."""

    SVG = "svg"
    PNG = "png"


class FigureError(PatrolsimError):
    """A figure cannot be stored."""


def write_figures(
    figures: Sequence[Figure], folder: Path, *, form: Form, language: str
) -> list[Path]:
    """Write each figure into a folder, and return the files.

    Parameters
    ----------
    figures
        Which ones; a file has the name of its figure.
    folder
        It is made when it is not there; files of the same names are replaced.
    form
        ``svg`` or ``png``.
    language
        ``en`` or ``zh``.

    Raises
    ------
    FigureError
        If PNG is wanted and its library is not installed.
    OSError
        If a file cannot be written.
    """
    contents = [_content(figure, form, language) for figure in figures]
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{figure.name}.{form.value}" for figure in figures]
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content)
    return files


def standalone(figure: Figure, language: str) -> str:
    """Return a figure as an SVG text in one language and in light colours."""
    index = list(LANGUAGES).index(language)
    picture = tag(
        "svg",
        tag("title", shown(figure.title[index])),
        tag("desc", shown(figure.about[index])),
        tag("style", Markup(_style())),  # noqa: S704 - colours of ours
        box(0, 0, WIDTH, figure.height, fill=LIGHT["paper"]),
        tag("defs", figure.shared),
        figure.drawing,
        xmlns=SVG,
        viewBox=figure.view_box,
        width=2 * WIDTH,
        height=2 * figure.height,
        class_="fig",
        lang=LANGUAGES[language],
    )
    root = ET.fromstring(picture)  # noqa: S314 - written above, with all texts escaped
    _keep_language(root, LANGUAGES[language])
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode")


def _content(figure: Figure, form: Form, language: str) -> bytes:
    picture = standalone(figure, language)
    return picture.encode() if form is Form.SVG else _png(picture)


def _png(picture: str) -> bytes:
    try:
        import resvg_py
    except ImportError:
        raise FigureError(
            "PNG needs one more library: pip install 'patrolsim[png]', or take --format svg"
        ) from None
    return bytes(resvg_py.svg_to_bytes(svg_string=picture, width=PIXELS, sans_serif_family=None))


def _style() -> str:
    """Return the style sheet with the colours in the place of their names."""
    marks = {name: LIGHT[name] for name in LIGHT if re.fullmatch("s[0-9]", name)}
    plain = STYLE.replace("var(--c)", "currentColor")
    for name in marks:
        plain = plain.replace(f"--c:var(--{name})", f"color:var(--{name})")
    return re.sub(r"var\(--(\w+)\)", lambda found: LIGHT[found[1]], plain)


def _keep_language(root: ET.Element, wanted: str) -> None:
    """Leave out what is said in the other language."""
    for element in root.iter(f"{{{SVG}}}text"):
        for part in list(element):
            if part.get("lang") not in {None, wanted}:
                element.remove(part)
