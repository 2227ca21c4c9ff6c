"""When somebody who walks passes somebody who is looked for.

They pass when their order along a street changes between the moment at which both are on it and
the moment at which one of them leaves it. So whoever sets out at the very spot does not pass it,
and whoever stops there does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.network.streets import SHARES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.demand.subjects import Part, Subject
    from patrolsim.engine.legs import Leg


def passings(leg: Leg, subject: Subject, twin: Sequence[int], since_us: int) -> Iterator[int]:
    """Yield the moments, not before a time, at which a leg passes a subject, in order.

    Parameters
    ----------
    leg
        A leg as it is planned.
    subject
        Who is looked for.
    twin
        The same street the other way for each arc, or -1.
    since_us
        Nobody is looked for before.
    """
    for step in range(leg.first_road, leg.last_road + 1):
        arc = leg.arcs[step]
        begin_us = leg.ends_us[step - 1] if step else leg.start_us
        end_us = leg.ends_us[step]
        for part in subject.parts:
            if part.arc not in (arc, int(twin[arc])):
                continue
            low_us, high_us = max(begin_us, part.begin_us), min(end_us, part.end_us)
            if low_us >= high_us:
                continue
            time_us = _meeting_us((leg, step), part, low_us, high_us)
            if time_us is not None and time_us >= since_us:
                yield time_us


def _meeting_us(walk: tuple[Leg, int], part: Part, low_us: int, high_us: int) -> int | None:
    """Return the first moment after `low_us` at which the order is another one; None for never."""
    order = _order(walk, part, low_us)
    if order == 0 or _order(walk, part, high_us) == order:
        return None
    while high_us - low_us > 1:
        middle_us = (low_us + high_us) // 2
        if _order(walk, part, middle_us) == order:
            low_us = middle_us
        else:
            high_us = middle_us
    return high_us


def _order(walk: tuple[Leg, int], part: Part, time_us: int) -> int:
    """Return whether the walker is behind (-1), at (0) or beyond (1) the subject on its arc."""
    leg, step = walk
    done_us, whole_us = leg.done_us(step, leg.own_us(time_us))
    along_us = done_us if leg.arcs[step] == part.arc else whole_us - done_us
    away = along_us * SHARES - part.share_at(time_us) * whole_us
    return int(away > 0) - int(away < 0)
