"""Incidents that grow out of closed ones: whether and when is fixed by the parent's number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from patrolsim.demand.course import draw_particulars, drawer, settle
from patrolsim.demand.table import ORDINARY, Incident
from patrolsim.eventlog import NEVER_US
from patrolsim.incidents import FOLLOW_UP_STRIDE, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.demand.course import Addresses
    from patrolsim.distributions import Distribution
    from patrolsim.incidents import Kind
    from patrolsim.streams import RandomStreams


def draw_follow_up(
    parent: Incident,
    *,
    kinds: Sequence[Kind],
    streams: RandomStreams,
    closed_us: int,
    outcome: Outcome,
    addresses: Mapping[str, Addresses] | None = None,
) -> Incident | None:
    """Return the incident that grows out of one that has just been closed; None for nothing.

    It happens at the place of its parent and is known at once. All its draws are keyed by its
    own number, which follows from the parent's, so they are the same under every strategy.
    """
    rule = kinds[parent.kind].follow_up
    if rule is None or outcome not in rule.outcomes:
        return None
    number = parent.incident_id + FOLLOW_UP_STRIDE
    if streams.uniform("follow-up", number) >= rule.chance:
        return None
    index = next(i for i, kind in enumerate(kinds) if kind.name == rule.kind)
    kind = kinds[index]
    occurred_us = closed_us + rule.after.quantile_us(streams.uniform("follow-up time", number))
    works_us = [
        stage.takes.quantile_us(streams.uniform(f"follow-up stage {i}", number))
        for i, stage in enumerate(kind.stages)
    ]
    ids = np.array([number], np.int64)
    draw = drawer(streams, ids, before="follow-up ")
    stage_us, escalates = settle(
        kind, np.array([works_us], np.int64), draw("escalation") < kind.escalates, draw
    )
    homes = None if addresses is None else addresses.get(kind.name)
    drawn = draw_particulars(
        kind,
        np.array([occurred_us], np.int64),
        None if homes is None else homes.draw("follow-up address", ids, streams),
        draw,
    )
    return Incident(
        incident_id=number,
        kind=index,
        priority=kind.priority,
        occurred_us=occurred_us,
        known_us=occurred_us,
        ready_us=occurred_us,
        patience_us=_patience_us(kind.patience, number, streams),
        stage_us=tuple(stage_us[0].tolist()),
        escalates=bool(escalates[0]),
        x=parent.x,
        y=parent.y,
        stop=parent.stop,
        parent_id=parent.incident_id,
        label="",
        particulars=ORDINARY if drawn is None else drawn[0],
    )


def _patience_us(patience: Distribution | None, number: int, streams: RandomStreams) -> int:
    if patience is None:
        return NEVER_US
    return int(patience.quantile_us(streams.uniform("follow-up patience", number)))
