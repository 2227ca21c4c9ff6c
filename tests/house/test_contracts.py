"""The layers hold, and each contract fails when it is broken: the guards are guarded."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
LINT = (
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
)


class Mutation(NamedTuple):
    """A line that breaks a contract, the module it is put in, words of the contract's name."""

    module: str
    line: str
    contract: str


MUTATIONS = (
    Mutation("src/patrolsim/errors.py", "import patrolsim.units", "Layers"),
    Mutation("src/patrolsim/incidents.py", "import patrolsim.engine", "Layers"),
    Mutation("src/patrolsim/policy.py", "import patrolsim.plugins", "Layers"),
    Mutation("src/patrolsim/world.py", "import patrolsim.policy", "Layers"),
    Mutation("src/patrolsim/demand/__init__.py", "import patrolsim.volunteers", "Layers"),
    Mutation("src/patrolsim/oddments.py", "'A module without a layer.'", "Layers"),
    Mutation("src/patrolsim/network/astray_a.py", "import patrolsim.network.astray_b", "cycles"),
    Mutation("src/patrolsim/policy.py", "import simpy", "SimPy"),
    Mutation("src/patrolsim/engine/__init__.py", "import pluggy", "pluggy"),
    Mutation("src/patrolsim/demand/__init__.py", "import yaml", "YAML"),
    Mutation("src/patrolsim/demand/__init__.py", "import networkx", "networkx"),
    Mutation("src/patrolsim/metrics/__init__.py", "import duckdb", "DuckDB"),
    Mutation("src/patrolsim/metrics/__init__.py", "import patrolsim.engine", "Metrics"),
    Mutation("src/patrolsim/audit.py", "import patrolsim.engine", "Metrics"),
    Mutation("src/patrolsim/streams.py", "import patrolsim", "package root"),
    Mutation("src/patrolsim/streams.py", "from patrolsim import hookimpl", "package root"),
    Mutation("plugins/patrolsim_policies/astray.py", "import patrolsim.world", "policies"),
)


def skeleton(target: Path) -> Path:
    """Copy the tree with nothing but its import lines: the graph is the same, the copy small."""
    for folder in ("src", "plugins/patrolsim_policies"):
        for path in (ROOT / folder).rglob("*.py"):
            copy = target / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(import_lines(path), encoding="utf-8")
    for package in ("src/patrolsim", "plugins/patrolsim_policies"):
        (target / package).mkdir(parents=True, exist_ok=True)
        (target / package / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


def import_lines(path: Path) -> str:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    imports = [ast.unparse(n) for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)]
    return "".join(f"{line}\n" for line in imports if "__future__" not in line)


def broken_contracts(folder: Path) -> list[str]:
    """Return the names of the contracts that fail in a copy."""
    done = subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": "src:plugins", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    broken = [line for line in done.stdout.splitlines() if " BROKEN" in line]
    unexplained = [] if done.returncode == 0 or broken else [done.stdout + done.stderr]
    return broken + unexplained


def missed(mutation: Mutation, pristine: Path, copy: Path) -> str | None:
    """Return the mutation in words if its contract does not fail in a broken copy."""
    shutil.copytree(pristine, copy)
    file = copy / mutation.module
    if file.is_dir() or file.with_suffix("").is_dir():
        file = file.with_suffix("") / "__init__.py"
    with file.open("a", encoding="utf-8") as out:
        out.write(mutation.line + "\n")
    if "astray_a" in mutation.module:
        file.with_name("astray_b.py").write_text("import patrolsim.network.astray_a\n")
    broken = broken_contracts(copy)
    return None if any(mutation.contract in name for name in broken) else f"{mutation} {broken}"


def test_the_layers_of_the_project_hold(tmp_path: Path) -> None:
    assert broken_contracts(skeleton(tmp_path)) == []


def test_each_contract_fails_when_it_is_broken(tmp_path: Path) -> None:
    pristine = skeleton(tmp_path / "pristine")
    copies = [tmp_path / str(number) for number in range(len(MUTATIONS))]
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(missed, MUTATIONS, [pristine] * len(copies), copies))
    assert [text for text in results if text is not None] == []


def test_the_design_page_shows_the_layers_as_they_are() -> None:
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    block = page.partition("## Layers")[2].split("```")[1]
    shown = [line.partition("  ")[0] for line in block.strip().splitlines()]
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = [layer.replace("(", "").replace(")", "") for layer in contracts[0]["layers"]]
    assert shown == layers
