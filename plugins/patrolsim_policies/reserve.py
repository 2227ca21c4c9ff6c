"""Serve requests with people who can be spared: keep a reserve for emergencies (rule Q6)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolsim import Explanation, Parameter, PolicySpec, Role
from patrolsim_policies.appointing import AHEAD, Diary, by_due_date
from patrolsim_policies.coverage import COVER_PARAMETERS, CoverMap, make_cover_map
from patrolsim_policies.reasons import why_appointed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim import Appointment, Later, Request, StateView


@dataclass(slots=True)
class Reserve:
    """Starts a request only if those who stay free cover enough of the expected emergencies.

    The cover is the sum over the places of d_i (1 - q^k_i): d_i is the share of the expected
    incidents at a place, k_i how many free people reach it in time, q how much of their time
    people are busy. What is due first is looked at first; a request that would take the cover
    below the reserve waits, and the next one is looked at. Appointments at fixed times are kept
    whatever the cover. Where nothing is expected there is nothing to cover, and nothing waits.

    Requests that have been started may be interrupted as the dispatch policy says.

    Looks at: who is free and where, the busiest places, due times and hours.

    References
    ----------
    Daskin (1983), A maximum expected covering location model, Transportation Science 17(1).
    """

    cover: CoverMap
    least: float
    ahead_s: float

    def next_appointments(
        self, view: StateView, requests: Sequence[Request]
    ) -> Sequence[Appointment | Later]:
        """Return the appointments that leave the reserve untouched."""
        diary = Diary(view, self.ahead_s)
        for request in sorted(requests, key=by_due_date):
            if diary.is_too_early(request):
                continue
            start = diary.start_of(request)
            if start is None:
                continue
            if request.is_fixed or self._is_enough(diary, start.people):
                diary.appoint(request, start)
        return diary.answer()

    def explain(
        self, view: StateView, requests: Sequence[Request], appointment: Appointment
    ) -> Explanation | None:
        """Return who could have started the request of an appointment, and who does."""
        return why_appointed(
            view,
            requests,
            appointment,
            f"what is due first, while those who stay cover {self.least:.0%} of what is expected;"
            " fixed times are kept whatever stays",
        )

    def _is_enough(self, diary: Diary, leaving: Sequence[int]) -> bool:
        stay = [who for who in diary.view.free() if who not in diary.taken and who not in leaving]
        return expected_cover(self.cover, diary.view, stay) >= self.least


def expected_cover(cover: CoverMap, view: StateView, people: Sequence[int]) -> float:
    """Return the share of the expected incidents that these people cover, from 0 to 1.

    1 where nothing is expected.
    """
    weights = cover.weights_of(view)
    if not len(weights):
        return 1.0
    counts = cover.people_over(view, people)
    return math.fsum((weights * (1 - cover.busy**counts)).tolist())


def _build(parameters: Mapping[str, object]) -> Reserve:
    least, ahead_s = parameters["reserve"], parameters["reserve_ahead"]
    if not (isinstance(least, float) and 0 <= least <= 1):
        raise ValueError("reserve must lie between 0 and 100%")
    if not isinstance(ahead_s, float):
        raise TypeError("reserve_ahead must be a length of time")
    return Reserve(make_cover_map(parameters), least, ahead_s)


RESERVE = PolicySpec(
    name="reserve",
    role=Role.APPOINTMENTS,
    build=_build,
    about="Starts requests only while those who stay free cover enough expected emergencies.",
    parameters={
        "reserve": Parameter(
            kind="share",
            default="60%",
            about="The share of the expected incidents that must stay covered.",
        ),
        **COVER_PARAMETERS,
        "reserve_ahead": AHEAD,
    },
)
