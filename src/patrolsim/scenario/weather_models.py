"""What a scenario file may say about weather: spells that several kinds of incident share."""

# pydantic reads the types of the fields when the module is imported.
# ruff: noqa: TC001

from __future__ import annotations

from pydantic import Field

from patrolsim.scenario.frozen_model import Model
from patrolsim.scenario.values import Months, Rate, Spec


class WeatherModel(Model):
    """Weather that comes by chance, the same for all kinds; nobody knows it beforehand."""

    about: str = ""
    """What it is."""
    how_often: Rate
    """How many spells begin, on average over the years: 20 per year."""
    lasts: Spec
    """How long a spell lasts."""
    months: Months = Field(default=tuple(range(1, 13)), validate_default=False)
    """The months in which it begins: May-Sep; the average over the year stays."""
