"""What a policy decides: the values that it returns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Assignment(NamedTuple):
    """Decision of a dispatch policy: send these volunteers to this incident.

    Sending fewer than are missing is legal: the incident stays open for the rest.
    """

    incident_id: int
    volunteer_ids: tuple[int, ...]


class Appointment(NamedTuple):
    """Decision of an appointments policy: these volunteers do this request at this time.

    They leave so as to be there at `start_s`, seconds since the start of the period. A start that
    is past, or too early for their way, means as soon as they can be there. Until they leave they
    are reserved: free for emergencies, for no other request.
    """

    incident_id: int
    volunteer_ids: tuple[int, ...]
    start_s: float = 0.0


class Later(NamedTuple):
    """Decision of an appointments policy: ask again at a time, if nothing happens before.

    Seconds since the start of the period; a later wish takes the place of an earlier one.
    """

    at_s: float


class Alert(NamedTuple):
    """Decision of an alerts policy: ask these volunteers at once, more than are needed if wished.

    Whoever accepts first fills a need; when no need is left that somebody could fill, what was
    asked of them is withdrawn. Nobody to ask at the moment is an empty tuple.

    Attributes
    ----------
    incident_id, volunteer_ids
        Who is asked to go to which incident.
    next_s
        After so many seconds the policy is asked again if people are missing still; None for
        not before something happens: an answer, or somebody who becomes free.
    """

    incident_id: int
    volunteer_ids: tuple[int, ...] = ()
    next_s: float | None = None


class GoTo(NamedTuple):
    """Decision of a standby policy: wait at a point (the node nearest to it)."""

    x: float
    y: float


class Base(Enum):
    """Decision of a standby policy: wait at one's own base (home or post)."""

    OWN = "own"


class Visit(NamedTuple):
    """Decision of a patrol policy: go to a node by the fastest way and stay for a while."""

    node: int
    dwell_s: float = 0.0


class Walk(NamedTuple):
    """Decision of a patrol policy: walk these nodes, each a neighbour of the one before.

    The first node is a neighbour of `StateView.node_of`.
    """

    nodes: tuple[int, ...]
    dwell_s: float = 0.0


class Sweep(NamedTuple):
    """Decision of a search policy: go to a corner by the fastest way, and search from there.

    The streets from the first node to the last, each a neighbour of the one before, are searched
    on the way; at the last node the searcher stays for a while and watches who comes by. A single
    node is a post: nothing is searched on the way to it.
    """

    nodes: tuple[int, ...]
    stay_s: float = 0.0


class Interruption(Enum):
    """What happens to work that is interrupted for something more urgent."""

    RESUME = "resume"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preemption:
    """Who may be taken away from what; a dispatch policy has it as attribute ``preemption``.

    Attributes
    ----------
    divert, interrupt
        Pairs (priority left, priority gained): people on the way who may be turned round, and
        people at work who may be called away.
    interruption
        Whether interrupted work goes on where it stopped or starts again.
    with_city_pairs
        Whether the pairs that a city file brings count among `divert` too.
    """

    divert: frozenset[tuple[int, int]] = frozenset()
    interrupt: frozenset[tuple[int, int]] = frozenset()
    interruption: Interruption = Interruption.RESUME
    with_city_pairs: bool = False
