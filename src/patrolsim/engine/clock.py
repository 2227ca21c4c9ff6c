"""Simulated time: integer microseconds on SimPy, with a fixed order at one instant."""

from __future__ import annotations

from enum import IntEnum
from heapq import heappush
from typing import TYPE_CHECKING, Any

import simpy

if TYPE_CHECKING:
    from collections.abc import Callable


class Rank(IntEnum):
    """What comes first when several things fall on the same microsecond.

    People become available before new work is looked at, whoever arrives at the last moment
    is in time, and a shift ends after everything else of that instant.
    """

    SHIFT_STARTS = 10
    WORK_ENDS = 20
    ARRIVES = 30
    ANSWERS = 40
    OCCURS = 50
    IS_READY = 60
    GIVES_UP = 70
    SHIFT_ENDS = 80
    HORIZON = 90


class Timer(simpy.Event):
    """Something that is going to happen, unless it is cancelled.

    An event of SimPy that has its value from the start, as a `simpy.Timeout` has, and needs no
    process: its only callback is the action.
    """

    __slots__ = ("action", "arguments")

    def __init__(
        self, env: simpy.Environment, action: Callable[..., None], arguments: tuple[Any, ...]
    ) -> None:
        # without super: it would make a list of callbacks per event (docs/performance.md)
        self.env = env
        self.callbacks = _ACT  # type: ignore[assignment]  # SimPy only goes through them
        self._ok = True
        self._value = None
        self.action = action
        self.arguments = arguments

    def cancel(self) -> None:
        """Make sure that it does not happen; without effect when it already has."""
        if self.callbacks is not None:
            self.callbacks = _NOTHING  # type: ignore[assignment]


def _act(timer: Any) -> None:
    timer.action(*timer.arguments)


_ACT = (_act,)
_NOTHING: tuple[()] = ()


class Clock:
    """Knows the time and calls back when it has come."""

    def __init__(self) -> None:
        self._env = simpy.Environment(initial_time=0)
        self._queue = self._env._queue  # noqa: SLF001
        self._numbers = self._env._eid  # noqa: SLF001

    @property
    def now_us(self) -> int:
        """Simulated time, in microseconds since the start of the period."""
        return self._env._now  # type: ignore[return-value] # noqa: SLF001

    def at(self, time_us: int, rank: Rank, action: Callable[..., None], *args: Any) -> Timer:
        """Call ``action(*args)`` at a time that has not passed yet.

        The queue of SimPy orders by (time, priority, number); a rank is a priority. The entry
        is put there directly: `schedule` would add the delay to the time again.
        """
        timer = Timer(self._env, action, args)
        heappush(self._queue, (time_us, rank, next(self._numbers), timer))  # type: ignore[misc]
        return timer

    def run_until(self, horizon_us: int) -> None:
        """Let time pass up to the horizon, everything at that instant included."""
        stop = simpy.Event(self._env)
        stop._ok = True  # noqa: SLF001
        stop._value = None  # noqa: SLF001
        entry = (horizon_us, Rank.HORIZON, next(self._numbers), stop)
        heappush(self._queue, entry)  # type: ignore[misc]
        self._env.run(until=stop)
