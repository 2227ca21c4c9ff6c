"""Near repeats: more pairs than chance inside the kernel, as many as chance outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from tests.plugins.drawing import DAY_S, SQUARE_M, drawn, flat

from patrolsim.testing import check_incident_model
from patrolsim_policies.near_repeat import NearRepeat

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.demand.models import Occurrences

Range = tuple[float, float]
ANY: Range = (0.0, float("inf"))
WINDOW_D, RADIUS_M, REPEATS = 7.0, 200.0, 0.5
MODEL = NearRepeat(repeats=REPEATS, window_s=WINDOW_D * DAY_S, radius_m=RADIUS_M)
PER_DAY, DAYS = 8.0, 200.0
RUNS = 8


class Pairs(NamedTuple):
    """All pairs of the incidents of some replications: how far apart, in days and in metres."""

    apart_d: npt.NDArray[np.float64]
    apart_m: npt.NDArray[np.float64]

    def within(self, days: Range, metres: Range) -> int:
        """Count the pairs whose distances lie in these ranges."""
        in_time = (self.apart_d >= days[0]) & (self.apart_d < days[1])
        in_space = (self.apart_m >= metres[0]) & (self.apart_m < metres[1])
        return int(np.count_nonzero(in_time & in_space))


@pytest.fixture(scope="module")
def runs() -> list[Pairs]:
    return [pairs_of(drawn(MODEL, flat(PER_DAY, DAYS), number)) for number in range(RUNS)]


def pairs_of(found: Occurrences) -> Pairs:
    assert found.x is not None
    assert found.y is not None
    one, other = np.triu_indices(found.times_s.size, 1)
    days = found.times_s / DAY_S
    apart_m = np.hypot(found.x[one] - found.x[other], found.y[one] - found.y[other])
    return Pairs(days[other] - days[one], apart_m)


def knox_ratio(runs: list[Pairs], days: Range, metres: Range) -> float:
    """Return pairs over those that chance would give, time and space being independent.

    References
    ----------
    Knox (1964), Applied Statistics 13(1): the product of the margins is the expectation.
    """
    both = sum(run.within(days, metres) for run in runs)
    chance = [run.within(days, ANY) * run.within(ANY, metres) / run.apart_d.size for run in runs]
    return both / sum(chance)


def test_it_keeps_the_rules() -> None:
    assert check_incident_model("near_repeat", parameters={"repeats": 2, "within": "2 days"})


def test_pairs_are_more_than_chance_inside_the_kernel(runs: list[Pairs]) -> None:
    assert knox_ratio(runs, (0.0, WINDOW_D), (0.0, RADIUS_M)) > 2


@pytest.mark.parametrize(
    ("days", "metres"),
    [
        ((2 * WINDOW_D, 6 * WINDOW_D), (0.0, RADIUS_M)),
        ((0.0, WINDOW_D), (2 * RADIUS_M, 5 * RADIUS_M)),
        ((2 * WINDOW_D, 6 * WINDOW_D), (2 * RADIUS_M, 5 * RADIUS_M)),
    ],
    ids=["later", "farther", "both"],
)
def test_pairs_are_as_many_as_chance_outside_the_kernel(
    runs: list[Pairs], days: Range, metres: Range
) -> None:
    assert knox_ratio(runs, days, metres) == pytest.approx(1.0, abs=0.12)


def test_the_number_of_close_pairs_is_that_of_the_kernel(runs: list[Pairs]) -> None:
    close = sum(one.within((0.0, WINDOW_D), (0.0, RADIUS_M)) for one in runs)
    n = PER_DAY * DAYS
    chance = n * PER_DAY * WINDOW_D * np.pi * RADIUS_M**2 / SQUARE_M**2
    firsts = n / (1 + REPEATS)
    # siblings: REPEATS^2 / 2 pairs a first; all within the window, some of them the diameter apart
    family = firsts * REPEATS, firsts * (REPEATS + REPEATS**2 / 2)
    assert 0.93 * (chance + family[0]) < close / RUNS < 1.07 * (chance + family[1])


def test_the_expected_numbers_follow_the_rate_and_lag_behind_it() -> None:
    setting = flat(PER_DAY, 30)
    assert MODEL.expected_per_hour(setting) == pytest.approx(np.full(720, PER_DAY / 24))
