"""What a scenario file may say about streets that change: gates opened, streets closed."""

# pydantic reads the types of the fields when the module is imported, and copies the defaults.
# ruff: noqa: TC001, RUF012

from __future__ import annotations

from typing import Literal

from pydantic import Field

from patrolsim.scenario.frozen_model import Model
from patrolsim.scenario.values import Days, Hours, Length, NodeId, Pace, Start, Truth

Change = Literal["open", "close", "add", "jam"]


class InterventionModel(Model):
    """A change of the streets: a gate is opened, a street closed, a passage added, a jam set.

    It holds where all that it says about the time is true; without a word about the time, always.
    """

    about: str = ""
    """What it is."""
    does: Change
    """open: a street that the map holds and closes; close: nobody passes a street, but those who
    live or are needed on it; add: a passage that the map does not hold; jam: another speed."""
    street: str | None = None
    """Name of the street on the map; all its parts are meant."""
    between: list[NodeId] | None = None
    """The two nodes at the ends of a street or passage, by their ids: ["17", "25"]."""
    one_way: Truth = False
    """With `between`: only from the first node to the second."""
    length: Length | None = Field(default=None, gt=0)
    """Length of an added passage; left out: as the crow flies."""
    speed: Pace | None = None
    """Share of the usual speed in a jam: 20%."""
    modes: list[str] = []
    """Whom it concerns: [car, e-bike]. Left out: everybody; an opened street then follows its
    class and its other tags, an added passage is a service way."""
    days: Days = Field(default=(0, 1, 2, 3, 4, 5, 6), validate_default=False)
    """The days of the week on which it begins: Mon-Fri."""
    hours: Hours = Field(default=(0.0, 86400.0), validate_default=False)
    """The hours of the day: 07:00-09:00; over midnight they belong to the day before."""
    start: Start | None = Field(default=None, alias="from")
    """First moment: 2025-03-10 06:00. Left out: since always."""
    end: Start | None = Field(default=None, alias="to")
    """Moment from which it holds no more: 2025-03-10 14:00. Left out: for ever."""
    every_strategy: Truth = True
    """Whether it holds under every strategy; false: only under those that list it."""
