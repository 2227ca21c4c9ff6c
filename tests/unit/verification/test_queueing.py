"""Closed forms against chains that are solved state by state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import sparse, stats
from scipy.sparse.linalg import spsolve

from patrolsim.verification import queueing

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

STATES = 400
M_M_C = [(1, 0.5), (1, 0.8), (2, 1.0), (3, 1.5), (3, 2.4), (10, 8.0)]


def stationary(up: Callable[[int], float], down: Callable[[int], float], states: int) -> Floats:
    """Return the distribution of a birth and death chain, by its balance equations."""
    rates = np.zeros((states, states))
    for n in range(states - 1):
        rates[n, n + 1] = up(n)
        rates[n + 1, n] = down(n + 1)
    rates -= np.diag(rates.sum(axis=1))
    balance = rates.T.copy()
    balance[-1] = 1.0
    right = np.zeros(states)
    right[-1] = 1.0
    return np.asarray(np.linalg.solve(balance, right))


def m_m_c(servers: int, load: float) -> Floats:
    return stationary(lambda _n: load, lambda n: float(min(n, servers)), STATES)


@pytest.mark.parametrize(("servers", "load"), M_M_C)
def test_the_share_that_waits_is_that_of_the_chain(servers: int, load: float) -> None:
    p = m_m_c(servers, load)
    assert queueing.erlang_c(servers, load) == pytest.approx(p[servers:].sum(), abs=1e-9)


@pytest.mark.parametrize(("servers", "load"), M_M_C)
def test_the_mean_wait_is_that_of_the_chain(servers: int, load: float) -> None:
    p = m_m_c(servers, load)
    waiting = np.maximum(np.arange(STATES) - servers, 0) @ p
    assert queueing.mean_wait(servers, load) == pytest.approx(waiting / load, abs=1e-8)


@pytest.mark.parametrize(("servers", "load"), M_M_C)
def test_a_wait_is_as_long_as_those_ahead_take_to_leave(servers: int, load: float) -> None:
    """Who finds n there waits for n - c + 1 departures, a Poisson process of rate c."""
    p = m_m_c(servers, load)
    n = np.arange(servers, STATES)
    late = p[servers:] @ stats.poisson(servers * 0.7).cdf(n - servers)
    assert queueing.late_share(servers, load, 0.7) == pytest.approx(late, abs=1e-9)


@pytest.mark.parametrize(("servers", "load"), M_M_C)
def test_a_tenth_waits_longer_than_the_quantile(servers: int, load: float) -> None:
    wait = queueing.late_quantile(servers, load, 0.1)
    assert queueing.late_share(servers, load, wait) == pytest.approx(0.1)


@pytest.mark.parametrize(("servers", "load"), [(1, 1.0), (2, 1.0), (3, 2.0), (10, 5.0), (10, 8.0)])
def test_losses_are_those_of_a_chain_without_room(servers: int, load: float) -> None:
    p = stationary(lambda _n: load, float, servers + 1)
    assert queueing.erlang_b(servers, load) == pytest.approx(p[-1], abs=1e-12)


@pytest.mark.parametrize(("servers", "rate", "theta"), [(3, 3, 0.5), (5, 6, 1.0), (10, 9, 0.2)])
def test_impatience_is_that_of_the_chain(servers: int, rate: float, theta: float) -> None:
    p = stationary(
        lambda _n: rate, lambda n: min(n, servers) + max(0, n - servers) * theta, STATES
    )
    waiting = np.maximum(np.arange(STATES) - servers, 0) @ p
    waits, leaves, number = queueing.erlang_a(servers, rate, theta)
    assert waits == pytest.approx(p[servers:].sum(), abs=1e-9)
    assert number == pytest.approx(waiting, abs=1e-8)
    assert leaves == pytest.approx(theta * waiting / rate, abs=1e-9)


def test_waits_of_general_work_are_the_published_ones() -> None:
    found = [queueing.pollaczek_khinchine(0.5, scv) for scv in (0.0, 0.25, 1 / 3, 1.0, 2.0)]
    assert found == pytest.approx([0.5, 0.625, 2 / 3, 1.0, 1.5])


def test_a_poisson_number_is_that_of_scipy() -> None:
    assert queueing.poisson_up_to(6.0, 10) == pytest.approx(stats.poisson(6.0).cdf(10))


@pytest.mark.parametrize(
    ("servers", "rates", "waits"),
    [
        (1, (0.3, 0.5), (1.142857, 5.714286)),
        (1, (0.2, 0.3, 0.4), (1.125, 2.25, 18.0)),
        (2, (0.5, 1.0), (0.428571, 1.714286)),
        (3, (0.6, 1.8), (0.269663, 1.348315)),
    ],
)
def test_waits_by_class_are_the_published_ones(
    servers: int, rates: tuple[float, ...], waits: tuple[float, ...]
) -> None:
    assert queueing.cobham(servers, rates) == pytest.approx(waits, abs=1e-6)


def test_priorities_leave_the_mean_wait_of_all_as_it_is() -> None:
    rates = (0.2, 0.7, 1.1)
    waits = queueing.cobham(3, rates)
    mean = sum(r * w for r, w in zip(rates, waits, strict=True)) / sum(rates)
    assert mean == pytest.approx(queueing.mean_wait(3, sum(rates)))


def test_the_general_form_has_the_exponential_one_as_a_case() -> None:
    rates = (0.3, 0.5)
    general = queueing.cobham_general(rates, (1.0, 1.0), (2.0, 2.0))
    assert general == pytest.approx(queueing.cobham(1, rates))


def test_the_published_waits_of_two_works() -> None:
    """MIT 1.203J, quiz 2, 2003."""
    assert queueing.cobham_general((0.2, 0.2), (1, 3), (1, 9)) == pytest.approx([1.25, 6.25])


@pytest.mark.parametrize(("servers", "rates"), [(1, (0.3, 0.5)), (2, (0.5, 1.0)), (3, (0.6, 1.8))])
def test_preemptive_stays_are_those_of_a_chain_of_two_classes(
    servers: int, rates: tuple[float, float]
) -> None:
    """State (i, j): i urgent ones and j others; the urgent have the servers first."""
    side = 110
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []

    def add(start: tuple[int, int], end: tuple[int, int], rate: float) -> None:
        if rate > 0 and max(end) < side:
            one, other = start[0] * side + start[1], end[0] * side + end[1]
            rows.extend((other, one))
            columns.extend((one, one))
            values.extend((rate, -rate))

    for i in range(side):
        for j in range(side):
            add((i, j), (i + 1, j), rates[0])
            add((i, j), (i, j + 1), rates[1])
            add((i, j), (i - 1, j), float(min(i, servers)))
            add((i, j), (i, j - 1), float(min(j, max(0, servers - i))))
    size = side * side
    balance = sparse.csc_matrix((values, (rows, columns)), shape=(size, size)).tolil()
    balance[0, :] = 1.0
    right = np.zeros(size)
    right[0] = 1.0
    p = spsolve(balance.tocsc(), right).reshape(side, side)
    urgent = float(np.arange(side) @ p.sum(axis=1)) / rates[0]
    others = float(np.arange(side) @ p.sum(axis=0)) / rates[1]
    assert queueing.preemptive_stay(servers, rates) == pytest.approx([urgent, others], abs=1e-4)
