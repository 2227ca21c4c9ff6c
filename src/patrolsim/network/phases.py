"""Streets that change at some moments: what each intervention does, and the phases between.

Within a phase nothing changes, so that every search works on it as on any streets. Two times
count for each arc: that of people who pass it, and that of people who set out on it, end on it or
are in its middle. A closed street bars the former only: nobody is locked up in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.modes import LARGEST_US
from patrolsim.network.streets import CLOSED_US
from patrolsim.network.warp import USUAL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import numpy.typing as npt

    from patrolsim.network.streets import Streets

    Ints = npt.NDArray[np.int64]


class Effect(Enum):
    """What an intervention does to its arcs."""

    OPENS = "open"
    CLOSES = "close"
    JAMS = "jam"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Intervention:
    """A change of the streets, and when it holds.

    Attributes
    ----------
    name
        By which a scenario calls it.
    effect
        What it does.
    arcs
        The arcs that it concerns; shape (k,).
    modes
        The modes that it concerns, rising.
    open_us
        For what it opens: the time of each arc for each mode, `CLOSED_US` where it stays closed;
        shape (n_modes, k). Else of no columns.
    thousandths
        For a jam: the speed in thousandths of the usual one, 1 or more.
    spells_us
        Pairs (begin, end) of the times in which it holds, rising, in microseconds since the
        start of the period.
    in_every_strategy
        Whether it holds under every strategy, or only under those that list it.
    """

    name: str
    effect: Effect
    arcs: Ints
    modes: tuple[int, ...]
    open_us: Ints
    thousandths: int = USUAL
    spells_us: tuple[tuple[int, int], ...] = ()
    in_every_strategy: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Phase:
    """The streets between two changes.

    Attributes
    ----------
    start_us
        When it begins; it lasts until the next one does.
    active
        Which interventions hold, by their number among all of the scenario, rising.
    streets
        The streets with the times of those who pass.
    local_us
        The times of those who set out on an arc, end on it or are in its middle; shape
        (n_modes, m). They differ from the former where a street is closed that was open once.
    """

    start_us: int
    active: tuple[int, ...]
    streets: Streets
    local_us: Ints


def solve_phases(
    streets: Streets, interventions: Sequence[Intervention], names: Collection[str] = ()
) -> tuple[Phase, ...]:
    """Return the phases of a strategy, the first at 0; empty when nothing ever changes.

    Parameters
    ----------
    streets
        The usual streets.
    interventions
        All of the scenario.
    names
        Those that the strategy lists; others hold only where they hold under every one.
    """
    held = {
        number: one
        for number, one in enumerate(interventions)
        if one.in_every_strategy or one.name in names
    }
    moments = {0, *(t for one in held.values() for spell in one.spells_us for t in spell)}
    known: dict[tuple[int, ...], Phase] = {}
    phases: list[Phase] = []
    for start_us in sorted(moments):
        active = tuple(number for number, one in held.items() if _holds(one, start_us))
        if phases and phases[-1].active == active:
            continue
        if active not in known:
            known[active] = phase_of(streets, held, active)
        phases.append(replace(known[active], start_us=start_us))
    return tuple(phases) if any(phase.active for phase in phases) else ()


def least_weights(streets: Streets, interventions: Iterable[Intervention]) -> Ints:
    """Return the least time that each arc ever takes, under any strategy; shape (n_modes, m)."""
    least_us: Ints = np.array(streets.weight_us)
    for one in interventions:
        if one.effect is Effect.OPENS:
            _open(least_us, one)
    for one in interventions:
        if one.effect is Effect.JAMS and one.thousandths > USUAL:
            _jam(least_us, one)
    return least_us


def check_phase(phase: Phase, names: Sequence[str]) -> None:
    """Refuse a phase in which people could not get from each corner to each other one.

    Parameters
    ----------
    phase
        The phase.
    names
        What all interventions are called.

    Raises
    ------
    NetworkError
        If corners are cut off for a mode: names the interventions, and a corner.
    """
    streets = phase.streets
    for mode, usable in enumerate(streets.usable):
        cut_off = _cut_off(streets, mode)
        if len(cut_off):
            by = " and ".join(names[number] for number in phase.active)
            raise NetworkError(
                f"{by} would cut off {len(cut_off):,} of {int(usable.sum()):,} street corners for"
                f" {streets.modes[mode].name}, node {streets.node_ids[int(cut_off[0])]} among"
                " them. Nobody could leave there: close less, or only for some modes"
            )


def _holds(one: Intervention, time_us: int) -> bool:
    return any(begin_us <= time_us < end_us for begin_us, end_us in one.spells_us)


def phase_of(streets: Streets, held: Mapping[int, Intervention], active: Sequence[int]) -> Phase:
    """Return the streets while some interventions hold: first what opens, then jams, then closes.

    Parameters
    ----------
    streets
        The usual streets.
    held
        All interventions that hold at some time, by number.
    active
        The numbers of those that hold in this phase, rising.
    """
    weight_us: Ints = np.array(streets.weight_us)
    effects = {effect: [held[n] for n in active if held[n].effect is effect] for effect in Effect}
    for one in effects[Effect.OPENS]:
        _open(weight_us, one)
    for one in effects[Effect.JAMS]:
        _jam(weight_us, one)
    way_out_us: Ints = np.array(streets.weight_us)
    for one in held.values():
        if one.effect is Effect.OPENS:
            _open(way_out_us, one)
    local_us: Ints = np.where(weight_us < CLOSED_US, weight_us, way_out_us)
    for one in effects[Effect.CLOSES]:
        weight_us[np.ix_(np.array(one.modes, np.int64), one.arcs)] = CLOSED_US
    changed = replace(streets, weight_us=weight_us, packed=(), cells=None)
    return Phase(start_us=0, active=tuple(active), streets=changed, local_us=local_us)


def _open(weight_us: Ints, one: Intervention) -> None:
    here = np.ix_(np.array(one.modes, np.int64), one.arcs)
    weight_us[here] = np.minimum(weight_us[here], one.open_us[list(one.modes)])


def _jam(weight_us: Ints, one: Intervention) -> None:
    """Change the speed on open arcs; the times are rounded up."""
    here = np.ix_(np.array(one.modes, np.int64), one.arcs)
    usual_us = weight_us[here]
    is_open = usual_us < CLOSED_US
    slow_us = -(-np.where(is_open, usual_us, 0) * USUAL // one.thousandths)
    if (slow_us >= LARGEST_US).any():
        raise NetworkError(f"{one.name} makes a street take more than 25 days. Raise its speed")
    weight_us[here] = np.where(is_open, slow_us, CLOSED_US)


def _cut_off(streets: Streets, mode: int) -> Ints:
    """Return the usable corners that are not of the largest part in which all are joined."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    nodes = np.flatnonzero(streets.usable[mode])
    arcs = np.flatnonzero(streets.weight_us[mode] != CLOSED_US)
    n = len(streets.x)
    ends = (streets.tail[arcs], streets.head[arcs])
    matrix = csr_array((np.ones(len(arcs)), ends), shape=(n, n))
    _count, label = connected_components(matrix, directed=True, connection="strong")
    found, size = np.unique(label[nodes], return_counts=True)
    if len(found) <= 1:
        return np.zeros(0, np.int64)
    cut_off: Ints = nodes[label[nodes] != found[np.argmax(size)]]
    return cut_off
