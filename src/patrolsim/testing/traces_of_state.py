"""What outlives a policy object: the values of its module, its class, and what builds it."""

from __future__ import annotations

import random  # noqa: TID251 - looked at, never drawn from
import re
import sys
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

DEPTH = 4
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def state_outside(policy: object, build: Callable[..., object]) -> str:
    """Return, as text, every value that two policy objects of one kind share.

    Code, modules and classes of others are left out: what a run changes are values.
    """
    kind = type(policy)
    places: list[Mapping[str, object]] = [vars(one) for one in kind.__mro__[:-1]]
    places += [
        vars(sys.modules[name])
        for name in sorted({kind.__module__, getattr(build, "__module__", "")})
        if name in sys.modules and not name.startswith("patrolsim.")
    ]
    if isinstance(build, FunctionType):
        cells = build.__closure__ or ()
        places.append({str(number): cell.cell_contents for number, cell in enumerate(cells)})
        places.append({"defaults": build.__defaults__})
    return "\n".join(line for place in places for line in _lines(place))


def _lines(place: Mapping[str, object]) -> Iterator[str]:
    for name, value in sorted(place.items()):
        if not name.startswith("__"):
            yield f"{name}={_text(value, DEPTH)}"


def _text(value: object, depth: int) -> str:
    """Return a value as text that changes when the value does."""
    if depth == 0 or isinstance(value, type | ModuleType | FunctionType):
        return type(value).__name__
    if isinstance(value, dict):
        return str([(_text(k, depth - 1), _text(v, depth - 1)) for k, v in value.items()])
    if isinstance(value, list | tuple):
        return str([_text(item, depth - 1) for item in value])
    own = getattr(value, "__dict__", None)
    text = _ADDRESS.sub("", repr(_plain(value)))
    return text if own is None else f"{text} {_text(dict(own), depth - 1)}"


def _plain(value: object) -> object:
    """Return the state of a thing whose own text does not show it."""
    if isinstance(value, random.Random):
        return value.getstate()
    if isinstance(value, np.random.Generator):
        return value.bit_generator.state
    return value.tolist() if isinstance(value, np.ndarray) else value
