"""What looks wrong on a street map: counted, with the worst examples, before anything is run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.network.maps import straight_m
from patrolsim.network.modes import CAR
from patrolsim.network.survey import KM, first_arcs, positions_m, speed_is_known, survey_modes
from patrolsim.network.tags import words_of
from patrolsim.units import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy.typing as npt

    from patrolsim.network.drafting import Clipped
    from patrolsim.network.maps import StreetMap

    Floats = npt.NDArray[np.float64]
    Arcs = npt.NDArray[np.intp]

MOST_EXAMPLES = 5
SHORTER_BY_M = 2.0
SHORTER_SHARE = 0.98
"""No street is shorter than the straight line; so much may be rounding and another earth."""
DETOUR, DETOUR_FROM_M = 20.0, 20.0
"""A street that is so many times longer than the straight line between its ends is odd."""
FITS_METRES = (0.9, 3.0)
"""Median length of streets over the straight line: beyond this, lengths are no metres."""
FITTING = 0.05
"""Lon and lat are swapped when swapping brings the median ratio so near to 1."""
LOST_SHARE = 0.25
"""A mode that loses more of its streets than this will not do."""
MEANT_SHARE = 0.5
"""A mode that may use less of the streets than this is not whom the map was made for."""
SMALL_M, LARGE_M = 20.0, 1000.0
SAME_PLACE_M = 0.01
STEP_M = 1.0
"""Nodes at one place that are joined by a street of this length belong together: a gate."""


class Weight(StrEnum):
    """How much a suspicion matters."""

    FAILS = "fails"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Something on a map that may be wrong.

    Attributes
    ----------
    name
        A word for scripts.
    weight
        Whether the check fails, or it is only worth knowing.
    count
        How many streets, nodes or points are concerned.
    message
        What it is and what to do, in a sentence or two.
    examples
        The worst of them.
    """

    name: str
    weight: Weight
    count: int
    message: str
    examples: tuple[str, ...] = ()


def suspect(street_map: StreetMap, clipped: Clipped) -> list[Suspicion]:
    """Return everything suspicious about a map, what fails the check first.

    Parameters
    ----------
    street_map
        The map.
    clipped
        The streets that were left out when it was read.

    Raises
    ------
    NetworkError
        If the map is empty or open to nobody.
    """
    looks: tuple[Callable[[StreetMap], Iterable[Suspicion]], ...] = (
        _scales,
        _lengths,
        _islands,
        _same_places,
        _lonely_nodes,
        _speeds,
        _closed,
        _doubles,
    )
    found = [*_clipped(clipped)]
    for look in looks:
        found += look(street_map)
    return sorted(found, key=lambda suspicion: suspicion.weight is not Weight.FAILS)


def _clipped(clipped: Clipped) -> Iterator[Suspicion]:
    if clipped.streets:
        yield Suspicion(
            name="clipped",
            weight=Weight.FAILS,
            count=clipped.streets,
            message=f"{counted(clipped.streets, 'street')} to nodes that are not on the map: the"
            " extract was cut through them. `patrolsim streets import` leaves them out; better"
            " cut again with complete ways",
            examples=tuple(clipped.examples[:MOST_EXAMPLES]),
        )


def _scales(street_map: StreetMap) -> Iterator[Suspicion]:
    """Yield suspicions about units and swapped coordinates, from lengths over straight lines."""
    ratio = _ratio(street_map)
    if street_map.is_degrees and not FITS_METRES[0] <= ratio <= FITS_METRES[1]:
        turned = replace(street_map, east=street_map.north, north=street_map.east)
        can_turn = float(np.abs(street_map.east).max()) <= 90.0  # noqa: PLR2004 - a latitude
        if can_turn and abs(_ratio(turned) - 1) < FITTING:
            message = "lon and lat look swapped: with them exchanged, lengths fit the coordinates"
            yield Suspicion(
                name="swapped", weight=Weight.FAILS, count=len(street_map.east), message=message
            )
            return
    if np.isfinite(ratio) and not FITS_METRES[0] <= ratio <= FITS_METRES[1]:
        message = (
            f"half of the lengths are more than {ratio:.3g} times the straight line between their"
            f" ends: are they metres?{_unit_of(ratio)}"
        )
        count = len(street_map.tail)
        yield Suspicion(name="unit", weight=Weight.FAILS, count=count, message=message)
    x, y = street_map.east, street_map.north
    is_tiny = max(float(np.ptp(x)), float(np.ptp(y))) < SMALL_M
    if not street_map.is_degrees and is_tiny and street_map.length_m.sum() > LARGE_M:
        message = "the positions look like degrees, but the map says that they are metres"
        yield Suspicion(name="degrees", weight=Weight.FAILS, count=len(x), message=message)


def _unit_of(ratio: float) -> str:
    units = {"kilometres": 0.001, "miles": 1 / 1609.344, "feet": 3.28084, "degrees": 9e-6}
    near = [unit for unit, scale in units.items() if 0.8 <= ratio / scale <= 1.4]  # noqa: PLR2004
    return f" They look like {near[0]}" if near else ""


def _straight(street_map: StreetMap) -> Floats:
    ends = (street_map.tail, street_map.head)
    return straight_m(street_map.east, street_map.north, ends, street_map.is_degrees)


def _ratio(street_map: StreetMap) -> float:
    """Return the median of length over straight line, of streets whose ends differ."""
    away_m = _straight(street_map)
    is_long = away_m > STEP_M
    return (
        float(np.median(street_map.length_m[is_long] / away_m[is_long]))
        if is_long.any()
        else np.nan
    )


def _lengths(street_map: StreetMap) -> Iterator[Suspicion]:
    """Yield streets that are shorter than the straight line, of no length, or absurdly long."""
    away_m, length_m, is_first = _straight(street_map), street_map.length_m, first_arcs(street_map)
    is_short = is_first & (length_m < away_m * SHORTER_SHARE - SHORTER_BY_M)
    by_ends = (street_map, away_m)
    yield from _streets(
        "short",
        Weight.FAILS,
        by_ends,
        is_short,
        away_m - length_m,
        "shorter than the straight line between their ends: the lengths or the coordinates"
        " are wrong",
    )
    barrier = np.array([bool(word) for word in street_map.tags.get("barrier", ())], np.bool_)
    is_gate = barrier if len(barrier) else np.zeros(len(length_m), np.bool_)
    is_nothing = is_first & (length_m == 0) & ~is_gate & ~is_short
    yield from _streets("no_length", Weight.NOTE, by_ends, is_nothing, length_m, "of no length")
    is_long = is_first & (away_m > DETOUR_FROM_M) & (length_m > DETOUR * away_m)
    yield from _streets(
        "long",
        Weight.NOTE,
        by_ends,
        is_long,
        length_m / np.maximum(away_m, STEP_M),
        f"more than {DETOUR:g} times as long as the straight line between their ends",
    )


def _streets(
    name: str,
    weight: Weight,
    by_ends: tuple[StreetMap, Floats],
    is_meant: npt.NDArray[np.bool_],
    badness: Floats,
    what: str,
) -> Iterator[Suspicion]:
    street_map, away_m = by_ends
    arcs = np.flatnonzero(is_meant)
    if not len(arcs):
        return
    worst = arcs[np.argsort(-badness[arcs], kind="stable")][:MOST_EXAMPLES].tolist()
    examples = tuple(
        f"{ends_of(street_map, arc)}: {street_map.length_m[arc]:.1f} m long, ends"
        f" {away_m[arc]:.1f} m apart"
        for arc in worst
    )
    count = len(arcs)
    message = f"{counted(count, 'street')} {what}"
    yield Suspicion(name=name, weight=weight, count=count, message=message, examples=examples)


def counted(count: int, word: str) -> str:
    """Return a number with its noun."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")


def ends_of(street_map: StreetMap, arc: int) -> str:
    """Return the ends of an arc in words."""
    tail, head = (street_map.node_ids[end[arc]] for end in (street_map.tail, street_map.head))
    return f"from node {quoted(tail)} to node {quoted(head)}"


def _islands(street_map: StreetMap) -> Iterator[Suspicion]:
    total_km = float(street_map.length_m[first_arcs(street_map)].sum()) / KM
    modes = survey_modes(street_map)
    for_nobody = Weight.NOTE if any(modes.values()) else Weight.FAILS
    for mode, facts in modes.items():
        if facts is None:
            message = f"no street is open to {mode}"
            yield Suspicion(name="islands", weight=for_nobody, count=0, message=message)
        elif facts.nodes_lost:
            share = facts.length_lost_km / facts.length_km if facts.length_km else 0.0
            message = (
                f"{mode}: {facts.nodes_lost:,} of {facts.nodes:,} nodes cannot be reached there"
                f" and back, in {facts.islands:,} parts ({facts.length_lost_km:,.1f} km,"
                f" {share:.1%} of the length); a run leaves them out"
            )
            is_meant = facts.length_km > MEANT_SHARE * total_km
            weight = Weight.FAILS if share > LOST_SHARE and is_meant else Weight.NOTE
            yield Suspicion(name="islands", weight=weight, count=facts.nodes_lost, message=message)


def _same_places(street_map: StreetMap) -> Iterator[Suspicion]:
    """Yield nodes at one place that no short street joins: a crossing that is none."""
    x, y = positions_m(street_map)
    cells = np.column_stack([np.rint(x / SAME_PLACE_M), np.rint(y / SAME_PLACE_M)])
    _names, group, sizes = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    group = group.ravel()
    joined = group[street_map.tail[(group[street_map.tail] == group[street_map.head])]]
    is_double = sizes > 1
    is_double[joined] = False
    doubles = np.flatnonzero(is_double[group])
    if not len(doubles):
        return
    count = int(is_double.sum())
    shown = [
        ", ".join(
            quoted(street_map.node_ids[node]) for node in np.flatnonzero(group == number)[:4]
        )
        for number in np.flatnonzero(is_double)[:MOST_EXAMPLES]
    ]
    message = (
        f"{counted(count, 'place')} where several nodes lie on one another without a street"
        " between them: nobody can pass from one to the other there"
    )
    examples = tuple(f"nodes {names}" for names in shown)
    yield Suspicion(
        name="same_place", weight=Weight.NOTE, count=count, message=message, examples=examples
    )


def _lonely_nodes(street_map: StreetMap) -> Iterator[Suspicion]:
    is_touched = np.zeros(len(street_map.node_ids), np.bool_)
    is_touched[street_map.tail] = is_touched[street_map.head] = True
    lonely = np.flatnonzero(~is_touched)
    if len(lonely):
        examples = tuple(
            f"node {quoted(street_map.node_ids[node])}" for node in lonely[:MOST_EXAMPLES]
        )
        message = f"{counted(len(lonely), 'node')} without a street"
        yield Suspicion(
            name="lonely",
            weight=Weight.NOTE,
            count=len(lonely),
            message=message,
            examples=examples,
        )


def _speeds(street_map: StreetMap) -> Iterator[Suspicion]:
    is_first = first_arcs(street_map)
    is_unknown = is_first & ~speed_is_known(street_map)
    if street_map.times_s or not is_unknown.any():
        return
    share = float(
        street_map.length_m[is_unknown].sum() / max(street_map.length_m[is_first].sum(), 1e-9)
    )
    has_class = "highway" in street_map.tags
    message = (
        f"{share:.0%} of the street length has neither travel time nor speed nor limit: for a"
        f" {CAR} the usual speed of the class of road counts"
        + ("" if has_class else ", and the map has no classes of road either")
    )
    yield Suspicion(
        name="speeds", weight=Weight.NOTE, count=int(is_unknown.sum()), message=message
    )


def _closed(street_map: StreetMap) -> Iterator[Suspicion]:
    """Yield gates and streets that are closed but present: a scenario may open them."""
    access = street_map.tags.get("access", [""] * len(street_map.tail))
    barrier = street_map.tags.get("barrier", [""] * len(street_map.tail))
    shut = {"closed", "no", "private"}
    arcs = [
        arc
        for arc in np.flatnonzero(first_arcs(street_map)).tolist()
        if shut & set(words_of(access[arc]))
    ]
    gates = [arc for arc in arcs if barrier[arc]]
    if not arcs:
        return
    examples = tuple(ends_of(street_map, arc) for arc in (gates or arcs)[:MOST_EXAMPLES])
    message = (
        f"{counted(len(arcs), 'street')} closed or private, {len(gates):,} of them gates: nobody"
        " passes unless a scenario opens them"
    )
    yield Suspicion(
        name="closed", weight=Weight.NOTE, count=len(arcs), message=message, examples=examples
    )


def _doubles(street_map: StreetMap) -> Iterator[Suspicion]:
    """Yield arcs that are given twice: same ends, same length."""
    columns = (street_map.tail, street_map.head, street_map.length_m)
    seen: set[tuple[int, int, float]] = set()
    again = []
    for arc, key in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        if key in seen:
            again.append(arc)
        seen.add(key)
    if again:
        examples = tuple(ends_of(street_map, arc) for arc in again[:MOST_EXAMPLES])
        message = f"{counted(len(again), 'arc')} given twice: same ends, same length"
        yield Suspicion(
            name="double", weight=Weight.NOTE, count=len(again), message=message, examples=examples
        )
