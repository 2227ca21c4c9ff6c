"""What is at stake: an amount that is lost unless work on an incident starts in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.engine.clock import Rank
from patrolsim.eventlog import NEVER_US, NOBODY, Event

if TYPE_CHECKING:
    from patrolsim.engine.clock import Clock
    from patrolsim.engine.logbook import Logbook
    from patrolsim.engine.present import IncidentState


class Stakes:
    """Writes down which amounts are kept safe, and which are lost.

    An incident without anything at stake is passed over.
    """

    def __init__(self, clock: Clock, log: Logbook) -> None:
        self._clock = clock
        self._write = log.write
        self._open: set[int] = set()

    def watch(self, incident: IncidentState) -> None:
        """Let the clock run for an incident that has just occurred."""
        amount, lost_us = incident.row.particulars.stake, incident.row.particulars.lost_us
        if lost_us == NEVER_US:
            return
        self._open.add(incident.id)
        self._write((self._clock.now_us, Event.AT_STAKE, incident.id, NOBODY, amount))
        self._clock.at(lost_us, Rank.GIVES_UP, self.lose, incident)

    def keep(self, incident: IncidentState) -> None:
        """Keep safe what is at stake, for work has started; too late at the moment of the loss."""
        is_open = incident.id in self._open
        if is_open and self._clock.now_us < incident.row.particulars.lost_us:
            self._settle(incident, Event.STAKE_KEPT)

    def lose(self, incident: IncidentState) -> None:
        """Lose what is at stake still: the time has run out, or nobody will come any more."""
        if incident.id in self._open:
            self._settle(incident, Event.STAKE_LOST)

    def _settle(self, incident: IncidentState, event: Event) -> None:
        self._open.discard(incident.id)
        amount = incident.row.particulars.stake
        self._write((self._clock.now_us, event, incident.id, NOBODY, amount))
