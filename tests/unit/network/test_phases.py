"""What interventions do to the times of streets, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from patrolsim.errors import NetworkError
from patrolsim.network.phases import (
    Effect,
    Intervention,
    Phase,
    check_phase,
    least_weights,
    solve_phases,
)
from patrolsim.network.streets import CLOSED_US
from patrolsim.testing import Arc, make_streets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.network.streets import Streets

Spells = tuple[tuple[int, int], ...]


def ring() -> Streets:
    """Return the ring 0 - 1 - 2 - 0 walked both ways, and a gate from 0 to 2 that is shut."""
    ways = [(0, 1, 100), (1, 2, 100), (2, 0, 900)]
    arcs = [Arc(*ends, us) for a, b, us in ways for ends in ((a, b), (b, a))]
    return make_streets([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)], [*arcs, Arc(0, 2, CLOSED_US)])


def arc_of(streets: Streets, tail: int, head: int, weight_us: int) -> int:
    ends = (streets.tail == tail) & (streets.head == head)
    (found,) = np.flatnonzero(ends & (streets.weight_us[0] == weight_us)).tolist()
    return int(found)


def change(  # noqa: PLR0913 - a flat list of what an intervention may be
    effect: Effect,
    arcs: Sequence[int],
    spells_us: Spells = ((0, 10),),
    *,
    name: str = "change",
    open_us: int | None = None,
    thousandths: int = 1000,
    in_every_strategy: bool = True,
) -> Intervention:
    times = [] if open_us is None else [open_us] * len(arcs)
    return Intervention(
        name=name,
        effect=effect,
        arcs=np.array(arcs, np.int64),
        modes=(0,),
        open_us=np.array([times], np.int64),
        thousandths=thousandths,
        spells_us=spells_us,
        in_every_strategy=in_every_strategy,
    )


def times_at(phases: Sequence[Phase], time_us: int, arc: int) -> tuple[int, int]:
    """Return the time of an arc at a moment, for those who pass it and those who are on it."""
    phase = [one for one in phases if one.start_us <= time_us][-1]
    return int(phase.streets.weight_us[0, arc]), int(phase.local_us[0, arc])


def test_without_interventions_there_are_no_phases() -> None:
    assert solve_phases(ring(), ()) == ()


def test_one_that_never_holds_makes_no_phases() -> None:
    assert solve_phases(ring(), [change(Effect.JAMS, [0], (), thousandths=500)]) == ()


def test_an_opened_gate_is_open_in_its_spell_only_and_lets_out_whoever_is_in_it() -> None:
    streets = ring()
    gate = arc_of(streets, 0, 2, CLOSED_US)
    phases = solve_phases(streets, [change(Effect.OPENS, [gate], ((5, 9),), open_us=7)])
    assert [phase.start_us for phase in phases] == [0, 5, 9]
    assert [times_at(phases, at_us, gate) for at_us in (4, 5, 8, 9)] == [
        (CLOSED_US, 7),
        (7, 7),
        (7, 7),
        (CLOSED_US, 7),
    ]


def test_a_closed_street_bars_those_who_pass_and_not_those_who_are_on_it() -> None:
    streets = ring()
    street = arc_of(streets, 0, 1, 100)
    phases = solve_phases(streets, [change(Effect.CLOSES, [street])])
    assert times_at(phases, 0, street) == (CLOSED_US, 100)
    assert times_at(phases, 10, street) == (100, 100)


def test_the_time_in_a_jam_is_rounded_up() -> None:
    streets = ring()
    street = arc_of(streets, 0, 1, 100)
    phases = solve_phases(streets, [change(Effect.JAMS, [street], thousandths=300)])
    assert times_at(phases, 0, street) == (334, 334)


def test_what_is_opened_can_be_jammed_and_what_is_closed_stays_closed() -> None:
    streets = ring()
    gate = arc_of(streets, 0, 2, CLOSED_US)
    changes = [
        change(Effect.JAMS, [gate], thousandths=500),
        change(Effect.OPENS, [gate], open_us=7),
        change(Effect.CLOSES, [gate], ((5, 10),)),
    ]
    phases = solve_phases(streets, changes)
    assert times_at(phases, 0, gate) == (14, 14)
    assert times_at(phases, 5, gate) == (CLOSED_US, 14)


def test_one_of_some_strategies_holds_where_it_is_listed() -> None:
    streets = ring()
    listed = change(Effect.JAMS, [0], thousandths=500, in_every_strategy=False)
    assert solve_phases(streets, [listed]) == ()
    assert [phase.active for phase in solve_phases(streets, [listed], ["change"])] == [(0,), ()]


def test_phases_with_the_same_interventions_share_their_streets() -> None:
    spells: Spells = ((0, 1), (2, 3))
    phases = solve_phases(ring(), [change(Effect.JAMS, [0], spells, thousandths=500)])
    assert [phase.start_us for phase in phases] == [0, 1, 2, 3]
    assert phases[0].streets is phases[2].streets


def test_the_least_time_is_that_at_the_best_moment_whatever_is_closed() -> None:
    streets = ring()
    gate, street = arc_of(streets, 0, 2, CLOSED_US), arc_of(streets, 0, 1, 100)
    changes = [
        change(Effect.OPENS, [gate], open_us=7),
        change(Effect.CLOSES, [gate]),
        change(Effect.JAMS, [street], thousandths=2000),
        change(Effect.JAMS, [street], thousandths=10),
    ]
    least_us = least_weights(streets, changes)
    assert (least_us[0, gate], least_us[0, street]) == (7, 50)


def test_corners_that_are_cut_off_are_refused_by_name() -> None:
    streets = ring()
    closed = [
        change(Effect.CLOSES, [arc_of(streets, 1, 0, 100)], name="one"),
        change(Effect.CLOSES, [arc_of(streets, 1, 2, 100)], name="two"),
    ]
    (phase, _after) = solve_phases(streets, closed)
    with pytest.raises(NetworkError, match="one and two would cut off 1 of 3 street corners"):
        check_phase(phase, ["one", "two"])
    (phase, _after) = solve_phases(streets, closed[:1])
    check_phase(phase, ["one"])


def test_a_jam_of_weeks_is_refused() -> None:
    streets = make_streets([(0.0, 0.0), (1.0, 0.0)], [Arc(0, 1, 2**40), Arc(1, 0, 2**40)])
    with pytest.raises(NetworkError, match="25 days"):
        solve_phases(streets, [change(Effect.JAMS, [0], thousandths=100)])
