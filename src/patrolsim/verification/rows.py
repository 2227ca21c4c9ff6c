"""Rows of the table as data: what is claimed, where the claim comes from, how it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patrolsim.verification.laboratory import Laboratory
    from patrolsim.verification.studies import Study


class Finding(NamedTuple):
    """The exact value of a row, and what the simulator gave.

    Attributes
    ----------
    exact
        What theory says.
    values
        One value per replication; a single one where equality is asked for.
    controls
        Per replication, what is known to be 0 on average and explains part of the scatter.
    """

    exact: float
    values: Sequence[float]
    controls: Sequence[Sequence[float]] = ()


class Limits(NamedTuple):
    """How wide half an interval may be, as a share of `scale`; None where a row is not run.

    Attributes
    ----------
    quick, full
        With ``--quick``, and without.
    scale
        What the share is taken of; None for the exact value.
    """

    quick: float | None
    full: float
    scale: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table.

    Attributes
    ----------
    id, group
        Its name, ``item/case/measure``, and the group that it belongs to.
    what
        What is compared, in words.
    source
        Who says so.
    find
        Gives the exact value and the simulated ones.
    limits
        How precise the simulated value must be; None asks for equality.
    is_quick
        Whether ``--quick`` runs it.
    """

    id: str
    group: str
    what: str
    source: str
    find: Callable[[Laboratory], Finding]
    limits: Limits | None = None
    is_quick: bool = True

    def is_named(self, name: str) -> bool:
        """Return whether a name is its own, that of its group, or the beginning of its own."""
        return name in {self.group, self.id} or self.id.startswith(f"{name}/")


def measured(study: Study, measure: str, exact: float) -> Callable[[Laboratory], Finding]:
    """Return the finder of a row that compares one measure of a study with an exact value."""

    def find(laboratory: Laboratory) -> Finding:
        seen = laboratory.observe(study)
        values = [one.measures[measure] for one in seen]
        return Finding(exact, values, [one.controls for one in seen])

    return find
