"""What is known of a finished replication, in the form in which it travels and is stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from patrolsim.experiment.design import Part
from patrolsim.experiment.metrics_form import metrics_of_plain, plain_of_metrics
from patrolsim.experiment.packing import pack, unpack
from patrolsim.experiment.results import Finished

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A finished replication.

    Attributes
    ----------
    incident_digest, log_digest
        Sha256 of what was drawn to happen, and of everything that happened.
    metrics
        What was measured, packed.
    notices
        What the user should know of the maps and tables of its scenario.
    parts
        What else was asked for, packed.
    """

    incident_digest: str
    log_digest: str
    metrics: bytes
    notices: tuple[str, ...] = ()
    parts: Mapping[Part, bytes] = field(default_factory=dict)

    def checksum(self) -> str:
        """Return the sha256 of the digests and the metrics."""
        text = f"{self.incident_digest} {self.log_digest} ".encode()
        return hashlib.sha256(text + self.metrics).hexdigest()

    def finished(self) -> Finished:
        """Return it as results hold it.

        Raises
        ------
        PackingError
            If its metrics are damaged.
        """
        metrics = metrics_of_plain(unpack(self.metrics))
        return Finished(metrics, self.log_digest, self.incident_digest)

    def findings(self) -> list[str]:
        """Return what the auditor found; nothing when nobody asked it."""
        packed = self.parts.get(Part.AUDIT)
        found: list[str] = [] if packed is None else unpack(packed)
        return found


def pack_metrics(metrics: Metrics) -> bytes:
    """Return metrics as `Record.metrics` holds them."""
    return pack(plain_of_metrics(metrics))


def pack_findings(findings: Sequence[str]) -> bytes:
    """Return the findings of an audit as `Record.parts` holds them."""
    return pack(list(findings))
