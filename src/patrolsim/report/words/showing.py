"""Texts that people wrote, made fit to be shown: no secret signs, no endless lines."""

from __future__ import annotations

from patrolsim.scenario.scalars import SECRET_SIGNS

MOST_SIGNS = 300
"""Of a longer text the beginning is shown."""
MOST_OF_A_NAME = 80
"""The same for a name in a sentence."""


def shown(text: str, most: int = MOST_SIGNS) -> str:
    """Return a text in one line, with every sign visible that could turn or hide others."""
    plain = SECRET_SIGNS.sub("�", " ".join(text.split(" ")))
    one_line = plain.replace("\t", " ").replace("\n", " ").replace("\r", " ")
    if len(one_line) <= most:
        return one_line
    return f"{one_line[:most].rstrip()} … ({len(one_line):,})"
