"""The streets of a scenario as straight lines, as a page draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.errors import PatrolsimError

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.scenario.models import Scenario

    Floats = npt.NDArray[np.float64]


class StreetLines(NamedTuple):
    """Straight lines between neighbouring nodes, each street once; metres, shape (n,).

    A node without streets is a line to itself, so that the lines reach as far as the nodes.
    """

    from_x: Floats
    from_y: Floats
    to_x: Floats
    to_y: Floats


def street_lines(scenario: Scenario) -> StreetLines | None:
    """Return the lines of a scenario's map; None when the map can be read no more.

    They are an ornament: a map that was moved away during a run must not cost the run.
    """
    from patrolsim.world.maps import read_ground

    try:
        streets = read_ground(scenario).streets
    except (PatrolsimError, OSError):
        return None
    arcs = np.arange(streets.tail.size)
    # Of a street and the same street walked the other way, one is drawn.
    once = (streets.twin < 0) | (arcs < streets.twin)
    alone = np.setdiff1d(np.arange(streets.x.size), np.append(streets.tail, streets.head))
    tail = np.concatenate([streets.tail[once], alone])
    head = np.concatenate([streets.head[once], alone])
    x, y = np.round(streets.x, 1), np.round(streets.y, 1)
    return StreetLines(x[tail], y[tail], x[head], y[head])
