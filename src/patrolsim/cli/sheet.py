"""Sentences and tables, written for a terminal or as Markdown; whatever the names hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from patrolsim.cli.terminal import align
from patrolsim.units import printable

if TYPE_CHECKING:
    from collections.abc import Sequence


class Headline(NamedTuple):
    """The sentence that stands first."""

    text: str


class Table(NamedTuple):
    """Rows of texts, the first of them the headings, under a title."""

    title: str
    rows: Sequence[Sequence[str]]


class Listed(NamedTuple):
    """Sentences of one kind, one a line, under a title; without sentences nothing."""

    title: str
    sentences: Sequence[str]


Block: TypeAlias = Headline | Table | Listed | str

_SIGNS = re.compile(r"[\\`*_\[\]|~$<>&]|:(?=//)|(?<=www)\.")
"""What could start a format, a tag, a link or a formula, or end the cell of a table."""
_CALLS = re.compile(r"([@#])(?=\w)")
"""What calls a person or an issue; GitHub looks for it in the finished page."""


def as_text(blocks: Sequence[Block]) -> str:
    """Return blocks for a terminal, with a blank line between them."""
    return "\n\n".join(text for block in blocks if (text := _text(block)))


def as_markdown(blocks: Sequence[Block]) -> str:
    """Return blocks as GitHub's Markdown; no name can make a link, a mention or a tag."""
    return "\n\n".join(text for block in blocks if (text := _markdown(block)))


def escaped(text: str) -> str:
    """Return text that Markdown shows as it stands, on one line."""
    # As a number of the sign: a backslash before it would still end a cell, or format.
    safe = _SIGNS.sub(lambda found: f"&\0{ord(found[0])};", printable(text))
    return _CALLS.sub(r"\1<!-- -->", safe).replace("\0", "#")


def _text(block: Block) -> str:
    if isinstance(block, Table):
        rows = [[printable(cell) for cell in row] for row in block.rows]
        return "\n".join([*_title(block.title), align(rows)])
    if isinstance(block, Listed):
        lines = [printable(sentence) for sentence in block.sentences]
        return "\n".join([*_title(block.title), *lines]) if lines else ""
    return printable(block.text if isinstance(block, Headline) else block)


def _title(title: str) -> list[str]:
    return [printable(title)] if title else []


def _markdown(block: Block) -> str:
    if isinstance(block, Table):
        head, *rows = [_row(row) for row in block.rows]
        rule = "|" + "|".join([" :-- ", *[" --: "] * (len(block.rows[0]) - 1)]) + "|"
        return "\n".join([*_heading(block.title), head, rule, *rows])
    if isinstance(block, Listed):
        lines = [f"- {escaped(sentence)}" for sentence in block.sentences]
        return "\n".join([*_heading(block.title), *lines]) if lines else ""
    if isinstance(block, Headline):
        return f"**{escaped(block.text)}**" if block.text else ""
    return escaped(block)


def _heading(title: str) -> list[str]:
    return [f"### {escaped(title)}", ""] if title else []


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(escaped(cell) for cell in cells) + " |"
