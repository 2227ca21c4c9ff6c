"""Plain data, with positions, from the events of a YAML parser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Protocol

from patrolsim.errors import Problem
from patrolsim.scenario.positions import UNREADABLE, Loc, Position, Span
from patrolsim.scenario.scalars import is_empty_word, read_scalar, read_text
from patrolsim.units import UnitError, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 32
MAX_VALUES = 200_000
MAX_PROBLEMS = 200


class Reading(NamedTuple):
    """What a text says, and what is wrong with it.

    Attributes
    ----------
    data
        Dictionaries, lists and scalars; `UNREADABLE` where a value could not be read.
    positions
        Where each value stands, by the way to it.
    problems
        Every mistake, in the order in which it was met.
    spoiled
        The ways to values that could not be read: their problems are reported already.
    lines
        The lines of the text.
    is_whole
        Whether the text was read to its end.
    """

    data: object
    positions: dict[Loc, Position]
    problems: list[Problem]
    spoiled: set[Loc]
    lines: list[str]
    is_whole: bool


class Mark(Protocol):
    """A place in the text, counted from 0."""

    line: int
    column: int


class Event(Protocol):
    """An event of a YAML parser; each kind has only some of these attributes."""

    start_mark: Mark
    end_mark: Mark
    value: str
    style: str | None
    flow_style: bool | None
    anchor: str | None
    tag: str | None


class StopReadingError(Exception):
    """The rest of the text cannot be read; its reason is among the problems."""


@dataclass(slots=True)
class _Frame:
    """A mapping or a list that is being read."""

    container: dict[str, object] | list[object]
    loc: Loc | None
    """The way to it; None for a part that is thrown away."""
    is_flow: bool = False
    """Whether it is written in brackets."""
    is_key: bool = False
    """Whether it stands where a key should stand."""
    spans: dict[str, Span] = field(default_factory=dict)
    """Where each key of a mapping stands."""
    key: str | None = None
    """The key whose value comes next."""
    is_value_next: bool = False


class Builder:
    """Takes events one by one; keeps the data, the positions and the problems.

    Parameters
    ----------
    lines
        The lines of the text.
    """

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.is_started = False
        self._root: object = None
        self._positions: dict[Loc, Position] = {}
        self._problems: list[Problem] = []
        self._spoiled: set[Loc] = set()
        self._frames: list[_Frame] = []
        self._values = 0
        self._takers: dict[str, Callable[[Event], None]] = {
            "DocumentStartEvent": self._start_document,
            "ScalarEvent": self._take_scalar,
            "AliasEvent": self._take_alias,
            "MappingStartEvent": self._open,
            "SequenceStartEvent": self._open,
            "MappingEndEvent": self._close,
            "SequenceEndEvent": self._close,
        }

    def take(self, event: Event) -> None:
        """Build on with the next event."""
        taker = self._takers.get(type(event).__name__)
        if taker is not None:
            taker(event)

    def report(self, span: Span, message: str, hint: str = "") -> None:
        """Note a mistake; reading goes on unless there are too many."""
        if len(self._problems) >= MAX_PROBLEMS:
            self._problems.append(Problem(None, None, None, "there are more problems below"))
            raise StopReadingError
        excerpt = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        self._problems.append(Problem(*span, message, hint, excerpt))

    def stop(self, span: Span, message: str, hint: str = "") -> NoReturn:
        """Note a mistake after which nothing can be read."""
        self.report(span, message, hint)
        raise StopReadingError

    def reading(self, *, is_whole: bool) -> Reading:
        """Return all that was built."""
        return Reading(
            self._root, self._positions, self._problems, self._spoiled, self.lines, is_whole
        )

    def _start_document(self, event: Event) -> None:
        if self.is_started:
            self.stop(self._span(event), "a second document starts here", "keep one, without ---")
        self.is_started = True

    def _take_scalar(self, event: Event) -> None:
        self._check(event)
        if self._expects_key:
            self._take_key(event)
            return
        span = self._span(event)
        loc = self._next_loc()
        value: object = UNREADABLE
        try:
            value = self._scalar(event)
        except UnitError as error:
            self._spoil(loc, span, error.message, error.hint)
        self._put(value, loc, span)

    def _scalar(self, event: Event) -> object:
        is_plain = not event.style
        if is_plain and not event.value:
            raise UnitError("a value is missing here", "write one, or delete the key")
        return read_scalar(event.value, is_plain=is_plain)

    def _take_alias(self, event: Event) -> None:
        self._count(event)
        hint = "write the value again, or put it in quotes when it is text"
        if self._expects_key:
            self.report(self._span(event), "an alias (*) is not allowed", hint)
            self._skip_next_value()
            return
        loc = self._next_loc()
        self._spoil(loc, self._span(event), "an alias (*) is not allowed", hint)
        self._put(UNREADABLE, loc, self._span(event))

    def _open(self, event: Event) -> None:
        self._check(event)
        if len(self._frames) >= MAX_DEPTH:
            self.stop(self._span(event), f"this is nested deeper than {MAX_DEPTH} levels")
        is_mapping = type(event).__name__ == "MappingStartEvent"
        container: dict[str, object] | list[object] = {} if is_mapping else []
        if self._expects_key:
            self.report(self._span(event), "a key must be text", "write it like key: value")
            self._frames.append(_Frame(container, None, is_key=True))
            return
        loc = self._next_loc()
        self._put(container, loc, self._collection_span(event))
        self._frames.append(_Frame(container, loc, is_flow=bool(event.flow_style)))

    def _close(self, event: Event) -> None:
        frame = self._frames.pop()
        if frame.is_key:
            self._skip_next_value()
        elif frame.loc is not None and frame.is_flow:
            self._end_span(frame.loc, event.end_mark)

    def _take_key(self, event: Event) -> None:
        frame, span = self._frames[-1], self._span(event)
        try:
            key = self._key(event, frame)
        except UnitError as error:
            if frame.loc is not None:
                self.report(span, error.message, error.hint)
            self._skip_next_value()
            return
        frame.key, frame.is_value_next = key, True
        frame.spans[key] = span

    def _key(self, event: Event, frame: _Frame) -> str:
        if not event.style and (not event.value or is_empty_word(event.value)):
            raise UnitError(f"the key {quoted(event.value)} is no text", "put it in quotes")
        key = read_text(event.value)
        if key == "<<":
            raise UnitError("a merge key (<<) is not allowed", "write the keys out")
        if key in frame.spans:
            first = frame.spans[key].line
            raise UnitError(f"{quoted(key)} is given twice", f"the first is on line {first}")
        return key

    def _skip_next_value(self) -> None:
        frame = self._frames[-1]
        frame.key, frame.is_value_next = None, True

    def _put(self, value: object, loc: Loc | None, span: Span) -> None:
        """Put a value into the innermost container, and note where it stands."""
        if not self._frames:
            self._root = value
            self._positions[()] = Position(span, span)
            return
        frame = self._frames[-1]
        key_span = span
        if isinstance(frame.container, list):
            frame.container.append(value)
        else:
            frame.is_value_next = False
            if loc is None or frame.key is None:
                return
            frame.container[frame.key] = value
            key_span = frame.spans[frame.key]
        if loc is not None:
            self._positions[loc] = Position(key_span, span)

    def _spoil(self, loc: Loc | None, span: Span, message: str, hint: str) -> None:
        if loc is not None:
            self.report(span, message, hint)
            self._spoiled.add(loc)

    @property
    def _expects_key(self) -> bool:
        if not self._frames:
            return False
        frame = self._frames[-1]
        return isinstance(frame.container, dict) and not frame.is_value_next

    def _next_loc(self) -> Loc | None:
        """Return the way to the value that comes next; None when it is thrown away."""
        if not self._frames:
            return ()
        frame = self._frames[-1]
        if frame.loc is None:
            return None
        if isinstance(frame.container, list):
            return (*frame.loc, len(frame.container))
        return None if frame.key is None else (*frame.loc, frame.key)

    def _check(self, event: Event) -> None:
        self._count(event)
        hint = "put it in quotes when it is text"
        if event.anchor:
            self.report(self._span(event), "an anchor (&) is not allowed", hint)
        if event.tag:
            self.report(self._span(event), "a tag (!) is not allowed", hint)

    def _count(self, event: Event) -> None:
        self._values += 1
        if self._values > MAX_VALUES:
            self.stop(self._span(event), f"there are more than {MAX_VALUES:,} values")

    def _span(self, event: Event) -> Span:
        """Return the first line of what an event covers."""
        start, end = event.start_mark, event.end_mark
        text = self.lines[start.line] if start.line < len(self.lines) else ""
        last = end.column if end.line == start.line else len(text.rstrip())
        return Span(start.line + 1, start.column + 1, max(last, start.column) + 1)

    def _collection_span(self, event: Event) -> Span:
        """Return where a collection starts: its key's place when it is written on lines below."""
        frame = self._frames[-1] if self._frames else None
        if not event.flow_style and frame is not None and frame.key is not None:
            return frame.spans[frame.key]
        start = event.start_mark
        text = self.lines[start.line] if start.line < len(self.lines) else ""
        return Span(start.line + 1, start.column + 1, max(len(text.rstrip()), start.column) + 1)

    def _end_span(self, loc: Loc, end: Mark) -> None:
        """Close the span of a collection in brackets that ends on its first line."""
        key, value = self._positions[loc]
        if value.line == end.line + 1:
            closed = Span(value.line, value.column, end.column + 1)
            self._positions[loc] = Position(closed if key is value else key, closed)
