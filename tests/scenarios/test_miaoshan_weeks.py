"""What the shipped case promises: clean weeks, and cards in half a day."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.scenarios.miaoshan_files import FOLDER

from patrolsim.cli.preparing import Options, prepare
from patrolsim.experiment import Part, Task, arms_of
from patrolsim.experiment.workshop import Workshop
from patrolsim.metrics import volunteer_time

if TYPE_CHECKING:
    from patrolsim.experiment.results import Run

pytestmark = pytest.mark.slow

HOUR_US = 3600 * 1_000_000
NINE_US = 9 * HOUR_US


@cache
def workshop(*settings: str, strategy: str = "as_today", audits: bool = False) -> Workshop:
    loaded, host, choices = prepare(FOLDER, Options(settings=settings))
    arms = arms_of(loaded, {strategy: choices[strategy]})
    return Workshop(arms, host, frozenset({Part.AUDIT}) if audits else frozenset())


@cache
def week() -> Run:
    return workshop("period.length=7 days").replay(Task("as_today", 0))


@pytest.mark.parametrize("strategy", ["both", "nearest_five", "reserve"])
def test_the_auditor_finds_nothing_in_seven_days(strategy: str) -> None:
    shop = workshop("period.length=7 days", strategy=strategy, audits=True)
    assert list(shop.do(Task(strategy, 0)).findings()) == []


def test_the_times_in_all_states_add_up_to_the_shifts() -> None:
    run = week()
    planned_s = np.zeros(len(run.world.volunteers))
    shifts = run.log.shifts
    np.add.at(planned_s, shifts.volunteer_id, (shifts.end_us - shifts.start_us) / 1e6)
    time = volunteer_time(run.log, run.world)
    assert planned_s.sum() > 1000 * 3600
    assert np.abs(time.in_shift_s.sum(axis=1) - planned_s).max() < 1e-3


def test_no_incident_vanishes() -> None:
    run = week()
    drawn = set(run.world.incidents.incident_id.tolist())
    told = set(run.rows.incident_id.tolist())
    assert drawn <= told
    assert len(run.rows.incident_id) == len(told)


def ready_us(*settings: str) -> int:
    """Return when the last of the 35 cards of the first day is ready."""
    run = workshop(*settings).replay(Task("as_today", 0))
    (number,) = (n for n, kind in enumerate(run.world.kinds) if kind.name == "staff_cards")
    cards = run.rows.kind == number
    assert cards.sum() == 35
    return int(run.rows.closed_us[cards].max())


def test_thirty_five_cards_take_half_a_day_and_longer_when_a_clerk_is_away() -> None:
    """Three clerks at 20 minutes a card make 12 rounds, two make 18."""
    all_there_us = ready_us()
    one_away_us = ready_us("teams.enterprise_stewards.trades.clerks.skills.identity cards=67%")
    assert 4 * HOUR_US <= all_there_us - NINE_US <= 5 * HOUR_US
    assert one_away_us - NINE_US >= 6 * HOUR_US
