"""The policy that is tested, and what becomes of a world in which it decides."""

from __future__ import annotations

import hashlib
import random  # noqa: TID251 - set and given back, never drawn from
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from patrolsim.audit import AuditRules
from patrolsim.engine import Policies, simulate
from patrolsim.errors import PluginError
from patrolsim.experiment.promises import rules_of
from patrolsim.policy import Role
from patrolsim.scenario.parameters import read_parameter
from patrolsim.testing.companions import company
from patrolsim.testing.on_call import on_call
from patrolsim.testing.watching import Notes, WatchedPolicy
from patrolsim.testing.with_requests import with_requests
from patrolsim.testing.with_searches import with_searches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from patrolsim.engine import ReasonBook
    from patrolsim.eventlog import EventLog
    from patrolsim.plugins import Offer, PluginHost
    from patrolsim.policy import PolicySpec
    from patrolsim.world import World


PLACES: Mapping[Role, Callable[[World], World]] = {
    Role.ALERTS: on_call,
    Role.APPOINTMENTS: with_requests,
    Role.SEARCH: with_searches,
}
"""What makes of any world one in which a role has something to decide."""


class Play(NamedTuple):
    """A run of a world with the policy.

    Attributes
    ----------
    log, rules
        What happened, and what the strategy promises; None when the run was broken off.
    notes
        What the policy did.
    error
        Why the run was broken off, in the words of the engine; empty when it was not.
    """

    log: EventLog | None
    rules: AuditRules | None
    notes: Notes
    error: str

    def digest(self) -> str:
        """Return one word for everything that happened, and everything that was decided."""
        text = self.error if self.log is None else self.log.digest()
        return hashlib.sha256(f"{text} {self.notes.decisions}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A policy with its parameters.

    Attributes
    ----------
    offer
        What a plugin says of it, and where it comes from.
    written
        Parameters as a scenario writes them; what is left out takes its default.
    host
        Knows the policy.
    """

    offer: Offer
    written: Mapping[str, Any]
    host: PluginHost

    @property
    def spec(self) -> PolicySpec:
        """What the policy says of itself."""
        return self.offer.spec

    def build(self) -> object:
        """Return a fresh policy.

        Raises
        ------
        PluginError
            If it cannot be built.
        """
        known, name = self.spec.parameters, self.spec.name
        values = {
            key: read_parameter(value, known[key]) if key in known else value
            for key, value in self.written.items()
        }
        return self.host.build(self.spec.role, name, values)

    def place(self, world: World) -> World:
        """Return the world in which the policy is tried: one in which it has something to decide.

        For alerts people may say no; for appointments there are requests, for searches the lost.
        """
        made = PLACES.get(self.spec.role)
        return world if made is None else made(world)

    def play(self, world: World, reasons: ReasonBook | None = None) -> Play:
        """Return what becomes of a world; the other roles have the simplest policies."""
        notes = Notes()
        try:
            watched = WatchedPolicy(self.build(), self.spec.role, notes)
            policies = Policies(
                **{**company(), self.spec.role.value: watched},  # type: ignore[arg-type]  # the host checks the role
                names={self.spec.role: self.spec.name},
                reasons=reasons,
            )
            place = self.place(world)
            log = simulate(place, policies)
            rules = rules_of(policies, place)
        except PluginError as error:
            return Play(None, None, notes, str(error))
        if self.spec.role is not Role.DISPATCH:
            rules = AuditRules(alerts=rules.alerts)
        return Play(log, rules, notes, "")


@contextmanager
def steady_global_numbers() -> Iterator[None]:
    """Start the global random numbers at the same place, and give their state back at the end."""
    state, words = random.getstate(), np.random.get_state()  # noqa: NPY002
    random.seed(20250310)
    np.random.seed(20250310)  # noqa: NPY002, TID251
    try:
        yield
    finally:
        random.setstate(state)
        np.random.set_state(words)  # noqa: NPY002


def marks_of(world: World) -> str:
    """Return one word for everything in a world that no policy may change."""
    state = hashlib.sha256(world.incidents.digest().encode())
    streets, forecast = world.streets, world.forecast
    for column in (streets.weight_us, streets.length_m, streets.x, streets.y, streets.usable):
        state.update(np.ascontiguousarray(column).tobytes())
    for column in (forecast.per_hour, forecast.per_node):
        state.update(np.ascontiguousarray(column).tobytes())
    state.update(repr((world.volunteers, world.shifts, dict(world.places))).encode())
    return state.hexdigest()
