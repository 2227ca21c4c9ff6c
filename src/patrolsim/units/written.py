"""Text as it was written, made plain, and the error for text that is not what it should be."""

from __future__ import annotations

import unicodedata

from patrolsim.units.wording import quoted

LARGEST = 1e12
"""No quantity of a scenario comes near it: larger ones are slips of the keyboard."""
MAX_CHARACTERS = 200
_PLAIN_SIGNS = str.maketrans(dict.fromkeys("‐‑‒–—―−~〜", "-"))


class UnitError(ValueError):
    """A text is not the quantity that it should be.

    Attributes
    ----------
    message
        What is wrong, with the text.
    hint
        How to write it; empty when the message says it all.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


def normal_text(value: object, what: str, example: str) -> str:
    """Return text with plain digits, dashes and single spaces."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST:
        return str(value)
    if not isinstance(value, str) or len(value) > MAX_CHARACTERS:
        message = f"{quoted(value)} is not {what}"
        raise UnitError(message, f"write it like {example}")
    text = unicodedata.normalize("NFKC", value).translate(_PLAIN_SIGNS)
    return " ".join(text.split())
