"""The advice on the warm-up: by brute force, and on a queue whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.output_analysis.warm_up import WarmUp, advise_warm_up, mser

if TYPE_CHECKING:
    import numpy.typing as npt


def rng(key: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=key))


def brute_force(series: list[float]) -> int:
    """Return the cut from the definition: the standard error of the mean of what is left."""
    means = [np.mean(series[i : i + 5]) for i in range(0, len(series) - 4, 5)]
    rest = [means[d:] for d in range(len(means) - 4)]
    return 5 * int(np.argmin([np.var(kept) / len(kept) for kept in rest]))


@given(st.integers(0, 2**32), st.integers(50, 200), st.floats(0, 30))
def test_the_cut_is_the_one_of_the_definition(key: int, n: int, start: float) -> None:
    series = rng(key).normal(10, 1, n) + start * np.exp(-np.arange(n) / 10)
    assert mser(series).cut == brute_force(series.tolist())


def test_a_typical_beginning_is_kept() -> None:
    cut, is_valid = advise_warm_up(rng(1).normal(10, 1, (20, 500)).tolist())
    assert is_valid
    assert cut <= 100


def test_a_jump_is_cut_where_it_ends() -> None:
    series = np.concatenate([np.full(60, 50.0), rng(2).normal(10, 1, 440)])
    assert advise_warm_up([series.tolist()]) == WarmUp(cut=60, is_valid=True)


def test_a_series_that_is_still_settling_is_called_too_short() -> None:
    series = np.concatenate([np.linspace(100, 10, 350), rng(3).normal(10, 0.1, 150)])
    found = advise_warm_up([series.tolist()])
    assert found.cut > 250
    assert not found.is_valid


def test_the_cut_does_not_hang_on_the_level() -> None:
    series = rng(4).normal(0, 1, 500) + 20 * np.exp(-np.arange(500) / 20)
    assert mser(series) == mser(series + 1e6)


def waits_after_a_backlog(runs: int, customers: int) -> npt.NDArray[np.float64]:
    """Return the waits of M/M/1 at load 0.9, by Lindley, from a backlog of 100 on."""
    draw = rng(5)
    waits = np.empty((runs, customers))
    waits[:, 0] = 100.0
    for i in range(1, customers):
        step = draw.exponential(1.0, runs) - draw.exponential(1 / 0.9, runs)
        waits[:, i] = np.maximum(0.0, waits[:, i - 1] + step)
    return waits


def test_a_backlog_at_the_start_of_a_queue_is_forgotten() -> None:
    """The exact mean wait is 9."""
    waits = waits_after_a_backlog(60, 12_000)
    cut, is_valid = advise_warm_up(waits.tolist())
    assert is_valid
    assert waits.mean() > 11.5
    assert waits[:, cut:].mean() == pytest.approx(9.0, abs=0.5)


def test_too_little_to_say_anything_is_refused() -> None:
    with pytest.raises(ValueError, match="got 49 observations, need 50"):
        mser(np.ones(49))
    with pytest.raises(ValueError, match="equally many"):
        advise_warm_up([])
    with pytest.raises(ValueError, match="equally many"):
        advise_warm_up([[1.0] * 60, [1.0] * 61])
