"""Rules for stages in which somebody is looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.scenario.findings import Finding, unknown_name
from patrolsim.scenario.plain import Names, attempt, given, group
from patrolsim.units import parse_length_m, parse_multiplier, parse_speed_mps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.scenario.positions import Loc

SLOWEST_MPS = 0.05
"""Nobody searches more slowly: a street would take longer than the searches of ways can hold."""


def search_findings(stage: dict[str, object], way: Loc, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with the search of a stage, if it has one."""
    if not isinstance(stage.get("search"), dict):
        return
    search, loc = given(stage, "search"), (*way, "search")
    if stage.get("takes") is not None:
        message = "a search lasts until somebody is found: 'takes' cannot stand beside it"
        yield Finding((*way, "takes"), message, "write give_up_after inside it", at_key=True)
    if stage.get("where", "scene") != "scene":
        message = "a search starts at the scene, the last known place"
        yield Finding((*way, "where"), message, "leave where out")
    yield from _width_findings(search, loc)
    yield from _prior_findings(group(search, "prior"), (*loc, "prior"), names)
    speed = attempt(parse_speed_mps, search.get("speed"))
    if speed is not None and 0 < speed < SLOWEST_MPS:
        yield Finding((*loc, "speed"), "nobody searches so slowly", "write it like 3 km/h")


def _width_findings(search: dict[str, object], loc: Loc) -> Iterator[Finding]:
    """Yield a finding when passers-by see more than those who search."""
    passers_by = attempt(parse_length_m, search.get("passers_by"))
    sweep = attempt(parse_length_m, search.get("sweep_width", "20 m"))
    if passers_by is not None and sweep is not None and passers_by > sweep:
        message = "those who pass by would see more than those who search"
        yield Finding((*loc, "passers_by"), message, "write less than sweep_width")


def _prior_findings(prior: dict[str, object], loc: Loc, names: Names) -> Iterator[Finding]:
    """Yield unknown places, and chances that leave no street at all."""
    places = group(prior, "places")
    for name in places:
        if name not in names.places:
            yield unknown_name((*loc, "places", name), "place", name, names.places, at_key=True)
    if "near" in prior and not places:
        yield Finding((*loc, "near"), "'near' goes with 'places'", "leave it out", at_key=True)
    roads = group(prior, "roads")
    chances = [attempt(parse_multiplier, roads.get(key, 1)) for key in ("streets", "paths")]
    if chances == [0, 0]:
        message = "with 0 for streets and for paths they can be nowhere"
        yield Finding((*loc, "roads"), message, "give one of them more")
