"""The texts of the report: one table of English and Chinese pairs."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from patrolsim.report.words.said import Said
from patrolsim.report.words.showing import shown

LANGUAGES = {"en": "en", "zh": "zh-Hans"}
"""Languages of the page, and what HTML calls them."""


@cache
def texts() -> dict[str, Said]:
    """Return all pairs by their key."""
    raw = files("patrolsim.report.words").joinpath("texts.json").read_text(encoding="utf-8")
    return {key: Said(**pair) for key, pair in json.loads(raw).items()}


def text(key: str, **values: Said | str | int) -> Said:
    """Return a text with values in its gaps.

    Raises
    ------
    KeyError
        If there is no such text, or a gap has no value.
    """
    pair = texts()[key]
    filled = (
        pattern.format(**{name: in_language(value, index) for name, value in values.items()})
        for index, pattern in enumerate(pair)
    )
    return Said(*filled)


def in_language(value: Said | str | int, index: int) -> str:
    """Return what is said in a language: 0 for English, 1 for Chinese."""
    if isinstance(value, Said):
        return value[index]
    return f"{value:,}" if isinstance(value, int) else shown(value)
