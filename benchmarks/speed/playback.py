"""How large the playback of 1,500 people is, how soon it is ready, how many frames it draws.

Run as ``python -m benchmarks.speed.playback``; it needs Chromium. Nothing here fails for being
slow: the figures hang on the machine and on what else it does, so its load is printed with them.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from tests.browser.chromium import chromium, find_chromium

from patrolsim.cli import main

if TYPE_CHECKING:
    from tests.browser.chromium import Browser, Page

DISTRICT = Path(__file__).parents[2] / "scenarios" / "miaoshan"
LOADS, FRAMES = 5, 240
SHIFTS = """
      - {days: every day, hours: 07:00-13:00, share: 25%}
      - {days: every day, hours: 11:00-17:00, share: 25%}
      - {days: every day, hours: 15:00-21:00, share: 30%}
      - {days: every day, hours: 19:00-23:00, share: 15%}
      - {days: every day, hours: 23:00-07:00, share: 5%}"""
ALL_DAY = """
      - {days: every day, hours: 00:00-24:00, share: 100%}"""
SCENARIO = """\
name: 1,500 people
streets: {{map: map.graphml.gz, speeds: {{foot: 4.8 km/h}}}}
period: {{from: 2025-03-14 00:00, length: 1 day}}
teams:
  people:
    number: 1500
    homes: {{polygons: homes.geojson}}
    modes: {{foot: 100%}}
    patrols: {patrols}
    shifts: {shifts}
incidents:
  call: {{how often: 430 per day, reach within: 15 min, takes: about 20 min}}
strategies:
  wander: {{patrol: random_walk, standby: home}}
  stay: {{patrol: random_walk, standby: stay}}
replications: 1
"""


class Case(NamedTuple):
    """A day to show, and how large its page may be."""

    name: str
    patrols: str
    shifts: str
    most_bytes: int


CASES = (
    Case("on shifts", "60%", SHIFTS, 1_000_000),
    Case("all moving all day", "100%", ALL_DAY, 3_000_000),
)


def write_page(case: Case, folder: Path) -> Path:
    """Return the page of a day, run for it."""
    for name in ("map.graphml.gz", "homes.geojson"):
        shutil.copyfile(DISTRICT / name, folder / name)
    text = SCENARIO.format(patrols=case.patrols, shifts=case.shifts)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    out, ledger = folder / "run", folder / "ledger.sqlite"
    words = ("run", folder, "-q", "-o", out, "--ledger", ledger, "-w", 1)
    assert main([str(word) for word in words]) == 0
    return out / "playback.html"


class Frames(NamedTuple):
    """What it took to draw some frames.

    Attributes
    ----------
    gaps_ms
        Times between frames.
    processor_ms
        Processor time of the whole browser for each frame: it hardly hangs on the load.
    drawn
        How many people there were at the end, on both maps together.
    """

    gaps_ms: list[float]
    processor_ms: float
    drawn: int


def loading_ms(browser: Browser, page: Path) -> list[tuple[float, float]]:
    """Return how long the page took until it was ready: by the clock, and by the processor."""
    found = []
    for _ in range(LOADS):
        window = new_window(browser)
        before = processor_ms(browser.pid)
        window.open(page.as_uri())
        spent = processor_ms(browser.pid) - before
        found.append((float(window.run("document.documentElement.dataset.ready")), spent))
        window.call("Page.close")
    return found


def processor_ms(first: int) -> float:
    """Return the processor time of a process and all that descend from it (Linux only)."""
    parents, spent = {}, {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(file.parent.name)
        parents[pid], spent[pid] = int(fields[1]), int(fields[11]) + int(fields[12])
    family = {first}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    ticks = sum(spent.get(pid, 0) for pid in family)
    return 1000 * ticks / os.sysconf("SC_CLK_TCK")


def run_clock(browser: Browser, page: Path, hour: int) -> Frames:
    """Let the clock run over some frames."""
    window = new_window(browser)
    window.open(f"{page.as_uri()}#t={hour * 3600}")
    script = f"""new Promise((done) => {{
      const times = [];
      const look = (now) => {{
        times.push(now);
        if (times.length <= {FRAMES}) requestAnimationFrame(look); else done(times);
      }};
      playback.play(true);
      requestAnimationFrame(look);
    }})"""
    before = processor_ms(browser.pid)
    times = window.run(script)
    spent = processor_ms(browser.pid) - before
    drawn = sum(window.run("playback.views.map((view) => view.drawn)"))
    window.call("Page.close")
    gaps = [end - start for start, end in pairwise(times)]
    return Frames(gaps, spent / len(gaps), drawn)


def new_window(browser: Browser) -> Page:
    """Return an empty window of 1440 by 900."""
    window = browser.new_page()
    window.size(1440, 900)
    return window


def show(case: Case, browser: Browser) -> None:
    """Measure one case and print it."""
    with tempfile.TemporaryDirectory() as folder:
        page = write_page(case, Path(folder))
        size = page.stat().st_size
        loads = loading_ms(browser, page)
        frames = run_clock(browser, page, 16)
    say(f"{case.name}: {size / 1e6:.2f} MB (at most {case.most_bytes / 1e6:.0f})")
    clock, processor = (sorted(column) for column in zip(*loads, strict=True))
    say(f"  ready after {clock[0]:.0f} to {clock[-1]:.0f} ms, median {median(clock):.0f};")
    say(f"  processor {median(processor):.0f} ms, the start of its process included")
    rate = 1000 * len(frames.gaps_ms) / sum(frames.gaps_ms)
    say(f"  {rate:.1f} frames a second with {frames.drawn} people on two maps,")
    say(f"  {frames.processor_ms:.1f} ms of processor time each (50 a second: 20)")
    say(f"  load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


def say(text: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def measure() -> int:
    """Measure all cases."""
    program = find_chromium()
    if program is None:
        say("there is no Chromium on this machine")
        return 1
    with chromium(program) as browser:
        for case in CASES:
            show(case, browser)
    return 0


if __name__ == "__main__":
    sys.exit(measure())
