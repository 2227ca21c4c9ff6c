"""Ctrl-C in the middle of a run, in a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

START = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
RUN = f"{START} from patrolsim.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_ctrl_c_keeps_finished_replications_and_ends_with_130(town: Path, tmp_path: Path) -> None:
    words = ["run", str(town), "-n", "300", "--set", "period.length=6 h", "--out", "result"]
    with subprocess.Popen(
        [sys.executable, "-c", RUN, *words],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        first_line = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _out, rest = process.communicate(timeout=60)
    assert first_line.startswith(" 10 % done")
    assert process.returncode == 130, rest
    assert "finished runs are kept." in rest
    assert "Traceback" not in rest
    record = json.loads((tmp_path / "result" / "run.json").read_text())
    assert record["is_interrupted"] is True
    assert 25 <= record["replications"]["finished"]["busy places"] < 300
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["result", "runs", "town"]
    assert [entry.name for entry in (tmp_path / "runs").iterdir()] == ["ledger.sqlite"]
