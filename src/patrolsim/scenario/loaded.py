"""A scenario that has been read and checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.scenario.models import Note, Scenario
    from patrolsim.scenario.reporting import Whereabouts


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedScenario:
    """A checked scenario, and all that is known of where it comes from.

    Attributes
    ----------
    scenario
        The scenario.
    folder
        The folder of its file, absolute: the files that it names lie inside.
    source
        The file, as the user named it.
    text
        The file, as read.
    notes
        Where its numbers come from, in file order.
    overrides
        What the command line changed: pairs of path and value, as written.
    digest
        SHA-256 of the data after all changes, in hexadecimal digits. It does not cover the
        contents of the files that the scenario names.
    whereabouts
        Where each value stands, for mistakes that show later.
    """

    scenario: Scenario
    folder: Path
    source: str
    text: str
    notes: tuple[Note, ...]
    overrides: tuple[tuple[str, str], ...]
    digest: str
    whereabouts: Whereabouts = field(repr=False, compare=False)
