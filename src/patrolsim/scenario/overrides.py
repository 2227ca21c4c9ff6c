"""Values from the command line, put into the data of a scenario before it is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from patrolsim.errors import Problem
from patrolsim.scenario.canonical import Canonical, canonical
from patrolsim.scenario.files import CommandLineText
from patrolsim.scenario.findings import nearest_of
from patrolsim.scenario.plain import inside
from patrolsim.scenario.shape import Shape, plain_key
from patrolsim.scenario.yaml_events import read_yaml
from patrolsim.units import UnitError, printable, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from patrolsim.scenario.positions import Loc

_MAX_WORDS = 120


class Overrides(NamedTuple):
    """What the command line changed.

    Attributes
    ----------
    words
        The ways to changed values, and the words on the command line that changed them.
    problems
        Words that lead nowhere or say nothing.
    """

    words: dict[Loc, str]
    problems: list[Problem]


def override(scenario: Canonical, shape: Shape, settings: Mapping[str, str]) -> Overrides:
    """Put values such as ``teams.red_stewards.number=1200`` into the data, one after another."""
    result = Overrides({}, [])
    for path, text in settings.items():
        words = printable(f"--set {path}={text}"[:_MAX_WORDS])
        try:
            way = _way(path, scenario.data, shape)
            value = _value(text, way.shape)
        except UnitError as error:
            result.problems.append(
                Problem(None, None, None, f"{words}: {error.message}", error.hint)
            )
            continue
        _put(scenario, way.loc, value)
        result.words[way.loc] = words
    return result


class _Way(NamedTuple):
    loc: Loc
    shape: Shape


def _way(path: str, data: object, shape: Shape) -> _Way:
    """Return where a dotted path leads; names that people chose must be in the file."""
    loc: Loc = ()
    for part in path.split("."):
        key = _key(part, data, shape)
        data, shape = inside(data, key), shape.inside(key)
        loc = (*loc, key)
    return _Way(loc, shape)


def _key(part: str, data: object, shape: Shape) -> str | int:
    """Return the key or the number of an item that one part of a path means."""
    if shape.is_model:
        key = shape.key_of(part)
        if key in shape.keys or shape.is_open:
            return key
        raise UnitError(f"there is no key {quoted(part)}", nearest_of(part, shape.keys))
    if isinstance(data, list):
        return _item(part, data)
    if isinstance(data, dict) and data:
        return _name(part, data)
    if data is None and shape.each is not None:
        return part
    raise UnitError(f"nothing can stand under {quoted(part)} here")


def _name(part: str, data: dict[str, object]) -> str:
    """Return the name that is meant; spaces, hyphens and underscores count as the same."""
    if part in data:
        return part
    alike = [name for name in data if plain_key(name) == plain_key(part)]
    if len(alike) == 1:
        return alike[0]
    raise UnitError(f"there is no {quoted(part)} in the file", nearest_of(part, data))


def _item(part: str, data: list[object]) -> int:
    if part.isascii() and part.isdigit() and int(part[:9]) < len(data):
        return int(part)
    hint = f"items are numbered from 0 to {len(data) - 1}" if data else "the list is empty"
    raise UnitError(f"there is no item {quoted(part)}", hint)


def _value(text: str, shape: Shape) -> object:
    """Return what the text means, by the same strict reader as for the file."""
    if not text.strip():
        raise UnitError("nothing stands after the '='", "write a value")
    reading = read_yaml(text)
    if reading.problems:
        raise UnitError(reading.problems[0].message, reading.problems[0].hint)
    part = canonical(reading, shape)
    if part.findings:
        raise UnitError(part.findings[0].message, part.findings[0].advice)
    return _from_command_line(part.data)


def _from_command_line(value: object) -> object:
    """Return the value with its texts marked: the user may name any file there."""
    if isinstance(value, dict):
        return {key: _from_command_line(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_from_command_line(part) for part in value]
    return CommandLineText(value) if isinstance(value, str) else value


def _put(scenario: Canonical, loc: Loc, value: object) -> None:
    """Set a value, with groups above it where the file has none; forget its notes."""
    container = scenario.data
    for key in loc[:-1]:
        container = _opened(container, key)
    if isinstance(container, dict | list):
        container[loc[-1]] = value  # type: ignore[index]  # `_key` chose the kind of key
    for noted in _at_or_under(loc, scenario):
        del scenario.notes[noted]


def _opened(container: object, key: str | int) -> object:
    if isinstance(container, dict) and container.get(key) is None:
        container[key] = {}
    return inside(container, key)


def _at_or_under(loc: Loc, scenario: Canonical) -> Iterator[Loc]:
    yield from [noted for noted in scenario.notes if noted[: len(loc)] == loc]
