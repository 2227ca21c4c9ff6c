"""YAML 1.2 scalars, read strictly: what other readers understand differently is refused."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TypeAlias

from patrolsim.units import UnitError, quoted

Scalar: TypeAlias = str | int | float | bool | None

MAX_SCALAR = 64 * 1024
MAX_DIGITS = 18
SECRET_SIGNS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffb"
    r"\ufffe\uffff\U000e0000-\U000e007f\U0010fffe\U0010ffff]"
)
"""Control, invisible and direction-changing signs: nobody can see what they do to a text."""


def read_scalar(text: str, *, is_plain: bool) -> Scalar:
    """Return the value of a scalar; a quoted one is always text.

    Raises
    ------
    UnitError
        When it is too long, has secret signs, or reads differently in different YAML versions.
    """
    if not is_plain or len(text) > MAX_SCALAR:
        return read_text(text)
    if text in _WORDS:
        return _WORDS[text]
    if text.lower() in _OLD_BOOLEANS:
        hint = "write true or false, or put it in quotes when it is text"
        raise UnitError(f"{quoted(text)} reads differently in different YAML versions", hint)
    if _NOT_A_NUMBER.fullmatch(text):
        raise UnitError(f"{quoted(text)} is no usable number")
    if _NUMBER.fullmatch(text):
        return _read_number(text)
    return read_text(text)


def read_text(text: str) -> str:
    """Return text in the normal form of Unicode (NFC).

    Raises
    ------
    UnitError
        When it is too long or has secret signs in it.
    """
    if text.isascii() and text.isprintable() and len(text) <= MAX_SCALAR:
        return text
    if len(text) > MAX_SCALAR:
        raise UnitError(f"a text of {len(text):,} signs is longer than {MAX_SCALAR:,}")
    if found := SECRET_SIGNS.search(text):
        raise UnitError(f"{name_of_sign(found[0])} in the text", "delete it")
    return unicodedata.normalize("NFC", text)


def name_of_sign(sign: str) -> str:
    """Return words for a sign that nobody can see."""
    if unicodedata.category(sign) == "Cc":
        return f"a control character (U+{ord(sign):04X})"
    if unicodedata.category(sign) == "Cs":
        return f"half a character (lone surrogate U+{ord(sign):04X})"
    return f"an invisible or direction-changing character (U+{ord(sign):04X})"


def is_empty_word(text: str) -> bool:
    """Return whether a plain scalar is a null or a truth value, which no key can be."""
    return text in _WORDS


def _read_number(text: str) -> int | float:
    digits = text.lstrip("+-")
    if _LEADING_ZERO.match(digits):
        raise UnitError(f"{quoted(text)} starts with a zero", "put it in quotes when it is text")
    if _WHOLE.fullmatch(text) and len(digits) > MAX_DIGITS:
        raise UnitError(f"a number of {len(digits)} digits has more than {MAX_DIGITS}")
    if _WHOLE.fullmatch(text):
        return int(text, 10 if digits.isdigit() else 0)
    number = float(text)
    if math.isinf(number):
        raise UnitError(f"{quoted(text)} is too large a number")
    return number


_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_OLD_BOOLEANS = {"yes", "no", "on", "off", "y", "n"}
_NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NUMBER = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
)
_WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_LEADING_ZERO = re.compile(r"0[0-9]")
