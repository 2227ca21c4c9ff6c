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

from patrolsim.audit.ways import Ways
from patrolsim.audit.whereabouts import Whereabouts
from patrolsim.cli.init import write_town
from patrolsim.cli.preparing import Options, prepare
from patrolsim.eventlog import OFF_ROAD_STEP, Event, Status
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
    names = ("words.js", "trace.js", "day.js")
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
        reader = Whereabouts(run.world, run.log.legs, Ways(run.world.streets))
        events = run.log.events
        for row in (events.event == Event.SHIFT_STARTED).nonzero()[0].tolist():
            reader.return_to_base(int(events.volunteer_id[row]), int(events.time_us[row]))
        readers.append(reader)
    moments = [round(ask.moment_ms * 1000) + origin_us for ask in asks]
    return [
        _after_a_change_of_mode(runs[ask.run], ask.volunteer, time_us)
        or readers[ask.run].position(ask.volunteer, time_us)
        for ask, time_us in zip(asks, moments, strict=True)
    ]


def _after_a_change_of_mode(run: Run, who: int, time_us: int) -> tuple[float, float] | None:
    """Return where somebody is on a street that is walked to its end at another mode's speed.

    Who is redirected in the middle of a street goes on to its end at the speed of before. The
    auditor counts the rest at the new speed there; so this is worked out anew: a straight line
    from where the leg starts, as in `engine.legs.position`. None on all other streets.
    """
    legs, streets = run.log.legs, run.world.streets
    rows = ((legs.volunteer_id == who) & (legs.start_us <= time_us)).nonzero()[0]
    if not rows.size:
        return None
    row = rows[-1]
    first, end = legs.first_step[row], legs.first_step[row + 1]
    arc, ends_us = legs.step_arc[first], legs.step_end_us[first]
    if arc == OFF_ROAD_STEP or end - first == 1 or time_us > min(ends_us, legs.end_us[row]):
        return None
    own_m = np.hypot(
        legs.from_x[row] - streets.x[streets.head[arc]],
        legs.from_y[row] - streets.y[streets.head[arc]],
    )
    whole_m = np.hypot(
        streets.x[streets.tail[arc]] - streets.x[streets.head[arc]],
        streets.y[streets.tail[arc]] - streets.y[streets.head[arc]],
    )
    span_us = ends_us - legs.start_us[row]
    expected_us = streets.weight_us[legs.mode[row], arc] * own_m / max(whole_m, 1e-9)
    if abs(span_us - expected_us) <= max(1000, 0.001 * expected_us):
        return None
    share = (time_us - legs.start_us[row]) / span_us
    x = legs.from_x[row] + share * (streets.x[streets.head[arc]] - legs.from_x[row])
    y = legs.from_y[row] + share * (streets.y[streets.head[arc]] - legs.from_y[row])
    return float(x), float(y)
