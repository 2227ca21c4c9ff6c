"""What is at stake: kept safe exactly when work starts before the moment of the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.eventlog import NEVER_US, Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim.audit.records import Case, Row, Scene


def read_at_stake(scene: Scene, row: Row) -> None:
    """Check that the amount is the drawn one, and that it is named when the incident occurs."""
    case = scene.cases[row.incident_id]
    drawn = case.row.particulars
    if drawn.lost_us == NEVER_US or row.detail != drawn.stake or case.has_stake:
        scene.find("stake as drawn", f"incident {case.id}: {row.detail}, drawn {drawn.stake}")
    if row.time_us != case.row.occurred_us:
        scene.find("stake as drawn", f"incident {case.id}: named at another moment")
    case.has_stake = True
    scene.expect(drawn.lost_us, case.id)


def read_stake_kept(scene: Scene, row: Row) -> None:
    """Check that it is kept safe with the first work, in time."""
    case = scene.cases[row.incident_id]
    _decide(scene, case, row)
    if case.first_work_us != row.time_us or row.time_us >= case.row.particulars.lost_us:
        scene.find("stake kept safe", f"incident {case.id}: no work has started in time")


def read_stake_lost(scene: Scene, row: Row) -> None:
    """Check that it is lost when the time is over, or with the end of an unworked incident."""
    case = scene.cases[row.incident_id]
    _decide(scene, case, row)
    if _is_kept(case):
        scene.find("stake lost", f"incident {case.id}: work has started in time")
    case.lost_us = row.time_us


def judge_stake(scene: Scene, case: Case) -> None:
    """Check, at the end of an instant, that what is at stake is neither forgotten nor early."""
    drawn = case.row.particulars
    if drawn.lost_us == NEVER_US:
        return
    if not case.has_stake:
        scene.find("stake as drawn", f"incident {case.id}: nothing is said to be at stake")
    is_over = case.closed_us is not None or scene.now_us >= drawn.lost_us
    if not case.is_stake_decided and (is_over or _is_kept(case)):
        scene.find("stake decided", f"incident {case.id}: neither kept safe nor lost")
    if case.lost_us is not None and case.lost_us not in {drawn.lost_us, case.closed_us}:
        scene.find("stake lost", f"incident {case.id}: at another moment than drawn")


def _is_kept(case: Case) -> bool:
    return case.first_work_us is not None and case.first_work_us < case.row.particulars.lost_us


def _decide(scene: Scene, case: Case, row: Row) -> None:
    if case.is_stake_decided or not case.has_stake:
        scene.find("stake decided", f"incident {case.id}: twice, or without anything at stake")
    if row.detail != case.row.particulars.stake:
        scene.find("stake as drawn", f"incident {case.id}: {row.detail}")
    case.is_stake_decided = True


STAKE_READERS: dict[int, Callable[[Scene, Row], None]] = {
    Event.AT_STAKE: read_at_stake,
    Event.STAKE_KEPT: read_stake_kept,
    Event.STAKE_LOST: read_stake_lost,
}
