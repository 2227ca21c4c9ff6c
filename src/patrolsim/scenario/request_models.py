"""Requests: what may be scheduled before a due time, fixed appointments, catalogues."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from patrolsim.scenario.frozen_model import Model
from patrolsim.scenario.values import (
    Batch,
    Days,
    Duration,
    Hours,
    Needs,
    Share,
    Spec,
    Start,
    TimesOfDay,
    form_of_times,
)


class WindowsModel(Model):
    """Hours in which work that is not remote may start; it need not end inside."""

    days: Days = Field(default=(0, 1, 2, 3, 4, 5, 6), validate_default=False)
    """The days of the week on which it opens: workdays."""
    hours: Hours
    """The hours of the day: 09:00-17:00."""


class RequestModel(Model):
    """What makes a kind of incident a request: it may be scheduled before a due time.

    It waits for the appointments policy instead of being answered at once.
    """

    due_within: Duration = Field(gt=0)
    """How long after it became known it is due to be done: 3 days."""
    windows: WindowsModel | None = None
    """When work that is not remote may start; left out: at any time."""


class WeeklyTimesModel(Model):
    """Times that come again every week."""

    days: Days = Field(default=(0, 1, 2, 3, 4, 5, 6), validate_default=False)
    """The days of the week: Fri; left out: every day."""
    hours: TimesOfDay
    """The times of the day: 10:00, or 09:00, 14:00."""


Times = Annotated[
    Annotated[WeeklyTimesModel, Tag("weekly")] | Annotated[list[Start], Tag("moments")],
    Discriminator(form_of_times),
]
"""Fixed times: a list of moments, or times of the week."""


class ItemModel(Model):
    """One item of the catalogue of a kind; what it leaves out is as the kind says."""

    about: str = ""
    """What it is."""
    share: Share
    """Its share of what comes in; the shares of a catalogue add up to 100 %."""
    takes: Spec | None = None
    """How long the last stage lasts."""
    needs: Needs | None = None
    """Who is needed in the last stage."""
    due_within: Duration | None = Field(default=None, gt=0)
    """How long after it became known it is due to be done."""
    batch: Batch | None = None
    """How many come at once."""
