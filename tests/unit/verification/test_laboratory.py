"""Scenarios of the table are run once, by the ordinary way, with seeds of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from patrolsim.verification import Laboratory, verification_host
from patrolsim.verification.laboratory import seed_of
from patrolsim.verification.queue_scenarios import Customers, Queue
from patrolsim.verification.studies import Observation, Size, Study

if TYPE_CHECKING:
    from patrolsim.verification.trial import Trial

QUEUE = Queue(1, (Customers(0.5),))


def digest(trial: Trial, _length: int) -> Observation:
    return Observation({"arrivals": float(trial.world.incidents.occurred_us.sum())})


STUDY = Study(name="a", setup=QUEUE.setup, observe=digest, full=Size(3, 50), quick=Size(2, 20))


def laboratory(*, is_quick: bool = True) -> Laboratory:
    return Laboratory(verification_host(), is_quick=is_quick)


def test_a_study_is_simulated_once_for_all_its_rows() -> None:
    calls = []

    def count(trial: Trial, length: int) -> Observation:
        calls.append(length)
        return digest(trial, length)

    ours, study = laboratory(), replace(STUDY, observe=count)
    assert ours.observe(study) is ours.observe(study)
    assert calls == [20, 20]


def test_the_full_size_counts_without_quick() -> None:
    assert len(laboratory(is_quick=False).observe(STUDY)) == 3


def test_two_laboratories_see_the_same() -> None:
    assert laboratory().observe(STUDY) == laboratory().observe(STUDY)


def test_replications_and_studies_meet_different_numbers() -> None:
    other = replace(STUDY, name="b")
    seen = [*laboratory().observe(STUDY), *laboratory().observe(other)]
    assert len({one.measures["arrivals"] for one in seen}) == 4
    assert seed_of(STUDY) != seed_of(other)


def test_a_study_that_redraws_builds_every_draw_anew() -> None:
    draws = []

    def setup(length: int, draw: int) -> object:
        draws.append(draw)
        return QUEUE.setup(length)

    study = replace(STUDY, setup=setup, redraws=True)  # type: ignore[arg-type]
    seen = laboratory().observe(study)
    assert draws == [0, 1]
    assert seen[0] != seen[1]
