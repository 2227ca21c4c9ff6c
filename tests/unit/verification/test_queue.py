"""What waits are measured, and that a wrong order of service shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolsim.engine.desk import Desk
from patrolsim.verification import Laboratory, all_rows, verification_host, verify

if TYPE_CHECKING:
    from patrolsim.engine.present import IncidentState


def faults(prefix: str) -> dict[str, str]:
    rows = [row for row in all_rows() if row.is_named(prefix)]
    laboratory = Laboratory(verification_host(), is_quick=True)
    verdicts = verify(rows, laboratory, lambda _verdict: None)
    return {verdict.row.id.rpartition("/")[2]: verdict.fault for verdict in verdicts}


@pytest.mark.slow
def test_last_come_first_served_keeps_the_mean_wait_and_shows_in_the_long_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Theory says so for M/M/1: the mean stays, the distribution gets a longer tail."""

    def last_come(_desk: Desk, incident: IncidentState) -> tuple[int]:
        return (-incident.known_us,)

    monkeypatch.setattr(Desk, "_key", last_come)
    found = faults("queue1/c1-rho0.5")
    assert found["wait"] == ""
    assert "standard errors off" in found["q90"] or "standard errors off" in found["late"]
