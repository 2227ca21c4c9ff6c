"""Strict YAML documents: from a text to a model, or to every mistake in the text at once.

Scenarios and benchmark suites are read by the same rules: unknown keys are mistakes, keys may be
written with spaces, and each mistake stands at its line and column with the nearest right word.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from patrolsim.errors import Problem, ScenarioError
from patrolsim.scenario.canonical import Canonical, canonical
from patrolsim.scenario.findings import Finding
from patrolsim.scenario.overrides import override
from patrolsim.scenario.reporting import Whereabouts, findings_of, scenario_error
from patrolsim.scenario.shape import shape_of_model
from patrolsim.scenario.yaml_events import MAX_BYTES, NotUtf8Error, decode, read_yaml
from patrolsim.units import UnitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Findings = Callable[[object], list[Finding]]

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[M]):
    """What a file is meant to be.

    Attributes
    ----------
    model
        The model of its keys.
    noun
        What it is called in messages: ``a scenario``.
    hint
        What to do when there is no such file.
    """

    model: type[M]
    noun: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Generic[M]):
    """A checked document.

    Attributes
    ----------
    model
        Its values.
    data
        The same as plain data, in canonical spelling.
    whereabouts
        Where each value stands, for mistakes that show later.
    """

    model: M
    data: Canonical
    whereabouts: Whereabouts


def parse_document(
    text: str,
    file: Path,
    kind: Kind[M],
    *,
    overrides: Mapping[str, str],
    further: Findings = lambda _data: [],
) -> Document[M]:
    """Return the document that a text writes, as if it stood in a file.

    Parameters
    ----------
    text
        The document.
    file
        Where it stands or would stand: messages name it, paths start from its folder.
    kind
        What it is meant to be.
    overrides
        Values that replace those of the text, by dotted path.
    further
        What else is wrong with the plain data, to be shown along with the other mistakes.

    Raises
    ------
    ScenarioError
        When the text is wrong; it holds every mistake at its place.
    """
    reading = read_yaml(text)
    shape = shape_of_model(kind.model)
    data = canonical(reading, shape)
    where = Whereabouts(
        source=str(file), lines=reading.lines, positions=data.positions, spoiled=data.spoiled
    )
    if not reading.is_whole:
        raise ScenarioError(where.source, tuple(reading.problems))
    changed = override(data, shape, overrides)
    where.overridden.update(changed.words)
    model, findings = _validated(data, file.parent, kind)
    findings = [*data.findings, *findings, *further(data.data)]
    error = scenario_error(where, findings, [*reading.problems, *changed.problems])
    if error is not None or model is None:
        raise error or ScenarioError(where.source, ())
    return Document(model=model, data=data, whereabouts=where)


def read_text(file: Path, hint: str) -> str:
    """Return the text of a regular file of bounded size.

    Raises
    ------
    ScenarioError
        When there is none, or it cannot be read.
    """
    try:
        return decode(_read_bytes(file, hint))
    except NotUtf8Error as error:
        problem = Problem(error.line, error.column, None, error.message, error.hint)
        raise ScenarioError(str(file), (problem,)) from None
    except UnitError as error:
        message, hint = error.message, error.hint
    except FileNotFoundError:
        message = "there is no such file"
    except (OSError, ValueError) as error:
        message, hint = f"cannot be read: {getattr(error, 'strerror', None) or error}", ""
    raise ScenarioError(str(file), (Problem(None, None, None, message, hint),))


def _validated(data: Canonical, folder: Path, kind: Kind[M]) -> tuple[M | None, list[Finding]]:
    """Return the model, or else everything that is wrong with its values."""
    if not isinstance(data.data, dict):
        hint = "write it as lines of key: value"
        return None, [Finding((), f"{kind.noun} is a group of keys", hint)]
    try:
        return kind.model.model_validate(data.data, context={"folder": folder}), []
    except ValidationError as error:
        return None, findings_of(error.errors(), data.data, shape_of_model(kind.model))


def _read_bytes(file: Path, hint: str) -> bytes:
    """Return at most one byte more than is allowed; never wait for a pipe or a device."""
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnitError("this is no regular file", hint)
        return stream.read(MAX_BYTES + 1)
