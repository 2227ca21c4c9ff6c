"""Scenarios of the table, and what is measured in each of their replications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from patrolsim.verification.trial import Trial


class Size(NamedTuple):
    """How much is simulated: independent replications, and the length of each.

    The length counts whatever the study counts: customers, calls, days.
    """

    replications: int
    length: int


class Observation(NamedTuple):
    """What one replication gave: measures by name, and controls whose mean is 0."""

    measures: Mapping[str, float]
    controls: tuple[float, ...] = ()


class Setup(NamedTuple):
    """A scenario: the text of its ``scenario.yaml``, and the tables beside it by name."""

    text: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A scenario that is simulated once for all rows that look at it.

    Attributes
    ----------
    name
        Unlike that of any other study.
    setup
        Writes the scenario from the length of a replication and the number of the draw.
    observe
        Measures one replication of this length.
    full, quick
        How much is simulated without and with ``--quick``; None where `full` is quick enough.
    redraws
        Whether each replication is a scenario with a seed of its own, so that what a scenario
        draws once (the homes of its people) is drawn anew.
    """

    name: str
    setup: Callable[[int, int], Setup]
    observe: Callable[[Trial, int], Observation]
    full: Size
    quick: Size | None = None
    redraws: bool = False
