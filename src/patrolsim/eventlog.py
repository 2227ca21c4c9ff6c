"""Typed columns of what happened in one replication: the only output of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

NOBODY = -1
"""The one missing value of the id columns."""
NEVER_US = 2**62
"""The one missing value of the time columns: it did not happen."""


class Event(IntEnum):
    """What a row of the event table says; the codes are stored and must never change.

    `detail` is named in brackets where it means something.
    """

    OCCURRED = 0
    KNOWN = 1
    """The response clock starts (how: see `Known`)."""
    QUEUED = 2
    """Nobody could be sent, or more people are needed."""
    ASSIGNED = 3
    """A volunteer is asked to go (number of the offer, from 0)."""
    DECLINED = 4
    DEPARTED = 5
    ARRIVED = 6
    """A volunteer is where the present stage is worked on (stage)."""
    QUORUM = 7
    """All people of the present stage are there (stage)."""
    STAGE_STARTED = 8
    """Work starts or goes on (stage)."""
    STAGE_PAUSED = 9
    """Work stops unfinished (stage)."""
    STAGE_ENDED = 10
    """Work is done (stage)."""
    RELEASED = 11
    """A volunteer leaves the incident (why: see `Release`)."""
    CLOSED = 12
    """The incident ends (`Outcome`)."""
    SHIFT_STARTED = 13
    SHIFT_ENDED = 14
    """The shift is over; work may go on as overtime."""
    STATUS = 15
    """A volunteer's state changes (`Status`)."""
    INTERVENTION_BEGAN = 16
    """The streets change (number of the intervention in the world)."""
    INTERVENTION_ENDED = 17
    """They change back (number of the intervention in the world)."""
    PLANNED_ANEW = 18
    """A volunteer under way goes on by a new leg because the streets have changed (number of the
    intervention when it is another way; `NOBODY` when only the time differs)."""
    DUE = 19
    """A request has a due time (microseconds since the start of the period)."""
    BOOKED = 20
    """A volunteer is reserved for a request (planned start, microseconds since the start)."""
    UNBOOKED = 21
    """The reservation has lapsed (why: see `Lapse`)."""
    ALERTED = 22
    """A volunteer who may decline is asked beside others (number of the alert, from 0)."""
    ALERT_ENDED = 23
    """Nobody waits for the answer to an alert any more (why: see `AlertEnd`)."""
    AT_STAKE = 24
    """Something is lost unless work starts in time (how much)."""
    STAKE_KEPT = 25
    """Work starts in time (how much is kept safe)."""
    STAKE_LOST = 26
    """It is too late, or nobody will come any more (how much is lost)."""
    PREVENTED = 27
    """An incident that was drawn does not happen: a patrol has been there (kind)."""
    DISPLACED = 28
    """It happens elsewhere, with the next row: a patrol has been there (kind)."""
    FOUND = 29
    """Somebody who is looked for is found by a volunteer who passes (stage)."""


class Known(IntEnum):
    """How an incident becomes known; stored as the detail of ``Event.KNOWN``."""

    REPORTED = 0
    SEEN = 1
    """A patrol has passed."""
    FETCHED = 2
    """A round has emptied the letter box."""


class Release(IntEnum):
    """Why a volunteer leaves an incident; stored as the detail of ``Event.RELEASED``."""

    DONE = 0
    DECLINED = 1
    DIVERTED = 2
    INTERRUPTED = 3
    HANDED_OVER = 4
    GAVE_UP = 5
    NOT_NEEDED = 6
    TURNED_AWAY = 7
    """They came when a request may not be started, and it will not be possible soon."""
    NOT_HEARD = 8
    """Sent, and no answer in time."""


class Lapse(IntEnum):
    """Why a reservation has lapsed; stored as the detail of ``Event.UNBOOKED``."""

    BUSY = 0
    """When it was time to leave, the volunteer did something else."""
    UNFIT = 1
    """The volunteer cannot do it any more: off duty, not needed, or no way leads there."""
    OVER = 2
    """The request has ended."""


class AlertEnd(IntEnum):
    """What becomes of an alert; stored as the detail of ``Event.ALERT_ENDED``."""

    ACCEPTED = 0
    """The volunteer is assigned at this instant."""
    DECLINED = 1
    NOT_HEARD = 2
    """No answer in time."""
    WITHDRAWN = 3
    """Enough others have accepted, the stage or the shift is over, or the incident has ended."""


class Status(IntEnum):
    """State of a volunteer; every second lies in exactly one. The codes are stored."""

    OFF_DUTY = 0
    STANDING_BY = 1
    PATROLLING = 2
    ALERTED = 3
    TURNING_OUT = 4
    ON_THE_WAY = 5
    AT_WORK = 6
    WAITING = 7
    """On scene while the work waits for more people or is paused."""
    GOING_TO_POST = 8


class Purpose(IntEnum):
    """Why a leg is walked; stored."""

    TO_SCENE = 0
    TO_PLACE = 1
    """With the stage to another place: an escort or a transport."""
    TO_POST = 2
    PATROL = 3
    TO_SEARCH = 4
    """To the corner at which a searcher begins to search."""
    SEARCH = 5
    """Along streets that are searched on the way."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventTable:
    """One row per event, in the order in which they happened; int64 columns of one length.

    Attributes
    ----------
    time_us
        Microseconds since the start of the period, never falling.
    event
        Codes of `Event`.
    incident_id, volunteer_id
        Who is concerned; `NOBODY` where the event concerns none.
    detail
        See `Event`; 0 where it means nothing.
    """

    time_us: npt.NDArray[np.int64]
    event: npt.NDArray[np.int64]
    incident_id: npt.NDArray[np.int64]
    volunteer_id: npt.NDArray[np.int64]
    detail: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LegTable:
    """One row per leg walked, in order of departure, and its steps as a ragged column.

    Attributes
    ----------
    volunteer_id, incident_id, purpose, mode
        Who walks, for which incident (`NOBODY` for none), codes of `Purpose`, index of the mode.
    start_us, end_us
        Departure, and arrival or the moment at which the leg was broken off or the run ended.
    from_x, from_y, to_x, to_y
        Where the leg starts and where it leads (if walked to its end), metres.
    first_step
        Row of the first step of each leg, with one more entry at the end; shape (n_legs + 1,).
    step_arc
        Arc of each step; `OFF_ROAD_STEP` for a way between a place and its node.
    step_end_us
        Planned end of each step, rising within a leg. Steps after `end_us` were not walked.
    """

    volunteer_id: npt.NDArray[np.int64]
    incident_id: npt.NDArray[np.int64]
    purpose: npt.NDArray[np.int64]
    mode: npt.NDArray[np.int64]
    start_us: npt.NDArray[np.int64]
    end_us: npt.NDArray[np.int64]
    from_x: npt.NDArray[np.float64]
    from_y: npt.NDArray[np.float64]
    to_x: npt.NDArray[np.float64]
    to_y: npt.NDArray[np.float64]
    first_step: npt.NDArray[np.int64]
    step_arc: npt.NDArray[np.int64]
    step_end_us: npt.NDArray[np.int64]


OFF_ROAD_STEP = -1
"""In `LegTable.step_arc`: this step leads between a place and its node, off the network."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShiftTable:
    """The roster that the replication ran on; int64 columns, sorted by (volunteer, start)."""

    volunteer_id: npt.NDArray[np.int64]
    start_us: npt.NDArray[np.int64]
    end_us: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventLog:
    """Everything that happened in one replication under one strategy."""

    events: EventTable
    legs: LegTable
    shifts: ShiftTable
    horizon_us: int

    def digest(self) -> str:
        """Return the sha256 of all columns: equal logs have equal digests."""
        import hashlib

        state = hashlib.sha256(str(self.horizon_us).encode())
        for table in (self.events, self.legs, self.shifts):
            for name in table.__slots__:
                column = np.ascontiguousarray(getattr(table, name))
                state.update(f"{name}{column.dtype}{column.shape}".encode())
                state.update(column.tobytes())
        return state.hexdigest()
