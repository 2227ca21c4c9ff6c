"""Simulated time: integer microseconds on SimPy, with a fixed order at one instant."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, cast

import simpy

if TYPE_CHECKING:
    from collections.abc import Callable

    from simpy.events import EventPriority


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


class Timer:
    """Something that is going to happen, unless it is cancelled."""

    __slots__ = ("_event",)

    def __init__(self, event: simpy.Event) -> None:
        self._event = event

    def cancel(self) -> None:
        """Make sure that it does not happen; without effect when it already has."""
        if self._event.callbacks is not None:
            self._event.callbacks.clear()


class Clock:
    """Knows the time and calls back when it has come."""

    def __init__(self) -> None:
        self._env = simpy.Environment(initial_time=0)

    @property
    def now_us(self) -> int:
        """Simulated time, in microseconds since the start of the period."""
        return self._env.now  # type: ignore[return-value]  # all delays are whole microseconds

    def at(self, time_us: int, rank: Rank, action: Callable[..., None], *args: Any) -> Timer:
        """Call ``action(*args)`` at a time that has not passed yet.

        SimPy's own `Timeout` knows one priority only; an event that has its value from the
        start and is scheduled with `rank` as priority keeps the order at one instant.
        """
        event = simpy.Event(self._env)
        event._ok = True  # noqa: SLF001 - as simpy.Timeout does: the event needs no process
        event._value = None  # noqa: SLF001
        event.callbacks.append(lambda _event: action(*args))
        self._schedule(event, rank, time_us)
        return Timer(event)

    def run_until(self, horizon_us: int) -> None:
        """Let time pass up to the horizon, everything at that instant included."""
        stop = simpy.Event(self._env)
        stop._ok = True  # noqa: SLF001
        stop._value = None  # noqa: SLF001
        self._schedule(stop, Rank.HORIZON, horizon_us)
        self._env.run(until=stop)

    def _schedule(self, event: simpy.Event, rank: Rank, time_us: int) -> None:
        priority = cast("EventPriority", rank)  # SimPy orders by any whole number
        self._env.schedule(event, priority=priority, delay=time_us - self._env.now)
