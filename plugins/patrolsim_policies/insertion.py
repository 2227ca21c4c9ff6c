"""Rounds of visits with time windows: cheapest insertion, then 2-opt (rule Q4)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from patrolsim import Explanation, Parameter, PolicySpec, Role
from patrolsim_policies.appointing import AHEAD, Diary, Start, by_due_date
from patrolsim_policies.reasons import why_appointed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from patrolsim import Appointment, Later, Request, StateView

    Times = Mapping[tuple[int, int], float]

NOWHERE = -1
LEAST_GAIN = 1e-9


class Stop(NamedTuple):
    """A visit: how long it lasts, when it may start, and when it should be done."""

    work: float
    opens: float
    due: float


@dataclass(frozen=True, slots=True)
class Round:
    """Visits of one person in their order, and what they cost.

    Attributes
    ----------
    start
        When the person could set out; the unit of time is that of the stops.
    first
        Time from the person to each stop.
    between
        Time from each stop to each other, by (from, to).
    stops
        All stops, by number.
    late_weight
        How many units of travel one unit of lateness is worth.
    order
        The numbers of the visits of this round.
    """

    start: float
    first: Sequence[float]
    between: Times
    stops: Sequence[Stop]
    late_weight: float
    order: tuple[int, ...] = ()

    def cost(self, order: Sequence[int]) -> float:
        """Return travel and weighted lateness of an order; waiting costs nothing."""
        now, travel, late = self.start, 0.0, 0.0
        before: int | None = None
        for number in order:
            way = self.first[number] if before is None else self.between[before, number]
            stop = self.stops[number]
            now = max(now + way, stop.opens) + stop.work
            travel += way
            late += max(now - stop.due, 0.0)
            before = number
        return travel + self.late_weight * late

    def with_order(self, order: Sequence[int]) -> Round:
        """Return the round of the same person with other visits."""
        return Round(
            self.start, self.first, self.between, self.stops, self.late_weight, tuple(order)
        )


def cheapest_insertion(rounds: Sequence[Round], visits: Sequence[int]) -> list[Round]:
    """Return the rounds with all visits in them, each put where it costs least.

    In each step every visit left is tried at every place of every round, and the cheapest of all
    is put in; ties go to the first visit of the list, the first round and the last place. A visit
    that nobody can reach is left out. O(n^3) costs of a round for n visits.

    References
    ----------
    Solomon (1987), Algorithms for the vehicle routing and scheduling problems with time window
    constraints, Operations Research 35(2), 254-265, for insertion; here lateness has a price
    instead of being forbidden.
    """
    found, left = list(rounds), list(visits)
    while left:
        best = min(
            (
                (_extra(found[k], number, place), rank, k, -place)
                for rank, number in enumerate(left)
                for k in range(len(found))
                for place in range(len(found[k].order) + 1)
            ),
            default=(math.inf, 0, 0, 0),
        )
        extra, rank, k, minus_place = best
        if extra == math.inf:
            break
        found[k] = found[k].with_order(_put(found[k].order, left.pop(rank), -minus_place))
    return found


def two_opt(one: Round) -> Round:
    """Return a round in which no piece costs less when it is walked the other way round.

    Nor when one visit is moved elsewhere: with windows, turning a piece round alone is too coarse.

    References
    ----------
    Croes (1958), A method for solving traveling-salesman problems, Operations Research 6(6).
    """
    order, cost = one.order, one.cost(one.order)
    is_better = True
    while is_better:
        is_better = False
        for other in _neighbours(order):
            changed = one.cost(other)
            if changed < cost - LEAST_GAIN:
                order, cost, is_better = other, changed, True
                break
    return one.with_order(order)


def _neighbours(order: tuple[int, ...]) -> list[tuple[int, ...]]:
    n = len(order)
    turned = [
        order[:i] + order[i:j][::-1] + order[j:] for i in range(n) for j in range(i + 2, n + 1)
    ]
    moved = [
        _put(order[:i] + order[i + 1 :], order[i], j) for i in range(n) for j in range(n) if i != j
    ]
    return turned + moved


def _put(order: tuple[int, ...], number: int, place: int) -> tuple[int, ...]:
    return (*order[:place], number, *order[place:])


def _extra(one: Round, number: int, place: int) -> float:
    cost = one.cost(_put(one.order, number, place))
    return math.inf if cost == math.inf else cost - one.cost(one.order)


@dataclass(slots=True)
class Insertion:
    """Plans rounds for everybody who is free, and starts the first visit of each.

    The rounds are planned anew at every decision, so an emergency or a visit that took longer
    changes the rest. Requests for one person at a place take part; those for several people, and
    remote ones, are started before by due date. Only those that are due first are planned.

    Looks at: who is free, expected work, hours, due times, and the usual travel times between
    the places: one search over all streets for each place and mode.
    """

    most: int
    late_weight: float
    ahead_s: float
    _times: dict[tuple[str, int], npt.NDArray[np.float64]] = field(default_factory=dict)

    def next_appointments(
        self, view: StateView, requests: Sequence[Request]
    ) -> Sequence[Appointment | Later]:
        """Return the first visit of everybody's round."""
        diary = Diary(view, self.ahead_s)
        self.plan(diary, requests)
        return diary.answer()

    def explain(
        self, view: StateView, requests: Sequence[Request], appointment: Appointment
    ) -> Explanation | None:
        """Return who could have started the request of an appointment, and who does."""
        return why_appointed(
            view,
            requests,
            appointment,
            "the first visit of the round of least travel and lateness; what is no visit of one"
            " person goes by due time",
        )

    def plan(self, diary: Diary, requests: Sequence[Request]) -> None:
        """Put the first visit of everybody's round into a diary."""
        ordered = sorted(requests, key=by_due_date)
        diary.appoint_first_come([one for one in ordered if not _is_visit(one)])
        visits = [one for one in ordered if _is_visit(one) and not diary.is_too_early(one)]
        self._plan_visits(diary, visits[: self.most])

    def _plan_visits(self, diary: Diary, visits: Sequence[Request]) -> None:
        eta_s = [
            {one.volunteer_id: one.eta_s for one in diary.candidates(request)}
            for request in visits
        ]
        people = sorted({who for found in eta_s for who in found})
        stops = [Stop(one.work_s, diary.opens_s(one), one.due_s) for one in visits]
        rounds = [
            Round(
                start=diary.view.now_s,
                first=[found.get(who, math.inf) for found in eta_s],
                between=self._between(diary.view, who, visits, eta_s),
                stops=stops,
                late_weight=self.late_weight,
            )
            for who in people
        ]
        planned = cheapest_insertion(rounds, range(len(visits)))
        for who, one in zip(people, map(two_opt, planned), strict=True):
            if one.order:
                self._start(diary, visits[one.order[0]], who, one.first[one.order[0]])

    def _start(self, diary: Diary, request: Request, who: int, eta_s: float) -> None:
        """Let somebody start a visit, unless they are off duty by then."""
        there_s = diary.view.now_s + eta_s
        start = Start((who,), request.next_start_s(there_s))
        if diary.is_good(start, there_s):
            diary.appoint(request, start)

    def _between(
        self,
        view: StateView,
        who: int,
        visits: Sequence[Request],
        eta_s: Sequence[Mapping[int, float]],
    ) -> Times:
        """Return the times between visits in somebody's mode; infinite to what is not theirs."""
        nodes = [view.node_near(who, one.incident.x, one.incident.y) for one in visits]
        return {
            (i, j): self._time_s(view, who, nodes[i], nodes[j]) if who in eta_s[j] else math.inf
            for i in range(len(visits))
            for j in range(len(visits))
            if i != j
        }

    def _time_s(self, view: StateView, who: int, here: int, there: int) -> float:
        if NOWHERE in {here, there}:
            return math.inf
        key = view.volunteer(who).mode, there
        if key not in self._times:
            self._times[key] = view.times_to_s(who, there)
        return float(self._times[key][here])


def _is_visit(request: Request) -> bool:
    return request.incident.missing == 1 and not (request.is_fixed or request.is_remote)


INSERTION_PARAMETERS = {
    "visits": Parameter(
        kind="count",
        default=12,
        about="How many requests are planned at a time: those that are due first.",
    ),
    "lateness": Parameter(
        kind="number",
        default=5.0,
        about="How many minutes of travel one minute of lateness is worth.",
    ),
    "reserve_ahead": AHEAD,
}


def make_insertion(parameters: Mapping[str, object]) -> Insertion:
    """Return the policy that `INSERTION_PARAMETERS` ask for.

    Raises
    ------
    ValueError
        If a parameter makes no sense.
    """
    most, weight, ahead_s = (parameters[name] for name in ("visits", "lateness", "reserve_ahead"))
    if not (isinstance(most, int) and most > 0):
        raise ValueError("visits must be 1 or more")
    if not (isinstance(weight, float) and weight >= 0):
        raise ValueError("lateness must be 0 or more")
    if not isinstance(ahead_s, float):
        raise TypeError("reserve_ahead must be a length of time")
    return Insertion(most, weight, ahead_s)


INSERTION = PolicySpec(
    name="insertion",
    role=Role.APPOINTMENTS,
    build=make_insertion,
    about="Plans rounds of visits by cheapest insertion and 2-opt, and starts the first of each.",
    parameters=INSERTION_PARAMETERS,
)
