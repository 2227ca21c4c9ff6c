"""What is kept per replication: the same estimates, and a form that JSON can hold."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from patrolsim.output_analysis import (
    Anchor,
    Estimand,
    Vector,
    anchor_quantile,
    influence_of_mean,
    influence_of_quantile,
    influence_of_ratio,
)

if TYPE_CHECKING:
    import numpy.typing as npt

SUMS, COUNTS = (10.0, 30.5, 22.0), (2.0, 5.0, 3.0)


def days(key: int, n: int = 40) -> list[npt.NDArray[np.float64]]:
    draw = np.random.Generator(np.random.Philox(key=key))
    return [draw.gamma(16, 1 / 16) * draw.exponential(10.0, 60) for _ in range(n)]


def anchor_of(samples: list[npt.NDArray[np.float64]]) -> Anchor:
    found = anchor_quantile(samples, 0.9)
    assert found is not None
    return found


def test_means_and_ratios_are_kept_without_loss() -> None:
    assert Vector.of_mean(SUMS).influence() == influence_of_mean(SUMS)
    assert Vector.of_ratio(SUMS, COUNTS).influence() == influence_of_ratio(SUMS, COUNTS)


def test_a_quantile_at_its_own_anchor_is_the_linearised_one() -> None:
    samples = days(1)
    kept = Vector.of_quantile(samples, anchor_of(samples)).influence()
    whole = influence_of_quantile(samples, 0.9)
    assert kept is not None
    assert whole is not None
    assert kept.value == pytest.approx(whole.value, rel=1e-3)
    assert kept.errors == pytest.approx(whole.errors)


def test_one_step_leads_near_a_quantile_that_is_not_far() -> None:
    """Everything 3 % longer: the step finds it to a fifth of the way."""
    samples = days(1, 200)
    longer = [1.03 * sample for sample in samples]
    anchor = anchor_of(samples)
    one, base = (Vector.of_quantile(side, anchor).influence() for side in (longer, samples))
    assert one is not None
    assert base is not None
    assert one.minus(base).value == pytest.approx(0.03 * anchor.at, rel=0.2)


def test_times_without_end_count_as_above_the_anchor() -> None:
    samples = [np.array([1.0, 2.0, np.inf]), np.array([np.inf])]
    kept = Vector.of_quantile(samples, Anchor(0.5, 1.5, 2.0))
    assert (kept.sums, kept.counts) == ((1.0, 0.0), (3.0, 1.0))
    found = kept.influence()
    assert found is not None
    assert found.value == 1.5 + (0.5 - 0.25) * 2.0


def test_equal_sides_differ_by_exactly_nothing() -> None:
    samples = days(2)
    kept = Vector.of_quantile(samples, anchor_of(samples)).first(10).influence()
    assert kept is not None
    assert kept.minus(kept).value == 0.0


def test_without_incidents_there_is_no_estimate() -> None:
    nothing = [np.empty(0), np.empty(0)]
    assert Vector.of_quantile(nothing, Anchor(0.9, 1.0, 1.0)).influence() is None
    assert Vector.of_ratio((0.0,), (0.0,)).influence() is None
    assert Vector.of_mean(()).influence() is None
    assert anchor_quantile(nothing, 0.9) is None


def test_the_first_replications_are_those_that_were_there_first() -> None:
    kept = Vector.of_ratio(SUMS, COUNTS).first(2)
    assert (kept.n, kept.sums, kept.counts) == (2, SUMS[:2], COUNTS[:2])
    with pytest.raises(ValueError, match="first 3 of 2"):
        kept.first(3)


@pytest.mark.parametrize(
    "kept",
    [
        Vector.of_mean((1.0, 0.1)),
        Vector.of_ratio(SUMS, COUNTS),
        Vector.of_quantile([np.arange(5.0)], Anchor(0.9, 3.3, 0.1)),
    ],
)
def test_json_gives_back_what_was_kept(kept: Vector) -> None:
    assert Vector.from_plain(json.loads(json.dumps(kept.to_plain()))) == kept


def test_whole_numbers_are_written_without_a_point() -> None:
    text = json.dumps(Vector.of_ratio((10.0, 30.5), (2.0, 5.0)).to_plain())
    assert text == '{"estimand": "per incident", "sums": [10, 30.5], "counts": [2, 5]}'


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sums": None}, "sums: needs a list of numbers"),
        ({"sums": [1, True]}, "sums: needs a list of numbers"),
        ({"counts": "12"}, "counts: needs a list of numbers"),
        ({"counts": [1]}, "2 sums and 1 counts do not pair"),
        ({"counts": [1, math.nan]}, "no end"),
        ({"anchor": [0.9, 1.0]}, "an order, a value and a slope"),
        ({"anchor": [0.9, math.inf, 1.0]}, "no end"),
        ({"estimand": "per day"}, "per day"),
    ],
)
def test_what_is_no_vector_is_refused(change: dict[str, object], message: str) -> None:
    plain: dict[str, object] = {"estimand": "per incident", "sums": [1, 2], "counts": [3, 4]}
    with pytest.raises(ValueError, match=message):
        Vector.from_plain(plain | change)


def test_a_mean_says_that_replications_count() -> None:
    assert Vector.of_mean(SUMS).estimand is Estimand.PER_REPLICATION
