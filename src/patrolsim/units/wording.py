"""How a message shows what somebody wrote, and how it finds the word that was meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_WORD = 200
_MAX_QUOTED = 60
_LARGEST_QUOTED = 10**24


def quoted(value: object) -> str:
    """Return a value for a message: in quotes, short, on one line, without secret signs."""
    if isinstance(value, dict | list | tuple):
        return "a group of keys" if isinstance(value, dict) else "a list"
    if value is None or isinstance(value, bool):
        return "nothing" if value is None else f"'{str(value).lower()}'"
    if isinstance(value, int) and abs(value) > _LARGEST_QUOTED:
        return "so large a number"
    text = str(value)
    return printable(f"'{text[:57]}...'" if len(text) > _MAX_QUOTED else f"'{text}'")


def printable(text: str) -> str:
    """Return text with every sign that does not print written as an escape."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def suggestion(word: str, words: Iterable[str], *, otherwise: str = "") -> str:
    """Return ``did you mean 'x'?`` with the word nearest to `word`, or else `otherwise`."""
    near = nearest_word(word, words)
    return otherwise if near is None else f"did you mean {near!r}?"


def nearest_word(word: str, words: Iterable[str]) -> str | None:
    """Return the word that was probably meant; None when no word is near."""
    if len(word) > MAX_WORD:
        return None
    by_fold = {known.casefold(): known for known in words if len(known) <= MAX_WORD}
    near = get_close_matches(word.casefold(), list(by_fold), n=1, cutoff=0.55)
    return by_fold[near[0]] if near else None
