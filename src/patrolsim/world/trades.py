"""Who of a team has which trade, what they are used to, and when they join."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from patrolsim.eventlog import NEVER_US
from patrolsim.units import to_us
from patrolsim.volunteers.growth import Growth, join_times_us
from patrolsim.volunteers.habits import Habits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from patrolsim.scenario.team_models import TeamModel
    from patrolsim.streams import RandomStreams

T = TypeVar("T")


class Crew(NamedTuple):
    """People of a team who share all rules.

    Attributes
    ----------
    team, trade
        Their names; the trade is empty in a team without trades.
    model
        The rules, as if they were a team of their own.
    numbers
        Their numbers in the team, rising.
    """

    team: str
    trade: str
    model: TeamModel
    numbers: Sequence[int]

    @property
    def key(self) -> str:
        """What their draws hang on."""
        return f"{self.team}/{self.trade}" if self.trade else self.team

    def way_to(self, name: str) -> tuple[str, ...]:
        """Return the keys that lead from the team to one of its rules."""
        return ("trades", self.trade, name) if self.trade else (name,)


class Joining(NamedTuple):
    """When the members of a team join, and from when on they have their skills, by number."""

    joins_us: Sequence[int]
    learns_us: Sequence[int]


def divide_team(name: str, model: TeamModel, count: int, streams: RandomStreams) -> list[Crew]:
    """Return the crews of a team: the trades by largest remainder, in an order drawn once."""
    if not model.trades:
        return [Crew(name, "", model, range(count))]
    sizes = dealt_out({trade: one.share for trade, one in model.trades.items()}, count)
    order, first, crews = shuffled(f"trade/{name}", streams, count), 0, []
    for trade, size in sizes.items():
        numbers = sorted(order[first : first + size])
        crews.append(Crew(name, trade, model.of_trade(model.trades[trade]), numbers))
        first += size
    return crews


def dealt_out(shares: Mapping[T, float], count: int) -> dict[T, int]:
    """Return how many of a number of people fall to each share, by largest remainder.

    Parameters
    ----------
    shares
        Add up to 1.
    count
        How many people there are.
    """
    whole = {key: int(share * count) for key, share in shares.items()}
    rest = {key: share * count - whole[key] for key, share in shares.items()}
    # sorted() keeps the order of the shares where the remainders are level
    for key in sorted(shares, key=lambda key: -rest[key])[: count - sum(whole.values())]:
        whole[key] += 1
    return whole


def shuffled(purpose: str, streams: RandomStreams, count: int) -> list[int]:
    """Return the numbers of some people in an order that is drawn once."""
    keys = streams.uniforms(purpose, np.arange(count, dtype=np.int64))
    return [int(place) for place in np.argsort(keys, kind="stable")]


def habits_of(model: TeamModel) -> Habits | None:
    """Return what people are used to beyond acceptance; None when a team says nothing of it."""
    within, most_hours = model.answer_within, model.most_hours
    habits = Habits(
        hears=model.hears,
        answer_within_us=NEVER_US if within is None else to_us(within),
        tires=model.tires,
        most_alerts=model.most_alerts,
        most_work_us=None if most_hours is None else to_us(most_hours),
    )
    return None if habits == Habits() else habits


def join_dates(model: TeamModel, count: int, start: datetime) -> Joining:
    """Return when each of the members joins and has learnt."""
    grows = model.grows
    if grows is None:
        return Joining([0] * count, [0] * count)
    growth = Growth(
        start=grows.start, number=count, mentors=grows.mentors, takes_us=to_us(grows.takes)
    )
    joins_us = join_times_us(growth, start)
    learns_us = to_us(grows.learns)
    if not learns_us:
        return Joining(joins_us, [0] * count)
    return Joining(joins_us, [joins + learns_us if joins else 0 for joins in joins_us])
