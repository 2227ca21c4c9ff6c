"""A figure: what it is called, what it shows in words, its drawing, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from patrolsim.report.figures.svg import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.report.words.said import Said

    Text = Said | str

WIDTH = 400.0
"""Width of every figure in its own units: about that of a phone, so that texts stay legible."""
STYLE = """
.fig text{font:12px system-ui,'Noto Sans','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',
'WenQuanYi Zen Hei',sans-serif;fill:var(--ink)}
.fig .soft{fill:var(--soft);font-size:11px}.fig .small{font-size:10px}
.fig .end{text-anchor:end}.fig .mid{text-anchor:middle}.fig .strong{font-weight:600}
.fig .rule{stroke:var(--rule);stroke-width:1}.fig .zero{stroke:var(--soft);stroke-width:1.5}
.street{stroke:var(--street);stroke-width:.7;fill:none}
.fig .bar{stroke:var(--c);stroke-width:2;fill:none}
.fig .range{stroke:var(--c);stroke-width:2;stroke-dasharray:2 3;fill:none}
.fig .curve{stroke:var(--c);stroke-width:2;fill:none}
.fig .mark{fill:var(--c);stroke:var(--c);stroke-width:1.5}.fig .hollow{fill:var(--paper)}
.fig .cell{stroke:var(--paper);stroke-width:1}.fig .none{fill:var(--card)}
.fig .halo{paint-order:stroke;stroke:var(--paper);stroke-width:2.5px}
.fig .gap{fill:var(--paper);fill-opacity:.75;stroke:var(--ink);stroke-width:1.4}
""" + "".join(
    [
        *(f".fig .s{n}{{--c:var(--s{n})}}" for n in range(8)),
        *(f".fig .h{n}{{fill:var(--h{n})}}" for n in range(5)),
    ]
)
"""How figures look, on the page and in a file of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure.

    Attributes
    ----------
    name
        Of its file, and for links.
    title, about
        What it shows, in a line; and what one sees in it.
    height
        Of the drawing, in the units of `WIDTH`.
    drawing
        What stands inside the SVG.
    head, rows
        The same numbers as a table.
    note
        How it is read; empty for nothing.
    shared
        What figures of a page have in common, and show by reference.
    """

    name: str
    title: Said
    about: Said
    height: float
    drawing: Markup
    head: Sequence[Text]
    rows: Sequence[Sequence[Text]]
    note: Text = ""
    shared: Markup = field(default_factory=Markup)

    @property
    def view_box(self) -> str:
        """The part of the plane that is shown."""
        return f"0 0 {short(WIDTH)} {short(self.height)}"
