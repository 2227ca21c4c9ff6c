"""Strict, bounded YAML from a stream of events: nothing recurses, nothing is built unseen.

The events come from libyaml, or from the pure parser where libyaml is missing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

import yaml

from patrolsim.scenario.building import Builder, Reading, StopReadingError
from patrolsim.scenario.positions import Span
from patrolsim.scenario.scalars import SECRET_SIGNS, name_of_sign
from patrolsim.scenario.syntax import in_plain_words
from patrolsim.units import UnitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.scenario.building import Event

MAX_BYTES = 4 * 1024 * 1024
HAS_LIBYAML: Final = hasattr(yaml, "CSafeLoader")
_LINE_BREAK = re.compile(r"\r\n|\n|\r")


class NotUtf8Error(UnitError):
    """The bytes of a file are no UTF-8; ``line`` and ``column`` (of bytes) say from where."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__("the file is not UTF-8", "save the file as UTF-8")
        self.args = (line, column)
        self.line = line
        self.column = column


def decode(raw: bytes) -> str:
    """Return the text of a file, without a byte order mark.

    Raises
    ------
    UnitError
        When it is too large or not UTF-8.
    """
    if len(raw) > MAX_BYTES:
        raise UnitError(f"a file of more than {MAX_BYTES // 1024**2} MB is no scenario")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise NotUtf8Error(line, error.start - raw.rfind(b"\n", 0, error.start)) from None


def read_yaml(text: str, *, with_libyaml: bool = HAS_LIBYAML) -> Reading:
    """Return what a YAML text says, with every mistake that does not end the reading."""
    builder = Builder(_LINE_BREAK.split(SECRET_SIGNS.sub(" ", text)))
    try:
        _report_secret_signs(text, builder)
        _feed(builder, with_libyaml=with_libyaml)
    except StopReadingError:
        return builder.reading(is_whole=False)
    return builder.reading(is_whole=True)


def _report_secret_signs(text: str, builder: Builder) -> None:
    for number, line in enumerate(_LINE_BREAK.split(text), start=1):
        if line.isascii() and line.isprintable():
            continue
        for found in SECRET_SIGNS.finditer(line):
            span = Span(number, found.start() + 1, found.end() + 1)
            builder.report(span, f"here stands {name_of_sign(found[0])}", "delete it")


def _feed(builder: Builder, *, with_libyaml: bool) -> None:
    """Build from the events; a mistake of syntax is a problem that ends the reading."""
    try:
        for event in _events("\n".join(builder.lines), with_libyaml=with_libyaml):
            builder.take(cast("Event", event))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        builder.stop(*in_plain_words(error.problem or "", line, column, builder.lines))
    except (yaml.YAMLError, ValueError, OverflowError):
        # The pure parser lets these out for escapes and directives that are out of range.
        builder.stop(Span(1, 1, 1), "not valid YAML: an escape or a directive is out of range")
    if not builder.is_started:
        builder.stop(Span(1, 1, 1), "the file is empty", "start from `patrolsim init`")


def _events(text: str, *, with_libyaml: bool) -> Iterator[yaml.events.Event]:
    yield from yaml.parse(text, Loader=yaml.CSafeLoader if with_libyaml else yaml.SafeLoader)
