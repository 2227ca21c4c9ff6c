"""What a page is made of: sections of paragraphs, tables, figures and lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.report.figures.figure import Figure
    from patrolsim.report.figures.legends import Strategy
    from patrolsim.report.words.said import Said

Text: TypeAlias = "Said | str | Strategy"
"""What is said in both languages, a name or number that is the same in both, or a strategy, which
has its colour everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A sentence or a few.

    Attributes
    ----------
    text
        What is said.
    is_lead
        Whether it is the answer, and stands out.
    is_warning
        Whether a reader must know it before he believes the numbers.
    """

    text: Text
    is_lead: bool = False
    is_warning: bool = False
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a head.

    Attributes
    ----------
    caption
        What it shows.
    head, rows
        Its cells; the first cell of each row names the row.
    note
        How it is read; empty for nothing.
    is_folded
        Whether it is opened on demand.
    is_long
        Whether it is folded where the screen is narrow.
    is_wordy
        Whether its cells hold words rather than numbers.
    """

    caption: Text
    head: Sequence[Text]
    rows: Sequence[Sequence[Text]]
    note: Text = ""
    is_folded: bool = False
    is_wordy: bool = False
    is_long: bool = False
    kind: str = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Sentences one below the other."""

    items: Sequence[Text]
    kind: str = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Words for a terminal."""

    text: str
    kind: str = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures side by side where the screen is wide enough."""

    figures: Sequence[Figure]
    kind: str = "figures"


Block: TypeAlias = "Paragraph | Table | Listed | Code | Figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page under a heading.

    Attributes
    ----------
    name
        By which links lead to it.
    title
        The heading.
    blocks
        What it is made of, in order.
    """

    name: str
    title: Said
    blocks: Sequence[Block]
