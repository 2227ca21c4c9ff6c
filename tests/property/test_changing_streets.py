"""After a change everybody arrives when plain Dijkstra from their true position says.

The oracle knows how much of a street lies behind, cuts the streets at the walker and at the goal,
and relaxes every arc of the changed streets until nothing gets shorter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_mid_edge import ERRAND, StoppedClock, places, setting, towns
from tests.unit.network.test_phases import change

from patrolsim.eventlog import OFF_ROAD_STEP
from patrolsim.network.phases import Effect, Phase, solve_phases
from patrolsim.network.streets import CLOSED_US, SHARES, UNREACHABLE_US, Stop, Streets

if TYPE_CHECKING:
    from patrolsim.engine.legs import Leg
    from patrolsim.engine.present import VolunteerState
    from patrolsim.engine.travel import Travel


class Cut(NamedTuple):
    """A point on an arc, and the time from its tail; the arc is none for a corner."""

    arc: int | None
    at_us: int
    node: int = -1


@st.composite
def changes(draw: st.DrawFn, streets: Streets) -> Phase:
    """Return the streets with some arcs closed or at another speed."""
    arcs = sorted(draw(st.sets(st.integers(0, len(streets.tail) - 1), min_size=1, max_size=4)))
    effect = draw(st.sampled_from([Effect.CLOSES, Effect.JAMS]))
    thousandths = draw(st.sampled_from([1, 370, 2000]))
    return solve_phases(streets, [change(effect, arcs, thousandths=thousandths)])[0]


@settings(max_examples=600, deadline=None)
@given(data=st.data())
def test_the_new_plan_takes_what_dijkstra_says_on_the_changed_streets(
    data: st.DataObject,
) -> None:
    streets = data.draw(towns())
    favourite = data.draw(st.integers(0, len(streets.tail) - 1))
    base, goal = (data.draw(places(streets, favourite)) for _ in range(2))
    travel, clock, who = setting(streets, base)
    leg = sent(travel, who, goal)
    clock.now_us = data.draw(st.integers(1, max(1, leg.end_us - 1))) if leg else 0
    if leg is None or is_off_road(leg, clock):
        return
    phase = data.draw(changes(streets))
    starts = cuts_at_walker(streets, leg, clock.now_us, phase)
    way_us = least_us(phase, starts, cuts_at_place(streets, phase, goal))
    travel.change_to(phase)
    if way_us is None:
        assert travel.time_to(who, goal, 0) == UNREACHABLE_US
    else:
        assert travel.leg_anew(who).end_us == clock.now_us + way_us + goal.off_road_us[0]


def sent(travel: Travel, who: VolunteerState, goal: Stop) -> Leg | None:
    """Send somebody to a place; None when they are there, or no way leads there."""
    if travel.time_to(who, goal, 0) in {0, UNREACHABLE_US}:
        return None
    who.leg, who.stop = travel.leg_to(who, goal, ERRAND), None
    return who.leg


def is_off_road(leg: Leg, clock: StoppedClock) -> bool:
    if clock.now_us >= leg.end_us:
        return True
    return leg.arcs[step_at(leg, clock.now_us)] == OFF_ROAD_STEP


def step_at(leg: Leg, now_us: int) -> int:
    return next(i for i, end_us in enumerate(leg.ends_us) if end_us >= now_us)


def cuts_at_walker(streets: Streets, leg: Leg, now_us: int, phase: Phase) -> list[Cut]:
    """Return where a walker is on the changed streets, ahead and, if they may, turned round."""
    step = step_at(leg, now_us)
    arc, whole_us = leg.arcs[step], int(streets.weight_us[0, leg.arcs[step]])
    left_us = whole_us - behind_us(streets, leg, step, now_us)
    if left_us == whole_us:
        return [Cut(None, 0, int(streets.tail[arc]))]
    present_us = int(phase.local_us[0, arc])
    found = [Cut(arc, present_us - -(-left_us * present_us // whole_us))]
    twin = int(streets.twin[arc])
    if twin >= 0 and left_us and streets.modes[0].turns_round:
        back_us = int(phase.local_us[0, twin])
        found.append(Cut(twin, back_us - back_us * (whole_us - left_us) // whole_us))
    return found


def behind_us(streets: Streets, leg: Leg, step: int, now_us: int) -> int:
    """Return how much of the present street lies behind, from the steps and the place alone."""
    roads = [i for i, arc in enumerate(leg.arcs) if arc != OFF_ROAD_STEP]
    began_us = leg.ends_us[step - 1] if step else leg.start_us
    if step != roads[0]:
        return now_us - began_us
    ends_us = int(streets.weight_us[0, leg.arcs[step]])
    if step == roads[-1]:
        usual = solve_phases(streets, [change(Effect.JAMS, [0])])[0]
        marks = cuts_at_place(streets, usual, leg.target)
        ends_us = next((c.at_us for c in marks if c.arc == leg.arcs[step] and c.at_us), ends_us)
    return ends_us - (leg.ends_us[step] - now_us)


def cuts_at_place(streets: Streets, phase: Phase, stop: Stop) -> list[Cut]:
    """Return where a place lies, on its arc and on the same street the other way."""
    spot = stop.spot(0)
    assert spot is not None
    sides = [(spot.arc, spot.share), (int(streets.twin[spot.arc]), SHARES - spot.share)]
    return [
        Cut(arc, int(phase.local_us[0, arc]) * share // SHARES) for arc, share in sides if arc >= 0
    ]


def least_us(phase: Phase, starts: list[Cut], ends: list[Cut]) -> int | None:
    """Return the time of the fastest way from any start to any end; None without one."""
    streets, local_us = phase.streets, phase.local_us[0]
    found = []
    for start in starts:
        if start.arc is None:
            times_us = relaxed(streets, start.node, 0)
        else:
            rest_us = int(local_us[start.arc]) - start.at_us
            times_us = relaxed(streets, int(streets.head[start.arc]), rest_us)
        for end in ends:
            tail = int(streets.tail[end.arc])
            if tail in times_us:
                found.append(times_us[tail] + end.at_us)
            if start.arc == end.arc and end.at_us >= start.at_us:
                found.append(end.at_us - start.at_us)
    return min(found, default=None)


def relaxed(streets: Streets, node: int, begun_us: int) -> dict[int, int]:
    """Return the time to each corner that can be reached from one, by Bellman and Ford."""
    best_us = {node: begun_us}
    for _ in range(len(streets.x)):
        for arc, weight_us in enumerate(streets.weight_us[0].tolist()):
            tail, head = int(streets.tail[arc]), int(streets.head[arc])
            if weight_us < CLOSED_US and tail in best_us:
                time_us = best_us[tail] + weight_us
                best_us[head] = min(best_us.get(head, time_us), time_us)
    return best_us
