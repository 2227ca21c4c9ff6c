"""Workers and drivers are killed at random moments: nothing is lost, doubled or left running."""

from __future__ import annotations

import contextlib
import os
import random  # noqa: TID251 - moments of kills, from a fixed seed
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.experiments import bits, town_design

from patrolsim.experiment import Ledger, Results, Task, run_arms
from patrolsim.experiment.keys import arm_digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.experiment import Design
    from patrolsim.plugins import PluginHost

CHECKOUT = Path(__file__).parents[2]
KILLS = 50
REPLICATIONS = 300
LONGEST_S = 500
WORKER, DRIVER, GROUP, INTERRUPT, TERMINATE = "worker", "driver", "group", "interrupt", "terminate"
VICTIMS = (WORKER, WORKER, WORKER, DRIVER, GROUP, INTERRUPT, TERMINATE)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]


class Campaign:
    """Starts the driver again and again, and kills what it finds."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.rng = random.Random(seed)  # noqa: S311
        self.kills = 0
        self.starts = 0
        self.mark = f"PATROLSIM_CHAOS={folder.name}"

    def run(self) -> str:
        """Kill until enough were killed, then let the driver come to its end."""
        end_s = time.monotonic() + LONGEST_S
        while time.monotonic() < end_s:
            said = self._one_start()
            if said.startswith("done"):
                return said
        raise AssertionError(f"not done after {LONGEST_S} s and {self.kills} kills")

    def _one_start(self) -> str:
        self.starts += 1
        name, value = self.mark.split("=")
        with subprocess.Popen(
            [sys.executable, "-m", "tests.validation.chaos", str(self.folder), str(REPLICATIONS)],
            cwd=CHECKOUT,
            env={**os.environ, name: value},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        ) as driver:
            while driver.poll() is None:
                # From the start of its life to the middle of its work.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    driver.wait(self.rng.uniform(0.1, 2.0))
                if self.kills < KILLS and driver.poll() is None:
                    self._kill_somebody(driver)
            out, _err = driver.communicate()
        assert not self.survivors(1.0)
        return out

    def _kill_somebody(self, driver: subprocess.Popen[str]) -> None:
        victim = self.rng.choice(VICTIMS)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if victim == WORKER:
                workers = [pid for pid in self.marked() if pid != driver.pid]
                if not workers:
                    return
                os.kill(self.rng.choice(workers), signal.SIGKILL)
            elif victim == GROUP:
                os.killpg(driver.pid, signal.SIGKILL)
            else:
                signals = {
                    DRIVER: signal.SIGKILL,
                    INTERRUPT: signal.SIGINT,
                    TERMINATE: signal.SIGTERM,
                }
                os.kill(driver.pid, signals[victim])
            self.kills += 1

    def survivors(self, patience_s: float) -> list[int]:
        """Return the processes that still live after a while."""
        end_s = time.monotonic() + patience_s
        while (found := list(self.marked())) and time.monotonic() < end_s:
            time.sleep(0.02)
        return found

    def marked(self) -> Iterator[int]:
        """Yield every living process of this campaign."""
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                is_ours = self.mark.encode() in (folder / "environ").read_bytes().split(b"\0")
                if is_ours and ") Z " not in (folder / "stat").read_text():
                    yield int(folder.name)


def recorded(file: Path, design: Design, host: PluginHost) -> Results:
    """Return what stands in a ledger."""
    results = Results(
        strategies=tuple(arm.name for arm in design.arms),
        control=design.arms[0].name,
        asked=design.replications,
    )
    with Ledger.open(file) as ledger:
        for replication in range(design.replications):
            for arm in design.arms:
                record = ledger.find(arm_digest(arm, host), replication, frozenset())
                if record is not None:
                    results.finished[Task(arm.name, replication)] = record.finished()
    return results


def test_fifty_kills_lose_nothing_double_nothing_and_leave_nobody(tmp_path: Path) -> None:
    design, host = town_design(tmp_path / "town", replications=REPLICATIONS)
    campaign = Campaign(tmp_path, seed=20251128)
    said = campaign.run()
    assert campaign.kills == KILLS
    assert said == f"done {REPLICATIONS * len(design.arms)} 0\n"
    found = recorded(tmp_path / "ledger.sqlite", design, host)
    assert bits(found) == bits(run_arms(design, host))
    database = sqlite3.connect(tmp_path / "ledger.sqlite")
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("SELECT count(*) FROM results").fetchone() == (len(found.finished),)
    assert database.execute("SELECT count(*) FROM failures").fetchone() == (0,)
    database.close()
    assert not campaign.survivors(1.0)
