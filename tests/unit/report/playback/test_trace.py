"""What the header of a trace says of streets that open and close."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.network.test_phases import arc_of, change, ring

from patrolsim.network.phases import Effect, solve_phases
from patrolsim.network.streets import CLOSED_US
from patrolsim.report.playback.mapping import Grid
from patrolsim.report.playback.trace import _closed_over_time
from patrolsim.report.playback.window import Window
from patrolsim.testing import Person, TinyWorld

MS = 1000


def closed_at(*spells_us: tuple[int, int]) -> dict[str, list[list[object]]]:
    """Return what a run says whose gate is open in these spells of a second."""
    streets = ring()
    gate = change(Effect.OPENS, [arc_of(streets, 0, 2, CLOSED_US)], spells_us, open_us=7)
    tiny = TinyWorld(calls=[], people=[Person()], horizon_us=1000 * MS, streets=streets)
    world = replace(tiny.build(), interventions=(gate,), phases=solve_phases(streets, [gate]))
    window = Window(from_us=0, to_us=1000 * MS, first_day=1, days=1, of=1)
    return _closed_over_time(world, Grid(west_m=0.0, south_m=0.0, window=window))


def test_a_gate_is_shut_before_and_after_it_is_open() -> None:
    assert closed_at((200 * MS, 300 * MS)) == {"closed": [[0, 2, [[0, 200], [300, 1000]]]]}


def test_a_gate_that_is_always_open_is_not_listed() -> None:
    assert closed_at((0, 2000 * MS)) == {"closed": []}


def test_a_run_without_changes_says_nothing() -> None:
    assert closed_at() == {}
