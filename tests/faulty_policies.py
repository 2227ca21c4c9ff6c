"""A plugin with every fault that a policy can have; named on the command line, never installed.

Each is the closest dispatch until its third call, and then does what its name says.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import random  # noqa: TID251 - a fault that is meant
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim import Assignment, OpenIncident, PolicySpec, Role, StateView, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FAULT_AT = 3


class Faulty:
    """The closest dispatch, with a fault at one call."""

    def __init__(self) -> None:
        self.calls = 0

    def dispatch(self, view: StateView, incident: OpenIncident) -> Any:
        """Return whom to send, or make the mistake."""
        self.calls += 1
        if self.is_due(view):
            return self.fault(view, incident)
        found = view.nearest(incident, 1)
        return Assignment(incident.incident_id, (found[0].volunteer_id,)) if found else None

    def is_due(self, _view: StateView) -> bool:
        """Return whether it is time for the fault."""
        return self.calls == FAULT_AT

    def fault(self, view: StateView, incident: OpenIncident) -> Any:
        """Make the mistake."""
        raise NotImplementedError


class Raises(Faulty):
    def fault(self, _view: StateView, _incident: OpenIncident) -> float:
        return 1 / 0


class Loops(Faulty):
    def fault(self, _view: StateView, _incident: OpenIncident) -> object:
        return all(True for _ in itertools.count())  # in one line, which is the one to blame


class LoopsInC(Faulty):
    def fault(self, _view: StateView, _incident: OpenIncident) -> object:
        return 9 ** (10**9)


class LoopsAndSwallows(Faulty):
    def fault(self, _view: StateView, _incident: OpenIncident) -> None:
        while True:
            try:
                time.sleep(1000)
            except BaseException:  # noqa: BLE001, S112 - a fault that is meant
                continue


class SendsUnknown(Faulty):
    def fault(self, _view: StateView, incident: OpenIncident) -> Assignment:
        return Assignment(incident.incident_id, (10**6,))


class SendsBusy(Faulty):
    def is_due(self, view: StateView) -> bool:
        return any(busy_people(view))

    def fault(self, view: StateView, incident: OpenIncident) -> Assignment:
        return Assignment(incident.incident_id, (busy_people(view)[0],))


def busy_people(view: StateView) -> list[int]:
    return [i for i in view.on_duty() if view.volunteer(i).incident_id is not None]


class SendsOffDuty(Faulty):
    def fault(self, view: StateView, incident: OpenIncident) -> Assignment:
        on_duty = set(view.on_duty())
        asleep = next(i for i in range(10**6) if i not in on_duty)
        return Assignment(incident.incident_id, (asleep,))


class Writes(Faulty):
    def fault(self, view: Any, _incident: OpenIncident) -> None:
        view.now_s = 0.0


class Draws(Faulty):
    def fault(self, _view: StateView, _incident: OpenIncident) -> None:
        random.choice([1, 2])  # noqa: S311


class DrawsFromNumpy(Faulty):
    def fault(self, _view: StateView, _incident: OpenIncident) -> None:
        np.random.rand()  # noqa: NPY002


class Exits(Faulty):
    def fault(self, _view: StateView, _incident: OpenIncident) -> None:
        os._exit(3)


class Crashes(Faulty):
    def fault(self, _view: StateView, _incident: OpenIncident) -> object:
        return ctypes.string_at(0)


FAULTS = (
    Raises,
    Loops,
    LoopsInC,
    LoopsAndSwallows,
    SendsUnknown,
    SendsBusy,
    SendsOffDuty,
    Writes,
    Draws,
    DrawsFromNumpy,
    Exits,
    Crashes,
)


@hookimpl
def patrolsim_policies() -> list[PolicySpec]:
    """Offer them all, by the names of their classes."""
    return [PolicySpec(name=f.__name__, role=Role.DISPATCH, build=builder_of(f)) for f in FAULTS]


def builder_of(fault: type[Faulty]) -> Callable[[Mapping[str, Any]], Faulty]:
    """Return what builds a faulty policy."""
    return lambda _values: fault()
