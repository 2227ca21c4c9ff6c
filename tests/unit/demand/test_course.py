"""The course of an incident is drawn before the run: which stages happen, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from patrolsim.demand.areas import PointArea
from patrolsim.demand.course import Addresses, draw_particulars, drawer, settle
from patrolsim.demand.table import IF_LOST_US, SKIPPED_US
from patrolsim.distributions import Exponential, Fixed, Lognormal
from patrolsim.eventlog import NEVER_US
from patrolsim.incidents import Kind, Outcome, Stake
from patrolsim.streams import RandomStreams
from patrolsim.testing import make_kind, make_search

if TYPE_CHECKING:
    import numpy.typing as npt

N = 20_000
IDS = np.arange(N, dtype=np.int64)
STREAMS = RandomStreams(3, 0)
DRAW = drawer(STREAMS, IDS, after="/matter")


def kind(*changes: dict[str, object], escalates: float = 0.0) -> Kind:
    made = make_kind(places=(None,) * len(changes))
    stages = [replace(s, **c) for s, c in zip(made.stages, changes, strict=True)]  # type: ignore[arg-type]
    return replace(made, stages=tuple(stages), escalates=escalates)


def settled(of: Kind) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which stages happen, shape (N, n_stages), and which incidents are escalated."""
    works = np.ones((N, len(of.stages)), np.int64)
    escalates = DRAW("escalation") < of.escalates
    works, escalates = settle(of, works, escalates, DRAW)
    return works >= 0, escalates


def test_a_kind_without_branches_is_left_as_it_is() -> None:
    works, escalates = np.ones((N, 1), np.int64), np.zeros(N, np.bool_)
    found = settle(kind({}), works, escalates, DRAW)
    assert found[0] is works
    assert found[1] is escalates


def test_a_stage_that_settles_leaves_the_rest_out() -> None:
    happens, escalates = settled(kind({"settles": 0.6}, {}, {}, escalates=0.5))
    assert happens[:, 0].all()
    assert happens[:, 1].mean() == pytest.approx(0.4, abs=0.02)
    assert (happens[:, 1] == happens[:, 2]).all()
    assert not escalates[~happens[:, 1]].any()
    assert escalates[happens[:, 1]].mean() == pytest.approx(0.5, abs=0.02)


def test_a_last_stage_happens_for_escalated_matters_only() -> None:
    of = kind({"settles": 0.3}, {"only_when": Outcome.ESCALATED}, escalates=0.2)
    happens, escalates = settled(of)
    assert (happens[:, 1] == escalates).all()
    assert escalates.mean() == pytest.approx(0.7 * 0.2, abs=0.01)


@pytest.mark.parametrize("when_lost", [Outcome.ESCALATED, Outcome.GAVE_UP])
def test_work_behind_a_search_is_kept_for_the_case_that_it_is_in_vain(when_lost: Outcome) -> None:
    search = make_search(when_lost=when_lost)
    of = kind(
        {"search": search, "settles": 0.5},
        {},
        {"only_when": Outcome.ESCALATED, "chance": 0.6},
        escalates=0.2,
    )
    works = np.full((N, 3), 70, np.int64)
    drawn, escalates = settle(of, works, DRAW("escalation") < of.escalates, DRAW)
    is_wanted = DRAW("chance of stage 2") < 0.6
    assert (drawn[:, 0] == 70).all()
    assert (drawn[:, 2] == 70).tolist() == (escalates & is_wanted).tolist()
    kept = drawn[:, 2] == IF_LOST_US - 70
    is_open = is_wanted & ~escalates
    assert kept.tolist() == (is_open & (when_lost is Outcome.ESCALATED)).tolist()
    assert set(drawn[:, 2].tolist()) <= {70, SKIPPED_US, IF_LOST_US - 70}


def test_nothing_is_kept_behind_a_search_that_does_not_happen() -> None:
    of = kind(
        {"settles": 0.4},
        {"search": make_search()},
        {"only_when": Outcome.ESCALATED},
    )
    drawn, _escalates = settle(of, np.ones((N, 3), np.int64), np.zeros(N, np.bool_), DRAW)
    assert ((drawn[:, 2] == IF_LOST_US - 1) == (drawn[:, 1] == 1)).all()
    assert 0 < (drawn[:, 1] == SKIPPED_US).sum() < N


def test_a_stage_for_settled_matters_follows_whatever_settled_them() -> None:
    of = kind({"settles": 0.3}, {}, {"only_when": Outcome.SETTLED}, escalates=0.2)
    happens, escalates = settled(of)
    assert (happens[:, 2] == ~escalates).all()
    assert (happens[:, 2] & ~happens[:, 1]).mean() == pytest.approx(0.3, abs=0.02)


def test_the_likelihoods_are_the_shares_of_what_is_drawn() -> None:
    of = kind(
        {"chance": 0.8, "settles": 0.5},
        {"chance": 0.6},
        {"only_when": Outcome.ESCALATED, "chance": 0.5},
        {"only_when": Outcome.SETTLED},
        escalates=0.25,
    )
    happens, _ = settled(of)
    assert happens.mean(axis=0) == pytest.approx(of.likelihoods(), abs=0.015)


def test_a_chance_is_keyed_by_the_incident_alone() -> None:
    of = kind({"chance": 0.5})
    few = drawer(STREAMS, IDS[:10], after="/matter")
    works, _ = settle(of, np.ones((10, 1), np.int64), np.zeros(10, np.bool_), few)
    assert ((works >= 0) == settled(of)[0][:10]).all()


def test_amounts_and_losses_follow_their_distributions() -> None:
    stake = Stake(amount=Lognormal(14_000, 0.5), unit="yuan", lost_after=Exponential(1200))
    occurred_us = np.full(N, 7_000_000, np.int64)
    found = draw_particulars(replace(make_kind(), stake=stake), occurred_us, None, DRAW)
    assert found is not None
    assert np.mean([one.stake for one in found]) == pytest.approx(14_000, rel=0.02)
    after_s = np.array([one.lost_us - 7_000_000 for one in found]) / 1e6
    assert after_s.min() > 0
    assert np.mean(after_s > 1200) == pytest.approx(np.exp(-1), abs=0.01)


def test_an_ordinary_incident_has_no_particulars() -> None:
    assert draw_particulars(make_kind(), IDS, None, DRAW) is None


def test_each_address_is_keyed_by_its_incident() -> None:
    area = PointArea(np.array([0.0, 9.0]), np.array([0.0, 0.0]), np.array([1.0, 3.0]), 0.0)
    homes = Addresses(area=area, snap=lambda x, _y: x.tolist())
    all_of_them = homes.draw("address/walk", IDS, STREAMS)
    assert np.mean(np.array(all_of_them) == 9.0) == pytest.approx(0.75, abs=0.01)
    assert homes.draw("address/walk", IDS[5:7], STREAMS) == all_of_them[5:7]


def test_a_loss_is_counted_from_what_happens() -> None:
    stake = Stake(amount=Fixed(5), unit="yuan", lost_after=Fixed(60))
    found = draw_particulars(
        replace(make_kind(), stake=stake), IDS[:1], None, drawer(STREAMS, IDS[:1])
    )
    assert found is not None
    assert found[0] == (None, 5, 60_000_000, NEVER_US)
