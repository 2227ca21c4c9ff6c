"""Limits of size and naming that no linter knows."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FOLDERS = ("src", "plugins", "benchmarks", "tests")
MODULES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
SOURCES = [path for path in MODULES if path.relative_to(ROOT).parts[0] in {"src", "plugins"}]
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
MAX_PARAMETERS = 6
VAGUE_NAMES = set(
    """base common core data handler handlers helper helpers lib manager misc shared stuff tools
    util utils""".split()  # noqa: SIM905 (a list of sixteen lines says no more)
)


class Function(NamedTuple):
    """A function of the project: where it stands, its lines without docstring, parameters.

    A definition may say ``noqa: PLR0913`` with a reason: clear code wins over a rule.
    """

    place: str
    lines: int
    parameters: int
    has_reason: bool


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[Function]:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            place = f"{name_of(path)}:{node.lineno} {node.name}"
            has_reason = "PLR0913" in lines[node.lineno - 1]
            yield Function(place, _lines(node), _parameters(node), has_reason)


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


@pytest.mark.parametrize("folder", FOLDERS[:2])
def test_the_tree_is_there_to_be_measured(folder: str) -> None:
    assert any((ROOT / folder).rglob("*.py"))


def test_no_file_is_longer_than_the_limit() -> None:
    lengths = {name_of(p): len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES}
    assert {p: n for p, n in lengths.items() if n > MAX_FILE_LINES} == {}


def test_no_function_is_longer_than_the_limit() -> None:
    found = [f for path in MODULES for f in functions(path)]
    assert [f for f in found if f.lines > MAX_FUNCTION_LINES] == []


def test_no_function_takes_more_parameters_than_the_limit() -> None:
    found = [f for path in MODULES for f in functions(path)]
    assert [f for f in found if f.parameters > MAX_PARAMETERS and not f.has_reason] == []


def test_most_functions_are_short() -> None:
    lines = [f.lines for path in SOURCES for f in functions(path)]
    assert median(lines) < 10
    assert quantiles(lines, n=10)[-1] <= 25


def test_a_module_has_a_telling_name() -> None:
    assert [name_of(path) for path in MODULES if path.stem in VAGUE_NAMES] == []


def test_a_test_file_stands_where_its_module_stands() -> None:
    units = (ROOT / "tests" / "unit").rglob("test_*.py")
    astray = [name_of(path) for path in units if not _has_subject(path)]
    assert astray == []


def _has_subject(path: Path) -> bool:
    inside = path.relative_to(ROOT / "tests" / "unit")
    subject = inside.with_name(inside.stem.removeprefix("test_"))
    roots = (ROOT / "src" / "patrolsim", ROOT / "plugins")
    return any(
        (root / subject).with_suffix(".py").is_file() or (root / subject).is_dir()
        for root in roots
    )
