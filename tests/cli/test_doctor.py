"""``patrolsim doctor`` and ``patrolsim completion``."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import namedtuple
from typing import TYPE_CHECKING

import pytest

from patrolsim.cli.commands import COMMANDS
from patrolsim.errors import PluginError
from patrolsim.experiment import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Call = Callable[..., Said]

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil gives it
COMPLETE = "import sys; from patrolsim.cli import main; sys.exit(main())"


def findings(patrolsim: Call, what: str, *words: str) -> tuple[int, list[dict[str, str]]]:
    said = patrolsim("doctor", "--format", "json", *words)
    document = json.loads(said.out)
    assert document["is_fine"] is (said.code == 0)
    return said.code, [one for one in document["findings"] if one["what"] == what]


def test_a_sound_installation_is_fine(patrolsim: Call) -> None:
    said = patrolsim("doctor")
    assert said.code == 0
    assert said.out.endswith("Everything is here.\n")
    assert "policies of patrolsim" in said.out


@pytest.mark.parametrize("package", ["duckdb", "yaml", "scipy"])
def test_a_package_that_is_missing_is_named_with_its_remedy(
    patrolsim: Call, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    from importlib.util import find_spec

    monkeypatch.setattr(
        "patrolsim.cli.checkup.find_spec", lambda n: None if n == package else find_spec(n)
    )
    code, found = findings(patrolsim, "packages")
    name = {"yaml": "pyyaml"}.get(package, package)
    assert code == 1
    assert found[1:] == [
        {
            "state": "FAULT",
            "what": "packages",
            "found": f"{name} is missing",
            "remedy": f"pip install {name}",
        }
    ]


def test_a_plugin_that_cannot_be_loaded_is_a_fault(
    patrolsim: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise PluginError("plugin 'x' of y 1 cannot be loaded")

    monkeypatch.setattr("patrolsim.cli.policies.load_plugins", fail)
    code, (found,) = findings(patrolsim, "plugins")
    assert (code, found["state"]) == (1, "FAULT")
    assert "plugin 'x' of y 1" in found["found"]


def test_without_numba_the_plain_searches_are_a_note_and_no_fault(
    patrolsim: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlib.util import find_spec

    monkeypatch.setattr(
        "patrolsim.cli.checkup.find_spec", lambda n: None if n == "numba" else find_spec(n)
    )
    _, (found,) = findings(patrolsim, "searches")
    assert (found["state"], found["found"]) == ("note", "plain Python")


def test_a_ledger_tells_how_much_it_holds(patrolsim: Call, tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "l.sqlite"):
        pass
    code, (found,) = findings(patrolsim, "ledger", "--ledger", "l.sqlite")
    assert code == 0
    assert found["found"].startswith("l.sqlite: 0 replications, ")


def test_a_damaged_ledger_is_a_fault(patrolsim: Call, tmp_path: Path) -> None:
    (tmp_path / "l.sqlite").write_bytes(b"no database at all" * 100)
    code, (found,) = findings(patrolsim, "ledger", "--ledger", "l.sqlite")
    assert (code, found["state"]) == (1, "FAULT")
    assert found["remedy"].startswith("move l.sqlite away")


def test_a_ledger_with_a_damaged_page_is_a_fault(patrolsim: Call, tmp_path: Path) -> None:
    file = tmp_path / "l.sqlite"
    with Ledger.open(file):
        pass
    row = ("x" * 20, "y", b"z" * 50, "[]", "c", "s")
    with sqlite3.connect(file) as database:
        insert = "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        database.executemany(insert, [("a", number, *row) for number in range(400)])
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    raw = bytearray(file.read_bytes())
    raw[-4096 + 100 : -4096 + 3000] = bytes(2900)
    file.write_bytes(bytes(raw))
    code, (found,) = findings(patrolsim, "ledger", "--ledger", "l.sqlite")
    assert (code, found["state"]) == (1, "FAULT")
    assert "l.sqlite is damaged" in found["found"]


def test_another_database_is_no_ledger(patrolsim: Call, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "l.sqlite") as database:
        database.execute("CREATE TABLE other (x)")
    database.close()
    code, (found,) = findings(patrolsim, "ledger", "--ledger", "l.sqlite")
    assert (code, found["state"]) == (1, "FAULT")


@pytest.mark.parametrize(
    ("free", "state", "code"), [(10**11, "ok", 0), (10**9, "note", 0), (1, "FAULT", 1)]
)
def test_a_full_disk_is_seen_before_a_run(
    patrolsim: Call, monkeypatch: pytest.MonkeyPatch, free: int, state: str, code: int
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(10**12, 0, free))
    got, (found,) = findings(patrolsim, "disk here")
    assert (got, found["state"]) == (code, state)


def test_doctor_changes_nothing(patrolsim: Call, tmp_path: Path) -> None:
    patrolsim("doctor")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_calls_patrolsim(patrolsim: Call, shell: str) -> None:
    said = patrolsim("completion", shell)
    assert said.code == 0
    assert f"_PATROLSIM_COMPLETE={shell}_complete" in said.out
    assert "patrolsim" in said.out.splitlines()[0] + said.out.splitlines()[-1]


def test_a_shell_that_nobody_knows_is_a_wrong_word(patrolsim: Call) -> None:
    assert patrolsim("completion", "csh").code == 2


def completed(*words: str, script: str = COMPLETE) -> list[str]:
    """Return what bash is told when the last of these words is completed."""
    env = {
        **os.environ,
        "_PATROLSIM_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("patrolsim", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_commands_are_completed() -> None:
    assert completed("ex") == ["plain,export"]
    assert completed("port") == []
    assert len(completed("")) == len(COMMANDS)


def test_options_and_files_are_completed() -> None:
    assert completed("run", "--rep") == ["plain,--replications"]
    assert completed("run", "my-to") == ["file,my-to"]
    assert completed("validate", "my-to") == ["file,my-to"]
    assert completed("compare", "my-to") == ["file,my-to"]
    assert completed("sweep", "my-to") == ["file,my-to"]
    assert completed("export", "r", "--to", "gp") == ["plain,gpkg"]


def test_completing_a_command_imports_none() -> None:
    script = (
        "import sys\nfrom patrolsim.cli import main\ntry:\n    main()\nfinally:\n"
        "    print(*[m for m in sys.modules if m.startswith(('patrolsim.cli.r', 'numpy'))])"
    )
    assert completed("ru", script=script) == ["plain,run"]
