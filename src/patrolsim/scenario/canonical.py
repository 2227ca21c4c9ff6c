"""One spelling for each key, and bare values where the file says where a number comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeGuard

from patrolsim.scenario.findings import Finding
from patrolsim.scenario.models import Note
from patrolsim.units import quoted, suggestion

if TYPE_CHECKING:
    from patrolsim.scenario.building import Reading
    from patrolsim.scenario.positions import Loc, Position
    from patrolsim.scenario.shape import Shape

_NOTE_KEYS = ("value", "source", "given")


@dataclass(slots=True)
class Canonical:
    """Plain data of a scenario in its one spelling, and where it stands in the file.

    Attributes
    ----------
    data
        Fresh dictionaries, lists and scalars, keys spelled as in the models.
    positions
        Where each value stands in the file.
    spoiled
        Values whose problems are reported already.
    notes
        Where numbers come from, by the way to them.
    findings
        Keys given twice in two spellings, and notes that are wrong.
    """

    data: object = None
    positions: dict[Loc, Position] = field(default_factory=dict)
    spoiled: set[Loc] = field(default_factory=set)
    notes: dict[Loc, Note] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def canonical(reading: Reading, shape: Shape) -> Canonical:
    """Return what was read in its one spelling."""
    result = Canonical()
    result.data = _Pass(reading, result).clean(reading.data, shape, (), ())
    return result


@dataclass(slots=True)
class _Pass:
    """One walk through the data; depth is bounded by the reader."""

    reading: Reading
    result: Canonical

    def clean(self, value: object, shape: Shape, old: Loc, new: Loc) -> object:
        """Return the value that stood at `old` and belongs to `new`."""
        self._move(old, new)
        if _is_mapping(value):
            if _is_noted(value, shape):
                return self._unwrap(value, shape, old, new)
            return self._clean_mapping(value, shape, old, new)
        if isinstance(value, list):
            inside = enumerate(value)
            return [self.clean(v, shape.inside(i), (*old, i), (*new, i)) for i, v in inside]
        if shape.shorthand and isinstance(value, str):
            self._move(old, (*new, shape.shorthand))
            return {shape.shorthand: value}
        return value

    def _clean_mapping(
        self, value: dict[str, object], shape: Shape, old: Loc, new: Loc
    ) -> dict[str, object]:
        result: dict[str, object] = {}
        for written, inside in value.items():
            key = shape.key_of(written)
            if key in result:
                self._given_twice(written, (*old, written), (*new, key))
                continue
            result[key] = self.clean(inside, shape.inside(key), (*old, written), (*new, key))
        return result

    def _unwrap(self, value: dict[str, object], shape: Shape, old: Loc, new: Loc) -> object:
        """Return the value of ``{value: 12 per day, source: ..., given: true}``; keep the note."""
        self._check_note(value, old, new)
        bare = self.clean(value["value"], shape, (*old, "value"), new)
        if old in self.reading.positions:
            inner = self.reading.positions[(*old, "value")]
            self.result.positions[new] = inner._replace(key=self.reading.positions[old].key)
        source, given = value.get("source", ""), value.get("given", False)
        self.result.notes[new] = Note(
            path=".".join(map(str, new)),
            value=bare,
            source=source if isinstance(source, str) else "",
            given=given is True,
        )
        return bare

    def _check_note(self, value: dict[str, object], old: Loc, new: Loc) -> None:
        places: dict[str, Loc] = {}
        for key in value:
            places[key] = (*new, f"note {key}")
            self._move((*old, key), places[key])
            if key not in _NOTE_KEYS:
                hint = suggestion(key, _NOTE_KEYS, otherwise="allowed are value, source, given")
                self._find(places[key], f"unknown key {quoted(key)}", hint, at_key=True)
        if not isinstance(value.get("source", ""), str):
            self._find(places["source"], "a source must be text", "put it in quotes")
        if not isinstance(value.get("given", False), bool):
            self._find(places["given"], "'given' must be true or false")

    def _given_twice(self, written: str, old: Loc, new: Loc) -> None:
        first = self.result.positions[new].key.line
        place = (*new, "given twice")
        self._move(old, place)
        message = f"{quoted(written)} is given twice"
        self._find(place, message, f"the first is on line {first}", at_key=True)

    def _find(self, loc: Loc, message: str, hint: str = "", *, at_key: bool = False) -> None:
        self.result.findings.append(Finding(loc, message, hint, at_key=at_key))

    def _move(self, old: Loc, new: Loc) -> None:
        if old in self.reading.positions:
            self.result.positions[new] = self.reading.positions[old]
        if old in self.reading.spoiled:
            self.result.spoiled.add(new)


def _is_mapping(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _is_noted(value: dict[str, object], shape: Shape) -> bool:
    """Return whether a mapping is a value with its source.

    Where people choose the names, one may be called ``value``: there it takes a source too.
    """
    if "value" not in value:
        return False
    if shape.each is None and not shape.is_open:
        return True
    return len(value) > 1 and set(value) <= set(_NOTE_KEYS)
