"""An engine that is broken on purpose is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.engine.clock import Clock, Rank
from patrolsim.engine.desk import Desk
from patrolsim.engine.view import LiveView
from patrolsim.verification import Laboratory, Row, Verdict, all_rows, verification_host, verify
from patrolsim.verification.traces import draw_trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from patrolsim.engine.present import IncidentState
    from patrolsim.policy import Candidate, OpenIncident


def verdict_of(name: str) -> Verdict:
    rows: list[Row] = [row for row in all_rows() if row.id == name]
    laboratory = Laboratory(verification_host(), is_quick=True)
    (verdict,) = verify(rows, laboratory, lambda _verdict: None)
    return verdict


def test_the_engine_agrees_as_it_is() -> None:
    assert verdict_of("traceC/queue-home/load0.8").holds


def test_a_queue_served_last_come_first_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def last_come(_desk: Desk, incident: IncidentState) -> tuple[int]:
        return (-incident.known_us,)

    monkeypatch.setattr(Desk, "_key", last_come)
    assert not verdict_of("traceA/fcfs/load0.8").holds


def test_a_microsecond_more_of_work_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    at = Clock.at

    def later(clock: Clock, time_us: int, rank: int, *action: object) -> object:
        return at(clock, time_us + (rank == Rank.WORK_ENDS), rank, *action)  # type: ignore[arg-type]

    monkeypatch.setattr(Clock, "at", later)
    assert not verdict_of("traceB/loss/load0.3").holds


def test_sending_the_second_nearest_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    nearest = LiveView.nearest

    def second(view: LiveView, incident: OpenIncident, count: int = 1) -> Sequence[Candidate]:
        return nearest(view, incident, count + 1)[-1:]

    monkeypatch.setattr(LiveView, "nearest", second)
    assert not verdict_of("traceC/queue-last/load0.3").holds


def test_a_trace_has_calls_at_one_instant_and_calls_without_work() -> None:
    calls = draw_trace(0.8, 300, 0, travels=True)
    times = [call.at_us for call in calls]
    assert len(set(times)) < len(times)
    assert min(call.work_us for call in calls) == 0
    assert times == sorted(times)
