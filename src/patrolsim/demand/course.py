"""What is drawn of an incident before the run: its stages, its end, its address, its stake."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.demand.table import IF_LOST_US, ORDINARY, SKIPPED_US, Particulars
from patrolsim.eventlog import NEVER_US
from patrolsim.incidents import Outcome
from patrolsim.units import US_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from patrolsim.demand.areas import Area
    from patrolsim.demand.table import Incident, IncidentTable
    from patrolsim.incidents import Kind, Stage
    from patrolsim.network.streets import Stop
    from patrolsim.streams import RandomStreams

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]
    Draw = Callable[[str], Floats]
    """Returns one uniform number per incident for a purpose."""
    Snap = Callable[[Floats, Floats], list[Stop]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Addresses:
    """Where the people of one kind of incident are brought to.

    Attributes
    ----------
    area
        Where they live.
    snap
        Joins points (x, y in metres) to the streets.
    """

    area: Area
    snap: Snap

    def draw(self, purpose: str, ids: Ints, streams: RandomStreams) -> list[Stop]:
        """Return one address per id, keyed by (purpose, id)."""
        return self.snap(*self.area.sample(ids, purpose, streams))


def settle(kind: Kind, stage_us: Ints, escalates: Bools, draw: Draw) -> tuple[Ints, Bools]:
    """Return the work without the stages that are left out, and which incidents end escalated.

    A stage that settles the matter leaves out all that follow, except those that happen only
    when it is settled; the incident is not escalated then, whatever was drawn. What happens only
    when it is escalated is kept with its work behind a search, for which it is not known yet
    whether somebody is found (see `IncidentTable.stage_us`).

    Parameters
    ----------
    kind
        The kind of all these incidents.
    stage_us
        Work of each stage if it happens, shape (n, n_stages).
    escalates
        Whether they end escalated unless a stage settles them, shape (n,).
    draw
        Uniform numbers for a purpose, shape (n,).
    """
    if not kind.branches:
        return stage_us, escalates
    works_us, is_settled = stage_us.copy(), np.zeros(len(escalates), np.bool_)
    may_be_lost = np.zeros(len(escalates), np.bool_)
    for number, stage in enumerate(kind.stages):
        happens = _is_wanted(stage, is_settled, escalates)
        if_lost = may_be_lost & ~happens & (stage.only_when is Outcome.ESCALATED)
        if stage.chance < 1:
            is_drawn = draw(f"chance of stage {number}") < stage.chance
            happens, if_lost = happens & is_drawn, if_lost & is_drawn
        works_us[~happens, number] = SKIPPED_US
        works_us[if_lost, number] = IF_LOST_US - stage_us[if_lost, number]
        if stage.search is not None and stage.search.when_lost is Outcome.ESCALATED:
            may_be_lost |= happens | if_lost
        if stage.settles > 0:
            is_settled |= happens & (draw(f"settling at stage {number}") < stage.settles)
    return works_us, escalates & ~is_settled


def next_if_lost(kind: Kind, row: Incident, index: int) -> int:
    """Return the first stage from this one on that happens after a search in vain.

    Parameters
    ----------
    kind, row
        The kind, and what was drawn.
    index
        Of the first stage that may happen; past the last when none does.
    """
    drawn = zip(range(len(kind.stages)), kind.stages, row.stage_us, strict=False)
    return next(
        (
            number
            for number, stage, drawn_us in drawn
            if number >= index and stage.only_when is Outcome.ESCALATED and drawn_us != SKIPPED_US
        ),
        len(kind.stages),
    )


def draw_particulars(
    kind: Kind,
    occurred_us: Ints,
    addresses: list[Stop] | None,
    draw: Draw,
) -> tuple[Particulars, ...] | None:
    """Return what belongs to each incident beyond the columns of a table; None for nothing.

    Parameters
    ----------
    kind
        The kind of all these incidents.
    occurred_us
        When they happen.
    addresses
        Where each is brought to; None for a kind without.
    draw
        Uniform numbers for a purpose, shape (n,).
    """
    if kind.stake is None and addresses is None:
        return None
    n, stake = len(occurred_us), kind.stake
    amounts, lost_us = [0] * n, [NEVER_US] * n
    if stake is not None:
        micro = stake.amount.quantile_us(draw("amount at stake"))
        amounts = np.rint(micro / US_PER_S).astype(np.int64).tolist()
        lost_us = (occurred_us + stake.lost_after.quantile_us(draw("loss"))).tolist()
    stops = addresses if addresses is not None else [None] * n
    return tuple(
        Particulars(address=stop, stake=amount, lost_us=until_us)
        for stop, amount, until_us in zip(stops, amounts, lost_us, strict=True)
    )


def posted(table: IncidentTable) -> IncidentTable:
    """Return reports as letters: each lies in its box when it would be known, and waits there."""
    before = table.particulars or (ORDINARY,) * len(table)
    return replace(
        table,
        known_us=np.full(len(table), NEVER_US, np.int64),
        ready_us=table.ready_us - table.known_us + NEVER_US,
        particulars=tuple(
            one._replace(posted_us=us)
            for one, us in zip(before, table.known_us.tolist(), strict=True)
        ),
    )


def drawer(streams: RandomStreams, ids: Ints, *, before: str = "", after: str = "") -> Draw:
    """Return what gives one uniform number per id, keyed by a purpose between two texts."""
    return lambda purpose: streams.uniforms(f"{before}{purpose}{after}", ids)


def _is_wanted(stage: Stage, is_settled: Bools, escalates: Bools) -> Bools:
    """Return for which incidents the turn of a stage comes."""
    if stage.only_when is Outcome.SETTLED:
        return is_settled | ~escalates
    if stage.only_when is Outcome.ESCALATED:
        return ~is_settled & escalates
    return ~is_settled
