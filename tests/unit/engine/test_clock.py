"""The clock's own loop does what SimPy's does, in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from patrolsim.engine.clock import Clock, Rank, Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HORIZON_US = 20
RANKS = [Rank.WORK_ENDS, Rank.ARRIVES, Rank.OCCURS, Rank.SHIFT_ENDS]

Plan = tuple[int, int, int]
"""Of one timer: delay, rank, and how many earlier ones back it cancels (0 for none)."""


def happen(plans: Sequence[Plan], run: Callable[[Clock], None]) -> list[tuple[int, int]]:
    """Let each timer start the next but one and cancel an earlier one; return what happened."""
    clock = Clock()
    timers: dict[int, Timer] = {}
    seen: list[tuple[int, int]] = []

    def now_us() -> int:
        return int(clock._env.now)

    def start(number: int) -> None:
        if number < len(plans):
            delay_us, rank, _back = plans[number]
            timers[number] = clock.at(now_us() + delay_us, rank, happens, number)

    def happens(number: int) -> None:
        seen.append((now_us(), number))
        back = plans[number][2]
        if back and number - back in timers:
            timers[number - back].cancel()
        start(number + 2)

    start(0)
    start(1)
    run(clock)
    return seen


def run_by_simpy(clock: Clock) -> None:
    stop = clock.at(HORIZON_US, Rank.HORIZON, lambda: None)
    while stop.callbacks is not None:
        clock._env.step()


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(RANKS), st.integers(0, 3)), max_size=30)
)
def test_the_loop_does_what_simpy_does(plans: list[Plan]) -> None:
    by_simpy = happen(plans, run_by_simpy)
    assert happen(plans, lambda clock: clock.run_until(HORIZON_US)) == by_simpy


def test_at_one_instant_ranks_come_first_and_then_who_was_planned_first() -> None:
    clock = Clock()
    seen: list[str] = []
    for name, rank in [("c", Rank.OCCURS), ("a", Rank.ARRIVES), ("d", Rank.OCCURS)]:
        clock.at(5, rank, seen.append, name)
    clock.at(4, Rank.HORIZON, seen.append, "first")
    clock.run_until(5)
    assert seen == ["first", "a", "c", "d"]


def test_the_time_is_that_of_what_happens() -> None:
    clock = Clock()
    seen: list[int] = []
    for time_us in (7, 3, 11):
        clock.at(time_us, Rank.OCCURS, lambda: seen.append(clock.now_us))
    clock.run_until(10)
    assert seen == [3, 7]
    assert clock.now_us == 10


def test_what_is_cancelled_does_not_happen() -> None:
    clock = Clock()
    seen: list[str] = []
    timer = clock.at(3, Rank.OCCURS, seen.append, "cancelled")
    clock.at(2, Rank.OCCURS, timer.cancel)
    clock.run_until(10)
    timer.cancel()
    assert seen == []
