"""Stands between the engine and a policy: notes where it looks, what it decides, how fast."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import thread_time_ns
from typing import TYPE_CHECKING, Any, NamedTuple

from patrolsim.policy import ROLE_METHODS, OpenIncident, SearchTask, Sweep
from patrolsim.testing.with_searches import takes_claimed

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.policy import Role


class Decision(NamedTuple):
    """An answer of a policy.

    Attributes
    ----------
    time_s
        When it was asked, in seconds since the start of the period; 0 for a roster.
    about
        The number of the incident or volunteer; None for a roster, or for all requests.
    answer
        What it decided, as text.
    """

    time_s: float
    about: int | None
    answer: str


@dataclass(slots=True)
class Notes:
    """What a policy did in one run.

    Attributes
    ----------
    decisions
        In the order in which it was asked.
    took_ns
        How much processor time each answer took, in nanoseconds.
    writes
        Attributes of the view that it tried to set.
    private
        Attributes of the view that it read although they are nobody's business.
    claimed
        Searches of a street that another searcher has claimed.
    """

    decisions: list[Decision] = field(default_factory=list)
    took_ns: list[int] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    private: list[str] = field(default_factory=list)
    claimed: list[Decision] = field(default_factory=list)


class WatchedView:
    """The view as it is, but that every look behind it and every write is noted."""

    def __init__(self, view: object, notes: Notes) -> None:
        object.__setattr__(self, "_watched", (view, notes))

    def __getattr__(self, name: str) -> Any:
        view, notes = object.__getattribute__(self, "_watched")
        if name.startswith("_"):
            notes.private.append(name)
        return getattr(view, name)

    def __setattr__(self, name: str, value: object) -> None:
        view, notes = object.__getattribute__(self, "_watched")
        notes.writes.append(name)
        setattr(view, name, value)


class WatchedPolicy:
    """A policy of which notes are taken; in all else it is the policy itself."""

    def __init__(self, policy: object, role: Role, notes: Notes) -> None:
        self._policy = policy
        method = ROLE_METHODS[role]
        setattr(self, method, _Question(getattr(policy, method), notes))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._policy, name)


class _Question:
    """The method of a role. It has the code of the policy's own, so that errors name its lines."""

    def __init__(self, method: Callable[..., Any], notes: Notes) -> None:
        self._method = method
        self._notes = notes
        self._views: dict[int, WatchedView] = {}
        self.__code__ = getattr(method, "__code__", None)
        self.__self__ = getattr(method, "__self__", None)

    def __call__(self, view: Any, *about: Any) -> Any:
        watched = self._views.setdefault(id(view), WatchedView(view, self._notes))
        time_s = float(getattr(view, "now_s", 0.0))
        start_ns = thread_time_ns()
        answer = self._method(watched, *about)
        self._notes.took_ns.append(thread_time_ns() - start_ns)
        decision = Decision(time_s, _number(*about), repr(answer))
        self._notes.decisions.append(decision)
        if isinstance(answer, Sweep) and takes_claimed(about[0], answer):
            self._notes.claimed.append(decision)
        return answer


def _number(about: Any = None) -> int | None:
    if isinstance(about, OpenIncident):
        return about.incident_id
    if isinstance(about, SearchTask):
        return about.volunteer_id
    return None if isinstance(about, tuple) else about
