"""A search that is on: who is looked for, and what was done for it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from patrolsim.demand.search_ground import SearchGround
    from patrolsim.demand.subjects import Subject
    from patrolsim.engine.legs import Leg
    from patrolsim.engine.present import IncidentState

    Floats = npt.NDArray[np.float64]


@dataclass(slots=True, eq=False)
class OpenSearch:
    """A search that is on.

    Attributes
    ----------
    incident, ground, subject
        Who is looked for, on which streets, and where they are in truth.
    began_us
        When it became possible.
    prior
        The chance of each street of the ground.
    sweeps
        How often each street was searched from end to end.
    seen_by_searchers, seen_by_others
        How often each of them passed the subject.
    walks
        What each searcher walks: the leg, and how many of its steps are booked as sweeps.
    """

    incident: IncidentState
    ground: SearchGround
    subject: Subject
    began_us: int
    prior: Floats
    sweeps: npt.NDArray[np.int64]
    seen_by_searchers: int = 0
    seen_by_others: int = 0
    walks: dict[int, tuple[Leg, int]] = field(default_factory=dict)

    @property
    def coverage(self) -> float:
        """The coverage so far where the subject is."""
        search = self.ground.search
        return (
            self.seen_by_searchers * search.effort_of_searcher
            + self.seen_by_others * search.effort_of_passer_by
        )
