"""The district as a siting problem: the likeliest places, and the times to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.errors import MisfitError
from patrolsim.network.router import Router
from patrolsim.network.streets import UNREACHABLE_US
from patrolsim.units import US_PER_S

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]


class District(NamedTuple):
    """What posts are placed for.

    Attributes
    ----------
    sites, places
        Nodes where a post may stand, and nodes where incidents are expected, likeliest first.
    times_s
        Usual travel time from each site to each place, shape (n_sites, n_places), all finite.
    weights
        Share of the expected incidents at each place; they sum to 1.
    share
        Share of all expected incidents that the places stand for.
    """

    sites: Ints
    places: Ints
    times_s: Floats
    weights: Floats
    share: float


def survey_district(world: World, *, mode: int, sites: int, places: int) -> District:
    """Return the likeliest nodes of a world, as sites and as places, with the times between.

    Places that the likeliest site cannot reach, and sites that cannot reach the places left, are
    left out. One search over all streets per place.

    Parameters
    ----------
    world
        Any replication: only its streets and its forecast count.
    mode
        Index of the mode in which people travel.
    sites, places
        How many nodes at most, each 1 or more.

    Raises
    ------
    MisfitError
        If no incident is expected anywhere, as where all of them are replayed.
    """
    weights = world.forecast.per_node
    ranked = np.lexsort((np.arange(len(weights)), -weights))
    ranked = ranked[(weights[ranked] > 0) & world.streets.usable[mode][ranked]]
    if not len(ranked):
        hint = "say how often and where; replayed incidents are no forecast"
        raise MisfitError(("incidents",), "no incident is expected anywhere", hint)
    router = Router(world.streets)
    near, far = ranked[:sites], ranked[:places]
    times_us = np.array([router.times_to(node, mode)[near] for node in far.tolist()]).T
    is_reached = times_us < UNREACHABLE_US
    keeps_place = is_reached[0]
    keeps_site = is_reached[:, keeps_place].all(axis=1)
    chosen = far[keeps_place]
    return District(
        sites=near[keeps_site],
        places=chosen,
        times_s=times_us[keeps_site][:, keeps_place] / US_PER_S,
        weights=weights[chosen] / weights[chosen].sum(),
        share=float(weights[chosen].sum() / weights.sum()),
    )
