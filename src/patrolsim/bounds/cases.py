"""The incidents that a bound counts, as plain columns: when they open, close and let go."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.demand.follow_up import draw_follow_up
from patrolsim.eventlog import NEVER_US
from patrolsim.incidents import Where
from patrolsim.network.streets import NO_NODE
from patrolsim.units import to_us

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from patrolsim.bounds.model import Strategies
    from patrolsim.demand.table import Incident
    from patrolsim.incidents import Kind, Stage
    from patrolsim.network.streets import Stop
    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

LONGEST_US = 2**58
"""Longer work is cut here, so that times can be added without overflow."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cases:
    """The drawn incidents that every strategy has to answer for, n rows in the table's order.

    Attributes
    ----------
    rows
        The rows of the table.
    known_us
        When they are reported, at the latest.
    release_us
        From when on somebody may be sent, at the earliest.
    limit_us
        The last moment at which an arrival counts: then the caller gives up or the period ends.
    target_us
        The response time aimed at; `NEVER_US` without a target.
    hold_us
        How long the first person there is held, at least.
    hold_at_shift_end_us
        The same for somebody whose shift may end meanwhile, and who may hand over.
    first_stage
        The first stage that happens; -1 when none does.
    is_placed
        Whether that stage is worked on at the scene.
    """

    rows: tuple[Incident, ...]
    known_us: Ints
    release_us: Ints
    limit_us: Ints
    target_us: Ints
    hold_us: Ints
    hold_at_shift_end_us: Ints
    first_stage: Ints
    is_placed: Bools

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def most_us(self) -> Ints:
        """How long each can wait at most until nobody waits any more."""
        return self.limit_us - self.known_us


def read_cases(world: World, strategies: Strategies) -> Cases:
    """Return the counted incidents of a world."""
    rows = [world.incidents.row(number) for number in counted_rows(world).tolist()]
    kinds = [world.kinds[row.kind] for row in rows]
    first = [next(_active(kind, row), -1) for kind, row in zip(kinds, rows, strict=True)]
    known_us = _column(max(row.known_us, row.occurred_us) for row in rows)
    patience_us = _column(row.patience_us for row in rows)
    holds = _holds(world, rows, strategies)
    return Cases(
        rows=tuple(rows),
        known_us=known_us,
        release_us=_column(_releases(world, rows)),
        limit_us=np.minimum(known_us + patience_us, world.horizon_us),
        target_us=_column(
            NEVER_US if kind.target_s is None else to_us(kind.target_s) for kind in kinds
        ),
        hold_us=holds[:, 0],
        hold_at_shift_end_us=holds[:, 1],
        first_stage=_column(first),
        is_placed=np.array(
            [
                stage >= 0 and kind.stages[stage].where is Where.SCENE
                for kind, stage in zip(kinds, first, strict=True)
            ],
            np.bool_,
        ),
    )


def counted_rows(world: World) -> Ints:
    """Return the incidents that are counted and known under every strategy.

    Those before the end of the warm-up are not counted, and those that nobody reports within
    the period are known to a strategy only if one of its patrols finds them. Where work begins
    without anybody, nobody can say how soon the first person must come.
    """
    table = world.incidents
    known_us = np.maximum(table.known_us, table.occurred_us)
    is_counted = (table.occurred_us >= world.warm_up_us) & (known_us <= world.horizon_us)
    is_counted &= ~_deterrable(world)
    rows = np.flatnonzero(is_counted & ~_requests(world))
    alone = [_begins_alone(world, number) for number in rows.tolist()]
    kept: Ints = rows[~np.array(alone, np.bool_)]
    return kept


def _requests(world: World) -> Bools:
    """Return which incidents are requests: they wait for a time, not for the first person."""
    of_kind = np.array([kind.request is not None for kind in world.kinds], np.bool_)
    chosen: Bools = of_kind[world.incidents.kind]
    return chosen


def _deterrable(world: World) -> npt.NDArray[np.bool_]:
    """Say which incidents a patrol would prevent or displace: a strategy may not meet them."""
    return np.isin(world.incidents.incident_id, list(world.deterrable or ()))


def _begins_alone(world: World, number: int) -> bool:
    row = world.incidents.row(number)
    kind = world.kinds[row.kind]
    first = next(_active(kind, row), -1)
    return first >= 0 and not kind.stages[first].skills


def addresses_of(world: World) -> list[Stop]:
    """Return every address to which somebody may be brought, those of follow-ups included.

    Their addresses are keyed by numbers that no strategy changes.
    """
    if not world.addresses:
        return []
    particulars = world.incidents.particulars or ()
    found = [one.address for one in particulars if one.address is not None]
    for number in range(len(world.incidents)):
        row: Incident | None = world.incidents.row(number)
        while row is not None and (rule := world.kinds[row.kind].follow_up) is not None:
            row = draw_follow_up(
                row,
                kinds=world.kinds,
                streams=world.streams,
                closed_us=row.occurred_us,
                outcome=rule.outcomes[0],
                addresses=world.addresses,
            )
            if row is not None and row.particulars.address is not None:
                found.append(row.particulars.address)
    return found


def left_out(world: World) -> tuple[str, ...]:
    """Return what a bound does not count, one sentence each."""
    table = world.incidents
    is_early = table.occurred_us < world.warm_up_us
    is_unreported = ~is_early & (np.maximum(table.known_us, table.occurred_us) > world.horizon_us)
    early, unreported = int(is_early.sum()), int(is_unreported.sum())
    requests = int((~is_early & ~is_unreported & _requests(world)).sum())
    deterrable = int((~is_early & ~is_unreported & ~_requests(world) & _deterrable(world)).sum())
    unmanned = len(table) - early - unreported - requests - deterrable - len(counted_rows(world))
    found = []
    if early:
        found.append(f"{early} incidents of the warm-up")
    if unreported:
        found.append(f"{unreported} incidents that nobody reports within the period")
    if requests:
        found.append(f"{requests} requests, which are planned and not answered at once")
    letters = sum(one.posted_us < NEVER_US for one in table.particulars or ())
    if letters:
        found.append(f"of these {letters} letters: when one is fetched depends on the strategy")
    if deterrable:
        found.append(f"{deterrable} incidents that a patrol would prevent or displace, as assumed")
    if unmanned:
        found.append(f"{unmanned} incidents whose first stage needs nobody")
    if world.searches:
        found.append("the time of searches: whoever is looked for may be found at once")
    if any(kind.follow_up is not None for kind in world.kinds):
        found.append("follow-ups: whether and when they happen depends on the strategy")
    return tuple(found)


def _releases(world: World, rows: Sequence[Incident]) -> Iterator[int]:
    """Yield when somebody may be sent at the earliest: a patrol sees it before a report."""
    has_patrols = any(person.patrols for person in world.volunteers)
    for row in rows:
        if has_patrols and world.kinds[row.kind].seen_by_patrols:
            yield row.occurred_us
        else:
            yield max(row.known_us, row.occurred_us) + max(row.ready_us - row.known_us, 0)


def _holds(world: World, rows: Sequence[Incident], strategies: Strategies) -> Ints:
    """Return the two columns of holds, shape (n, 2)."""
    urgent = _most_urgent(world)
    holds = np.zeros((len(rows), 2), np.int64)
    for number, row in enumerate(rows):
        if not strategies.preempts or row.priority <= urgent:
            spans = list(_spans(world.kinds[row.kind], row))
            kept = takewhile(lambda span: not span[1].can_hand_over, spans)
            holds[number] = sum(us for us, _stage in spans), sum(us for us, _stage in kept)
    return np.minimum(holds, LONGEST_US)


def _most_urgent(world: World) -> int:
    """Return the most urgent priority that anything may have: its people are never taken away."""
    later = {kind.follow_up.kind for kind in world.kinds if kind.follow_up is not None}
    of_kinds = [kind.priority for kind in world.kinds if kind.name in later]
    return min([*world.incidents.priority.tolist(), *of_kinds], default=0)


def _spans(kind: Kind, row: Incident) -> Iterator[tuple[int, Stage]]:
    """Yield the stages through which the first person there must stay, with their work.

    Work starts with the first person at the earliest. Whoever is alone goes on to the next
    stage if the same skill serves there. On the way to another place others may be quicker. The
    drawn work of a search is only the longest that it may last, so it holds nobody.
    """
    own: str | None = None
    first = next(_active(kind, row), 0)
    for position, index in enumerate(_active(kind, row)):
        stage = kind.stages[index]
        if position and not _keeps_whoever_came(kind, row, first, index):
            return
        if position and not (None in stage.skills or (own is not None and own in stage.skills)):
            return
        is_alone = len(stage.skills) == 1
        if not is_alone and stage.where in {Where.NEAREST, Where.ADDRESS}:
            return
        if stage.search is not None:
            # it may end at once, and what follows is somewhere else
            return
        yield row.stage_us[index], stage
        if not is_alone:
            return
        own = stage.skills[0] if position == 0 else own


def _keeps_whoever_came(kind: Kind, row: Incident, first: int, index: int) -> bool:
    """Whether everybody who may answer the first stage may go on with a later one."""
    before, after = kind.answering[first], kind.answering[index]
    if after is not None and (before is None or not set(before) <= set(after)):
        return False
    address = row.particulars.address
    if kind.stages[index].where is not Where.ADDRESS or address is None:
        return True
    return NO_NODE not in address.nodes


def _active(kind: Kind, row: Incident) -> Iterator[int]:
    """Yield the numbers of the stages that happen."""
    stages = zip(range(len(kind.stages)), row.stage_us, strict=False)
    return (index for index, us in stages if us >= 0)


def _column(values: Iterator[int] | Sequence[int]) -> Ints:
    return np.array(list(values), np.int64)
