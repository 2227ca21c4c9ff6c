"""Every value of a scenario as it was written, and whether it is given, assumed or a default."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.scenario.canonical import canonical
from patrolsim.scenario.models import Scenario
from patrolsim.scenario.overrides import override
from patrolsim.scenario.shape import shape_of_model
from patrolsim.scenario.yaml_events import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from patrolsim.scenario.models import Note
    from patrolsim.scenario.positions import Loc
    from patrolsim.scenario.shape import Shape

_TEXTS = frozenset({"name", "about"})
_FILES = frozenset(
    {"map", "nodes", "edges", "city", "file", "members", "raster", "polygons", "replay"}
)
_NUMBER = re.compile(r"[0-9零一二三四五六七八九十]")


class Mark(Enum):
    """What is known of where a value comes from."""

    GIVEN = "given"
    """A reported figure, as the scenario says."""
    ASSUMED = "assumed"
    """A number of which the scenario does not say that it is given."""
    CHOICE = "choice"
    """No number: a name, a word, yes or no."""
    FILE = "file"
    """What stands in a file of its own."""


class Input(NamedTuple):
    """A value of a scenario.

    Attributes
    ----------
    path
        Its key, as ``teams.wardens.number``.
    value
        As it is written.
    mark
        Whether it is given or assumed.
    source
        What the scenario says of where it comes from; empty for nothing.
    is_set
        Whether the command line put it in the place of what the file says.
    """

    path: str
    value: str
    mark: Mark
    source: str
    is_set: bool


def inputs_of(text: str, settings: Mapping[str, str]) -> list[Input]:
    """Return the values of a scenario in file order; names and remarks are left out.

    Parameters
    ----------
    text
        The scenario, which was checked when it was run.
    settings
        Values that the command line puts in the place of those of the text, by dotted path.
    """
    shape = shape_of_model(Scenario)
    data = canonical(read_yaml(text), shape)
    changed = override(data, shape, settings).words
    return [
        Input(
            path=".".join(map(str, loc)),
            value=_written(value),
            mark=Mark.FILE if is_file else _mark(value, data.notes.get(loc)),
            source=data.notes[loc].source if loc in data.notes else "",
            is_set=any(loc[: len(place)] == place for place in changed),
        )
        for loc, value, is_file in _leaves(data.data, shape, (), data.notes)
    ]


def _leaves(
    value: object, shape: Shape, loc: Loc, notes: Mapping[Loc, Note]
) -> Iterator[tuple[Loc, object, bool]]:
    """Yield the place of each value, the value, and whether it names a file.

    A list of plain values is one value, and so is whatever has a note.
    """
    if loc in notes or not isinstance(value, dict | list):
        yield loc, value, False
        return
    if isinstance(value, list) and not any(isinstance(item, dict) for item in value):
        yield loc, value, False
        return
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in inside:
        if shape.is_model and key in _TEXTS:
            continue
        if shape.is_model and key in _FILES:
            yield (*loc, key), part, True
            continue
        yield from _leaves(part, shape.inside(key), (*loc, key), notes)


def _mark(value: object, note: Note | None) -> Mark:
    if note is not None and note.given:
        return Mark.GIVEN
    return Mark.ASSUMED if note is not None or _is_number(value) else Mark.CHOICE


def _is_number(value: object) -> bool:
    if isinstance(value, list):
        return any(_is_number(item) for item in value)
    if isinstance(value, dict):
        return any(_is_number(item) for item in value.values())
    if isinstance(value, str):
        return _NUMBER.search(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _written(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_written(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_written(item)}" for key, item in value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
