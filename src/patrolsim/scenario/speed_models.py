"""What a scenario file may say about the speed of people by time of day."""

# pydantic reads the types of the fields when the module is imported, and copies the defaults.
# ruff: noqa: TC001, RUF012

from __future__ import annotations

from pydantic import Field

from patrolsim.scenario.frozen_model import Model
from patrolsim.scenario.values import Days, Hours, Pace, Start


class SpeedChangeModel(Model):
    """A time in which people move at another speed than usual: a rush hour, rain, a quiet night.

    It holds where all that it says about the time is true. Where several changes meet, their
    shares are multiplied. Ways off the road change too.
    """

    speed: Pace
    """Share of the usual speed, to a tenth of a percent: 60%; at most 200%."""
    modes: list[str] = []
    """Whom it concerns: [car, e-bike]. Left out: everybody."""
    days: Days = Field(default=(0, 1, 2, 3, 4, 5, 6), validate_default=False)
    """The days of the week on which it begins: Mon-Fri."""
    hours: Hours = Field(default=(0.0, 86400.0), validate_default=False)
    """The hours of the day: 07:00-09:00; over midnight they belong to the day before."""
    start: Start | None = Field(default=None, alias="from")
    """First moment: 2025-03-10 06:00. Left out: since always."""
    end: Start | None = Field(default=None, alias="to")
    """Moment from which it holds no more: 2025-03-10 14:00. Left out: for ever."""
