"""The places of a world that the auditor knows by their position."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.network.streets import SHARES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from patrolsim.network.streets import Stop
    from patrolsim.world import World


def known_stops(world: World) -> dict[tuple[float, float], tuple[Stop, ...]]:
    """Return the places of a world by position: bases, named places, those of incidents."""
    found: dict[tuple[float, float], tuple[Stop, ...]] = {}
    groups = (
        (person.base for person in world.volunteers),
        (stop for stops in world.places.values() for stop in stops),
        world.incidents.stops,
        (one.elsewhere.stop for one in (world.deterrable or {}).values() if one.elsewhere),
        (one.address for one in world.incidents.particulars or () if one.address is not None),
    )
    for group in groups:
        for stop in group:
            present = found.get((stop.x, stop.y), ())
            if stop not in present:
                found[stop.x, stop.y] = (*present, stop)
    return found


def is_off_road(stops: Iterable[Stop], mode: int) -> bool:
    """Whether a place lies off the road for a mode."""
    return any(stop.off_road_us[mode] > 0 for stop in stops)


def share_on(stop: Stop, mode: int, arc: int) -> int:
    """Return where on an arc, or on its twin, a place lies that joins that street."""
    spot = stop.spots[mode] if stop.spots else None
    if spot is None:
        return 0
    return spot.share if spot.arc == arc else SHARES - spot.share
