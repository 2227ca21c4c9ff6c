"""Somebody who is looked for: where they are at each moment, and how well one has to look.

All of it follows from keyed draws, so that every strategy looks for the same person at the same
places with the same luck.

References
----------
Koopman (1946, 1980), Search and Screening: a random search with coverage C finds what is there
with probability 1 - exp(-C). So the coverage at which the subject is found is exponential with
mean 1, drawn once; the coverage of several passes adds up, in whatever order they come.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.network.streets import CLOSED_US, NO_NODE, SHARES, Spot, Stop
from patrolsim.units import US_PER_S

if TYPE_CHECKING:
    from patrolsim.demand.search_ground import SearchGround
    from patrolsim.demand.table import Incident
    from patrolsim.network.streets import Streets
    from patrolsim.streams import RandomStreams

DRAWN_AS = "search "
"""The purposes of all draws of a subject begin so."""
MOST_STREETS = 10_000
"""Nobody walks along more streets than this before they stay where they are."""
FOR_EVER_US = 2**61
"""End of the last part: later than anything happens."""


class Part(NamedTuple):
    """A part of what the subject does: a walk along one street, or the stay at the end.

    Attributes
    ----------
    arc
        The street, as an arc of the ground.
    begin_us, end_us
        From when to when.
    from_share, to_share
        Where on the arc at these moments, in parts of `SHARES`.
    """

    arc: int
    begin_us: int
    end_us: int
    from_share: int
    to_share: int

    def share_at(self, time_us: int) -> int:
        """Return where on the arc the subject is at a moment of this part."""
        way, span_us = self.to_share - self.from_share, self.end_us - self.begin_us
        if way == 0 or span_us <= 0:
            return self.to_share
        walked = way * (time_us - self.begin_us) // span_us
        return self.from_share + int(walked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A person who is looked for.

    Attributes
    ----------
    coverage
        They are found when the coverage where they are has come to this.
    parts
        What they do, in order and without gaps; the last is a stay.
    """

    coverage: float
    parts: tuple[Part, ...]

    def part_at(self, time_us: int) -> Part:
        """Return the part of a moment; before the first, the first."""
        index = bisect_right(self.parts, time_us, key=lambda part: part.begin_us)
        return self.parts[max(index - 1, 0)]

    def spot_at(self, time_us: int) -> tuple[int, int]:
        """Return arc and share of where they are at a moment."""
        part = self.part_at(time_us)
        return part.arc, part.share_at(max(time_us, part.begin_us))


def draw_subject(
    ground: SearchGround, streets: Streets, incident: Incident, stage: int, streams: RandomStreams
) -> Subject:
    """Return the subject of a stage of an incident, keyed by both numbers.

    Parameters
    ----------
    ground, streets
        The streets of the search, and all streets as they usually are.
    incident, stage
        Of whom the draws are; the walk begins when the incident occurs.
    streams
        The random numbers of the replication.
    """
    number, about = incident.incident_id, f"{DRAWN_AS}{stage}"
    chances = np.cumsum(ground.prior(incident.x, incident.y))
    which = streams.uniform(f"{about}/street", number) * float(chances[-1])
    street = min(int(np.searchsorted(chances, which, side="right")), len(chances) - 1)
    share = _within(streams.uniform(f"{about}/along", number))
    coverage = -math.log1p(-streams.uniform(f"{about}/coverage", number))
    arc, begin_us = int(ground.arc[street]), incident.occurred_us
    if ground.search.movement is None:
        parts = [Part(arc, begin_us, FOR_EVER_US, share, share)]
        return Subject(coverage=coverage, parts=tuple(parts))
    walk = _Walk(ground, streets, (number, about), streams)
    return Subject(coverage=coverage, parts=walk.parts(arc, share, begin_us))


def stop_at_spot(streets: Streets, mode: int, arc: int, share: int) -> Stop:
    """Return the place on a street where somebody is found.

    Whoever may not go there comes to the nearest corner of theirs and walks the rest.

    Parameters
    ----------
    streets, mode
        The streets, and the mode of those who search.
    arc, share
        Where on the streets.
    """
    tail, head = int(streets.tail[arc]), int(streets.head[arc])
    if share in {0, SHARES}:
        return streets.stop_at_node(head if share else tail)
    part = share / SHARES
    x = float(streets.x[tail] + part * (streets.x[head] - streets.x[tail]))
    y = float(streets.y[tail] + part * (streets.y[head] - streets.y[tail]))
    nodes, off_road_us, spots = [], [], []
    for index in range(len(streets.modes)):
        node, off_us, spot = _joint(streets, (index, mode), Spot(arc, share), (x, y))
        nodes.append(node)
        off_road_us.append(off_us)
        spots.append(spot)
    return Stop(x, y, tuple(nodes), tuple(off_road_us), tuple(spots))


class _Walk:
    """The walk of a subject from street to street, never back unless there is no other way."""

    def __init__(
        self,
        ground: SearchGround,
        streets: Streets,
        key: tuple[int, str],
        streams: RandomStreams,
    ) -> None:
        self._ground, self._streets, self._key, self._streams = ground, streets, key, streams
        self._twins = dict(zip(ground.arc.tolist(), ground.twin.tolist(), strict=True))
        self._turns = 0

    def parts(self, arc: int, share: int, now_us: int) -> tuple[Part, ...]:
        """Return the walk from a spot, and the stay at its end."""
        movement = self._ground.search.movement
        if movement is None:
            raise ValueError("somebody who stays where they are walks nowhere")
        stuck_us = now_us + int(movement.lasts.quantile_us(self._draw("until")))
        is_forward = self._draw("direction") < 0.5 or self._twins[arc] < 0  # noqa: PLR2004
        found: list[Part] = []
        while len(found) < MOST_STREETS:
            to_share = SHARES if is_forward else 0
            end_us = now_us + self._lasts_us(arc, share, to_share, movement.speed_mps)
            if end_us >= stuck_us:
                whole = Part(arc, now_us, end_us, share, to_share)
                share = min(max(whole.share_at(stuck_us), 1), SHARES - 1)
                found += [Part(arc, now_us, stuck_us, whole.from_share, share)]
                now_us = stuck_us
                break
            found.append(Part(arc, now_us, end_us, share, to_share))
            now_us = end_us
            arc, is_forward = self._next(arc, self._end(arc, is_forward=is_forward))
            share = 0 if is_forward else SHARES
        share = min(max(share, 1), SHARES - 1)
        return (*found, Part(arc, now_us, FOR_EVER_US, share, share))

    def _lasts_us(self, arc: int, share: int, to_share: int, speed_mps: float) -> int:
        way_m = float(self._streets.length_m[arc]) * abs(to_share - share) / SHARES
        lasts_us: int = round(way_m / speed_mps * US_PER_S)
        return max(1, lasts_us)

    def _end(self, arc: int, *, is_forward: bool) -> int:
        return int((self._streets.head if is_forward else self._streets.tail)[arc])

    def _next(self, arc: int, node: int) -> tuple[int, bool]:
        """Return the next street from a corner, and whether it is walked as its arc leads."""
        ground = self._ground
        onward = [(int(a), True) for a in ground.arc[ground.tail == node]]
        onward += [(int(a), False) for a in ground.arc[(ground.head == node) & (ground.twin >= 0)]]
        ways = [way for way in sorted(onward) if way[0] != arc] or sorted(onward)
        if not ways:
            return arc, node != int(self._streets.head[arc])
        self._turns += 1
        return ways[min(int(self._draw(f"turn {self._turns}") * len(ways)), len(ways) - 1)]

    def _draw(self, what: str) -> float:
        number, about = self._key
        return self._streams.uniform(f"{about}/{what}", number)


def _within(u: float) -> int:
    """Return a share strictly within an arc."""
    share: int = min(max(int(u * SHARES), 1), SHARES - 1)
    return share


def _joint(
    streets: Streets, modes: tuple[int, int], spot: Spot, point: tuple[float, float]
) -> tuple[int, int, Spot | None]:
    """Return node, time off the road and spot at which a mode comes to a point of a street."""
    mode, search_mode = modes
    arc = spot.arc
    ends = [int(streets.tail[arc]), int(streets.head[arc])]
    is_open = mode == search_mode or any(
        one >= 0 and streets.weight_us[mode, one] != CLOSED_US
        for one in (arc, int(streets.twin[arc]))
    )
    is_usable = all(bool(streets.usable[mode, node]) for node in ends)
    if is_open and is_usable:
        return ends[0] if spot.share * 2 <= SHARES else ends[1], 0, spot
    nodes = np.flatnonzero(streets.usable[mode])
    if not len(nodes):
        return NO_NODE, 0, None
    away_m = np.hypot(streets.x[nodes] - point[0], streets.y[nodes] - point[1])
    nearest = int(np.argmin(away_m))
    off_us = round(float(away_m[nearest]) / streets.modes[mode].off_road_mps * US_PER_S)
    return int(nodes[nearest]), off_us, None
