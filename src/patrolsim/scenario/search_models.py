"""How somebody is looked for: where they may be, what searchers see, when the search is over."""

# pydantic reads the types of the fields when the module is imported, and copies the defaults.
# ruff: noqa: TC001, RUF012

from __future__ import annotations

from typing import Literal

from pydantic import Field

from patrolsim.scenario.frozen_model import Model
from patrolsim.scenario.values import Duration, Length, Multiplier, Name, Ring, Spec, Speed


class RoadsModel(Model):
    """How likely the classes of streets are, by the metre."""

    streets: Multiplier = Field(default=1.0, validate_default=False)
    """Streets that are open to cars: 1 times."""
    paths: Multiplier = Field(default=1.0, validate_default=False)
    """Ways that are closed to cars: 2 times."""


class PriorModel(Model):
    """Where the lost person may be: what a planner would colour on a map before anybody looks."""

    ring: Ring | None = None
    """How far people are found from the last known place: about 900 m. The distance is lognormal
    with this mean and half of it as standard deviation. Left out: anywhere alike."""
    roads: RoadsModel = RoadsModel()
    """How much more or less likely a metre of some streets is: {paths: 2 times}."""
    places: dict[Name, Multiplier] = {}
    """Places that draw people: streets near them are so many times as likely:
    {bus_hub: 3 times}. Near several places the largest counts."""
    near: Length = Field(default=150.0, gt=0, validate_default=False)
    """How near to such a place a street counts as near."""


class SubjectModel(Model):
    """A lost person who walks about before they stay where they are."""

    moves: Speed
    """How fast they walk: 2 km/h."""
    until_stuck: Spec
    """How long they walk, from the moment at which it happens: about 1 h."""


class SearchModel(Model):
    """The search for a person along the streets; it ends when they are found, or is given up."""

    prior: PriorModel = PriorModel()
    """Where they may be; left out: anywhere along the streets."""
    sweep_width: Length = Field(default=20.0, gt=0, validate_default=False)
    """Width of the strip that one searcher effectively sees (Koopman's W)."""
    street_width: Length = Field(default=40.0, gt=0, validate_default=False)
    """Width of the strip along a street in which they may be: yards, doorways, bushes."""
    passers_by: Length = Field(default=0.0, validate_default=False)
    """The sweep width of everybody else who passes while the search is on: patrols, people on
    their way. 0 m: they see nothing."""
    subject: Literal["still"] | SubjectModel = "still"
    """still, or how they walk about: {moves: 2 km/h, until stuck: about 1 h}."""
    speed: Speed = Field(default=3.0 / 3.6, validate_default=False)
    """How fast people walk while they search."""
    give_up_after: Duration = Field(default=6 * 3600.0, gt=0, validate_default=False)
    """The search is given up after so much time in which somebody searched."""
    find_within: Duration | None = None
    """The time from known in which they should be found."""
    if_not_found: Literal["escalated", "gave up"] = "escalated"
    """How the incident ends when the search is given up: gave up at once, escalated after the
    stages that happen only when it is."""
