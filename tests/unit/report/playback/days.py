"""Days to show: real runs, and what the page's own reader makes of their trace."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

from patrolsim.audit.eras import Eras
from patrolsim.audit.whereabouts import Whereabouts
from patrolsim.cli.init import write_town
from patrolsim.cli.preparing import Options, prepare
from patrolsim.eventlog import Event, Status
from patrolsim.experiment import Task, arms_of
from patrolsim.experiment.workshop import Workshop
from patrolsim.report import playback

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.experiment.results import Run
    from patrolsim.report.playback.trace import Trace
    from patrolsim.report.playback.window import Window

ASSETS = Path(playback.__file__).parent
EVENING = ("period.from=2025-03-10 17:00", "period.length=6 h")


class Ask(NamedTuple):
    """A question: where somebody is, in which run, at which moment of the trace."""

    run: int
    volunteer: int
    moment_ms: float


def runs_of(folder: Path, settings: Sequence[str] = (), replication: int = 0) -> list[Run]:
    """Return one replication of the first two strategies of a scenario."""
    loaded, host, choices = prepare(folder, Options(settings=tuple(settings)))
    shop = Workshop(arms_of(loaded, choices), host)
    return [shop.replay(Task(name, replication)) for name in list(choices)[:2]]


def town_runs(folder: Path, *settings: str) -> list[Run]:
    """Return an evening of the town that `patrolsim init` writes, or what the settings make."""
    write_town(folder)
    return runs_of(folder, settings or EVENING)


@cache
def node() -> str:
    """Return the program that runs the page's scripts; skip without one."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not on this machine: the browser tests read the trace too")
    return found


def ask_page(trace: Trace, script: str, **given: object) -> Any:
    """Evaluate a script on a trace as the page reads it: `page` is what `readTrace` returns.

    The scripts of the page stand before it, in their order but for those that need a window.
    """
    names = ("words.js", "trace.js", "day.js", "whys.js")
    sources = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in names)
    task = {"header": trace.header, "packed": trace.packed, **given}
    program = (
        f"{sources}\nconst given = JSON.parse(require('fs').readFileSync(0, 'utf8'));\n"
        "readTrace(given.header, given.packed).then((page) => {"
        f" console.log(JSON.stringify((() => {{ {script} }})())); }});"
    )
    done = subprocess.run(
        [node(), "-e", program],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def random_asks(runs: Sequence[Run], window: Window, origin_us: int, count: int) -> list[Ask]:
    """Return moments at which somebody is on duty, half of them while they walk."""
    rng = np.random.Generator(np.random.PCG64(7))
    asks: list[Ask] = []
    while len(asks) < count:
        number = int(rng.integers(len(runs)))
        log = runs[number].log
        row = int(rng.integers(len(log.legs.start_us)))
        start_us, end_us = int(log.legs.start_us[row]), int(log.legs.end_us[row])
        is_walking = rng.random() < 0.5 and end_us > start_us
        first, last = (start_us, end_us) if is_walking else (window.from_us, window.to_us)
        time_us = int(rng.integers(first, last))
        who = int(log.legs.volunteer_id[row])
        if window.from_us <= time_us < window.to_us and is_on_duty(runs[number], who, time_us):
            asks.append(Ask(number, who, (time_us - origin_us) / 1000))
    return asks


def is_on_duty(run: Run, who: int, time_us: int) -> bool:
    """Whether somebody is in any state but off duty."""
    events = run.log.events
    mine = (events.event == Event.STATUS) & (events.volunteer_id == who)
    states = events.detail[mine & (events.time_us <= time_us)]
    return bool(states.size) and int(states[-1]) != Status.OFF_DUTY


def true_positions(runs: Sequence[Run], asks: Sequence[Ask], origin_us: int) -> list[Any]:
    """Return where people are, in metres, as the auditor reads it from the log itself."""
    readers = []
    for run in runs:
        reader = Whereabouts(run.world, run.log.legs, Eras(run.world))
        events = run.log.events
        for row in (events.event == Event.SHIFT_STARTED).nonzero()[0].tolist():
            reader.return_to_base(int(events.volunteer_id[row]), int(events.time_us[row]))
        readers.append(reader)
    moments = [round(ask.moment_ms * 1000) + origin_us for ask in asks]
    return [
        readers[ask.run].position(ask.volunteer, time_us)
        for ask, time_us in zip(asks, moments, strict=True)
    ]
