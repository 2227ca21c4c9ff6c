"""What the packages offer: sorted, there, and the same in the docs."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")])


def all_of(path: Path) -> list[str] | None:
    """Return the names in the ``__all__`` of a file; None if it has none."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return None


def place_in_a_menu(name: str) -> tuple[bool, bool, str]:
    """Return the key of ruff's order: constants, then classes, then functions."""
    return not name.isupper(), not name[0].isupper(), name


MENUS = {path.relative_to(ROOT).as_posix(): all_of(path) for path in MODULES if all_of(path)}


@pytest.mark.parametrize("path", MENUS)
def test_the_names_of_a_menu_are_sorted_and_unique(path: str) -> None:
    assert MENUS[path] == sorted(set(MENUS[path] or ()), key=place_in_a_menu)


@pytest.mark.parametrize("path", [p for p in MENUS if p.startswith("src/")])
def test_the_names_of_a_menu_exist(path: str) -> None:
    name = path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__")
    module = importlib.import_module(name.replace("/", "."))
    assert [entry for entry in MENUS[path] or () if not hasattr(module, entry)] == []


def test_the_docs_list_exactly_the_public_names() -> None:
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    section = page.partition("## Public names")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
    assert listed == MENUS["src/patrolsim/__init__.py"]
