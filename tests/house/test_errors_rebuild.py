"""Every error of the project survives SimPy and pickle, which call ``type(e)(*e.args)``."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
import types
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

import patrolsim
import patrolsim_policies
from patrolsim.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES: dict[Any, object] = {
    str: "some text",
    float: 1.5,
    int: 3,
    bool: True,
    Problem: Problem(3, 5, 9, "got 'x'", "write y", "a: x"),
    ScenarioError: ScenarioError("town.yaml", (Problem(3, 5, 9, "got 'x'", "write y", "a: x"),)),
}


def error_classes() -> list[type[Exception]]:
    for package in (patrolsim, patrolsim_policies):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found = {kind for kind in _subclasses(Exception) if kind.__module__.startswith("patrolsim")}
    return sorted(found, key=lambda kind: kind.__qualname__)


def _subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)


def sample_arguments(kind: type[Exception]) -> list[object]:
    """Return one argument of the right type for each parameter; a message where there are none."""
    if not isinstance(kind.__init__, types.FunctionType):
        return ["some text"]
    hints = get_type_hints(kind.__init__)
    return [_sample(hint) for name, hint in hints.items() if name != "return"]


def _sample(hint: Any) -> object:
    if get_origin(hint) in {Union, types.UnionType}:
        return _sample(get_args(hint)[0])
    if get_origin(hint) is tuple:
        return (_sample(get_args(hint)[0]),)
    return SAMPLES[hint]


def lost_in_a_copy(kind: type[Exception]) -> bool:
    error = kind(*sample_arguments(kind))
    # By their words: two equal errors inside of errors are not the same object.
    same = (type(error), str(error), repr(vars(error)))
    copies = (type(error)(*error.args), pickle.loads(pickle.dumps(error)))  # noqa: S301
    return any((type(copy), str(copy), repr(vars(copy))) != same for copy in copies)


def test_every_error_rebuilds_from_its_args_and_pickles() -> None:
    assert [kind for kind in error_classes() if lost_in_a_copy(kind)] == []


def test_the_walk_finds_the_error_tree() -> None:
    names = {kind.__qualname__ for kind in error_classes()}
    assert {"PatrolsimError", "ScenarioError", "PolicyError", "SimulationError"} <= names
