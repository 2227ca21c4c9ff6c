"""What would become of incidents where a patrol has been shortly before: drawn beforehand.

That patrols prevent anything is an assumption that a scenario declares, off unless it does. Which
incidents can be prevented, and where those go that are displaced, hangs on no strategy: only
whether a patrol was there does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import numpy.typing as npt

    from patrolsim.demand.areas import Area
    from patrolsim.demand.table import Incident, IncidentTable
    from patrolsim.network.streets import Stop
    from patrolsim.streams import RandomStreams

    Floats = npt.NDArray[np.float64]
    Snap = Callable[[Floats, Floats], list[Stop]]

MOST_TRIES = 20
"""So many places are drawn for a displaced incident until one is not within the radius."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeterrenceRule:
    """The assumption for one kind.

    Attributes
    ----------
    index, name
        The kind.
    radius_m, memory_us
        How near a patrol must have been, and how lately.
    prevented
        Probability that an incident does not happen there then.
    displaced
        Probability that one of these happens elsewhere instead.
    area
        Where else.
    """

    index: int
    name: str
    radius_m: float
    memory_us: int
    prevented: float
    displaced: float
    area: Area


class Elsewhere(NamedTuple):
    """Where a displaced incident happens: metres, and how it joins the streets."""

    x: float
    y: float
    stop: Stop


class Deterrable(NamedTuple):
    """An incident that does not happen where it was drawn if a patrol was there.

    Attributes
    ----------
    radius_m, memory_us
        How near and how lately.
    elsewhere
        Where it happens then; None for nowhere.
    """

    radius_m: float
    memory_us: int
    elsewhere: Elsewhere | None

    def moved(self, row: Incident) -> Incident | None:
        """Return what happens instead; None for nothing."""
        if self.elsewhere is None:
            return None
        x, y, stop = self.elsewhere
        return row._replace(x=x, y=y, stop=stop)


def draw_deterrable(
    table: IncidentTable, rules: Iterable[DeterrenceRule], streams: RandomStreams, snap: Snap
) -> dict[int, Deterrable]:
    """Return the incidents of a day that a patrol would prevent or displace, by number.

    Whether one is among them, and where it goes, is keyed by its number. One for which no place
    outside the radius is found stays where it is.
    """
    found: dict[int, Deterrable] = {}
    for rule in rules:
        ids = table.incident_id[table.kind == rule.index]
        ids = ids[streams.uniforms(f"prevented/{rule.name}", ids) < rule.prevented]
        is_moved = streams.uniforms(f"displaced/{rule.name}", ids) < rule.displaced
        stays = Deterrable(rule.radius_m, rule.memory_us, None)
        found |= dict.fromkeys(ids[~is_moved].tolist(), stays)
        for number, place in _elsewhere(table, ids[is_moved], rule, streams, snap).items():
            found[number] = stays._replace(elsewhere=place)
    return dict(sorted(found.items()))


def _elsewhere(
    table: IncidentTable,
    ids: npt.NDArray[np.int64],
    rule: DeterrenceRule,
    streams: RandomStreams,
    snap: Snap,
) -> Mapping[int, Elsewhere]:
    x, y = np.zeros(ids.size), np.zeros(ids.size)
    missing = np.arange(ids.size)
    for attempt in range(MOST_TRIES):
        if not missing.size:
            break
        left = ids[missing]
        purpose = f"elsewhere {attempt}/{rule.name}"
        x[missing], y[missing] = rule.area.sample(left, purpose, streams)
        apart_m = np.hypot(x[missing] - table.x[left], y[missing] - table.y[left])
        missing = missing[apart_m <= rule.radius_m]
    keep = np.setdiff1d(np.arange(ids.size), missing)
    stops = snap(x[keep], y[keep])
    places = zip(x[keep].tolist(), y[keep].tolist(), stops, strict=True)
    return dict(zip(ids[keep].tolist(), map(Elsewhere._make, places), strict=True))
