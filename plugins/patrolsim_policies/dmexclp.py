"""Keep the cover: send whom the rest can best spare, let the free wait where they are most worth.

References
----------
Jagtenberg, C. J., Bhulai, S. and van der Mei, R. D. (2015), An efficient heuristic for real-time
ambulance redeployment, Operations Research for Health Care 4, 27-35 (standby).
Jagtenberg, C. J., Bhulai, S. and van der Mei, R. D. (2017), Dynamic ambulance dispatching: is
the closest-idle policy always optimal?, Health Care Management Science 20, 517-531 (dispatch).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from patrolsim import Assignment, Base, GoTo, Parameter, PolicySpec, Role
from patrolsim_policies.coverage import COVER_PARAMETERS, CoverMap, make_cover_map
from patrolsim_policies.demand_cover import DEMAND_PARAMETERS, make_demand_cover

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from patrolsim import Candidate, OpenIncident, StateView

    Point = tuple[float, float]


@dataclass(slots=True)
class DmexclpDispatch:
    """Sends the person whose leaving costs least cover, among those who are there in time.

    Looks at: who is free, where they are or go, their expected arrival, the forecast. Decides on
    one person at a time: for a party it is asked again. One search from the incident that looks
    at everybody free, and O(free people x places).

    Attributes
    ----------
    cover
        The places, and who covers them.
    beta_s
        Seconds that the whole cover is worth: then the least ``eta + beta * loss`` goes. None:
        the least loss among those who arrive within the time of the cover.
    late_rule
        Who goes when nobody arrives within it: ``closest`` or ``min_loss``.
    """

    cover: CoverMap
    beta_s: float | None
    late_rule: str

    @property
    def promises(self) -> frozenset[str]:
        """What an audit may hold this policy to."""
        return frozenset({"work_conserving"})

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        """Return one person to send; ties by arrival, then number."""
        everybody = view.nearest(incident, len(view.available(incident)))
        if not everybody:
            return None
        in_time = [one for one in everybody if one.eta_s <= self.cover.within_s]
        if self.beta_s is None and not in_time and self.late_rule == "closest":
            return Assignment(incident.incident_id, (everybody[0].volunteer_id,))
        choices = (in_time or everybody) if self.beta_s is None else everybody
        losses = self.losses(view, choices)
        scores = [
            (loss if self.beta_s is None else one.eta_s + self.beta_s * loss)
            for one, loss in zip(choices, losses, strict=True)
        ]
        # The candidates stand by (arrival, number): the first of the best is the one to send.
        chosen = choices[scores.index(min(scores))]
        return Assignment(incident.incident_id, (chosen.volunteer_id,))

    def losses(self, view: StateView, choices: Sequence[Candidate]) -> list[float]:
        """Return the fall of the expected cover when each of some people leaves.

        sum of d_i (1 - q) q^(k_i - 1) over the places i that the person covers from where they
        are or go; k_i counts all free people who cover i, the person included.
        """
        counts = self.cover.people_over(view, view.free())
        found = []
        for one in choices:
            node = view.destination(one.volunteer_id)
            covered = self.cover.covered_from(view, one.volunteer_id, node)
            found.append(self.cover.worth(view, covered, counts - covered))
        return found


class Cover(Protocol):
    """Who covers what from where: `CoverMap` by the forecast, `DemandCover` by a map."""

    def rows(
        self, view: StateView, asked: Sequence[tuple[int, Point | None]]
    ) -> npt.NDArray[np.bool_]:
        """Return what each of some people covers from a point, or from where they go."""

    def worth(
        self, view: StateView, covered: npt.NDArray[np.bool_], others: npt.NDArray[np.int64]
    ) -> float:
        """Return what one more person is worth."""


@dataclass(slots=True)
class DmexclpStandby:
    """Sends a free person to the named place at which they add most to the expected cover.

    Looks at: where the other free people are or go, the named places, the forecast or a map of
    demand, whether the person has worked. Nobody else moves. O((free people + posts) x places),
    and one travel time per post.

    Attributes
    ----------
    cover
        What is to be covered, and who covers it.
    posts
        Name of the places at which people may wait; None for all.
    waits_for_work
        Whether people stay at their own base until they have worked once in a shift.
    """

    cover: Cover
    posts: str | None = None
    waits_for_work: bool = False

    def standby(self, view: StateView, volunteer_id: int) -> GoTo | Base:
        """Return the best place; ties: the shorter way, then the first in the scenario.

        The own base when there is no place that can be reached.
        """
        if self.waits_for_work and not view.volunteer(volunteer_id).has_worked:
            return Base.OWN
        best: tuple[float, float] = (math.inf, math.inf)
        chosen: GoTo | Base = Base.OWN
        gains = self.gains(view, volunteer_id)
        for (x, y), gain in zip(self.places(view), gains, strict=True):
            way_s = view.travel_time_s(volunteer_id, x, y)
            if way_s < math.inf and (-gain, way_s) < best:
                best, chosen = (-gain, way_s), GoTo(x, y)
        return chosen

    def places(self, view: StateView) -> list[Point]:
        """Return the places at which people may wait, in the order of the scenario.

        Raises
        ------
        ValueError
            If the scenario has no place of the name that was asked for.
        """
        found = [(x, y) for name, x, y in view.posts() if self.posts in {None, name}]
        if not found and self.posts is not None:
            raise ValueError(f"posts: the scenario has no place {self.posts!r}")
        return found

    def gains(self, view: StateView, volunteer_id: int) -> list[float]:
        """Return what the person adds at each place.

        sum of d_i (1 - q) q^k_i over the places i covered from there; k_i counts the other free
        people who cover i from where they are or go.
        """
        others: list[tuple[int, Point | None]] = [
            (who, None) for who in view.free() if who != volunteer_id
        ]
        rows = self.cover.rows(view, others + [(volunteer_id, at) for at in self.places(view)])
        counts = rows[: len(others)].sum(axis=0)
        return [self.cover.worth(view, row, counts) for row in rows[len(others) :]]


def _build_dispatch(parameters: Mapping[str, Any]) -> DmexclpDispatch:
    beta_s = parameters["beta"]
    if beta_s is not None and beta_s < 0:
        raise ValueError("beta must be 0 or more")
    return DmexclpDispatch(make_cover_map(parameters), beta_s, parameters["late_rule"])


def _build_standby(parameters: Mapping[str, Any]) -> DmexclpStandby:
    name, waits_for_work = parameters["demand"], parameters["before_work"] == "base"
    if name is not None:
        cover: Cover = make_demand_cover(name, parameters)
        return DmexclpStandby(cover, parameters["posts"], waits_for_work)
    for key in DEMAND_PARAMETERS:
        if parameters[key] is not None:
            raise ValueError(f"{key} goes with demand, the name of a demand map")
    return DmexclpStandby(make_cover_map(parameters), parameters["posts"], waits_for_work)


DMEXCLP_DISPATCH = PolicySpec(
    name="dmexclp",
    role=Role.DISPATCH,
    build=_build_dispatch,
    about="Sends whom the cover of the district can best spare, among those in time.",
    parameters={
        **COVER_PARAMETERS,
        "late_rule": Parameter(
            kind="text",
            default="closest",
            choices=("closest", "min_loss"),
            about="Who goes when nobody can be there within that time.",
        ),
        "beta": Parameter(
            kind="duration",
            default=None,
            about="What the whole cover is worth in time: then arrival + beta x loss decides.",
        ),
    },
)
DMEXCLP_STANDBY = PolicySpec(
    name="dmexclp",
    role=Role.STANDBY,
    build=_build_standby,
    about="Free people wait at the named place where they add most to the cover.",
    parameters={
        **COVER_PARAMETERS,
        **DEMAND_PARAMETERS,
        "posts": Parameter(
            kind="place",
            default=None,
            about="Name of the place, or of the group of places, at which people may wait.",
        ),
        "before_work": Parameter(
            kind="text",
            default="post",
            choices=("post", "base"),
            about="Where people wait who have not worked yet in their shift.",
        ),
    },
)
