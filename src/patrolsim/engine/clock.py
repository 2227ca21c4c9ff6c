"""Simulated time: integer microseconds on SimPy, with a fixed order at one instant."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, Final

import simpy

if TYPE_CHECKING:
    from collections.abc import Callable


class Rank:
    """What comes first when several things fall on the same microsecond.

    Streets change first, other teams may help and people become available before new work is
    looked at, whoever arrives at the last moment is in time, and a shift ends after everything
    else of that instant. Plain numbers: to look up a member of an enum costs a sixth of a bare
    event (docs/performance.md).
    """

    STREETS_CHANGE: Final = 5
    HELP_COMES: Final = 8
    SHIFT_STARTS: Final = 10
    WORK_ENDS: Final = 20
    ARRIVES: Final = 30
    ANSWERS: Final = 40
    OCCURS: Final = 50
    IS_READY: Final = 60
    GIVES_UP: Final = 70
    SHIFT_ENDS: Final = 80
    HORIZON: Final = 90


def _do_nothing() -> None:
    pass


def _act(timer: Any) -> None:
    timer.action(*timer.arguments)


class Timer(simpy.Event):
    """Something that is going to happen, unless it is cancelled.

    An event of SimPy that has its value from the start, as a `simpy.Timeout` has, and needs no
    process: its only callback is the action. What all timers share stands in the class.
    """

    __slots__ = ("action", "arguments")
    callbacks = (_act,)  # type: ignore[assignment]  # SimPy only goes through them
    _ok = True
    _value = None

    def __init__(self, action: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        # without super: it would make a list of callbacks per event (docs/performance.md)
        self.action = action
        self.arguments = arguments

    def cancel(self) -> None:
        """Make sure that it does not happen; without effect when it already has."""
        self.action, self.arguments = _do_nothing, ()


class Clock:
    """Knows the time and calls back when it has come.

    Attributes
    ----------
    now_us
        Simulated time, in microseconds since the start of the period.
    """

    def __init__(self) -> None:
        self.now_us = 0
        self._env = simpy.Environment(initial_time=0)
        self._queue: list[Any] = self._env._queue  # noqa: SLF001
        self._numbers = self._env._eid  # noqa: SLF001

    def at(self, time_us: int, rank: int, action: Callable[..., None], *args: Any) -> Timer:
        """Call ``action(*args)`` at a time that has not passed yet.

        The queue of SimPy orders by (time, priority, number); a rank is a priority. The entry
        is put there directly: `schedule` would add the delay to the time again.
        """
        timer = Timer(action, args)
        heappush(self._queue, (time_us, rank, next(self._numbers), timer))
        return timer

    def run_until(self, horizon_us: int) -> None:
        """Let time pass up to the horizon, everything at that instant included.

        Does what `simpy.Environment.step` does with each timer in turn, without its four layers
        of calls; a test holds it against SimPy's own `run`.
        """
        env, queue = self._env, self._queue
        stop = self.at(horizon_us, Rank.HORIZON, _do_nothing)
        timer = None
        while timer is not stop:
            env._now, _rank, _number, timer = heappop(queue)  # noqa: SLF001
            self.now_us = env._now  # type: ignore[assignment] # noqa: SLF001
            timer.action(*timer.arguments)
