"""What comes at fixed times, and many at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.eventlog import NEVER_US

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.demand.table import IncidentTable
    from patrolsim.streams import RandomStreams

    Times = npt.NDArray[np.int64]


class FixedTimes(NamedTuple):
    """When incidents of a kind happen, whatever is drawn.

    Attributes
    ----------
    at_us
        The times, rising, in microseconds since the start of the period.
    notice_us
        How long before they are known, for appointments; None for requests that come in then.
    """

    at_us: tuple[int, ...]
    notice_us: int | None

    def occurred_us(self) -> Times:
        """Return when each is entered in the diary, or comes in."""
        notice_us = 0 if self.notice_us is None else self.notice_us
        return np.maximum(np.array(self.at_us, np.int64) - notice_us, 0)


class BatchSize(NamedTuple):
    """How many come at once: any number from the least to the most, each as likely."""

    least: int
    most: int

    @property
    def mean(self) -> float:
        """The expected number."""
        return (self.least + self.most) / 2

    def draw(self, name: str, ids: Times, streams: RandomStreams) -> Times:
        """Return the size of each batch, keyed by (name, id)."""
        share = streams.uniforms(f"batch/{name}", ids)
        return self.least + np.floor(share * (self.most - self.least + 1)).astype(np.int64)


def with_due_times(table: IncidentTable, due_us: Times) -> IncidentTable:
    """Return appointments with the times at which they begin; patience counts from then."""
    is_patient = table.patience_us >= NEVER_US
    patience_us = table.patience_us + (due_us - table.known_us)
    return replace(table, due_us=due_us, patience_us=np.where(is_patient, NEVER_US, patience_us))
