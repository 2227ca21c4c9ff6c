"""Rules for values that have several forms, of which a planner gives exactly one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.scenario.findings import Finding, unknown_name
from patrolsim.scenario.plain import attempt, given, group
from patrolsim.units import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from patrolsim.scenario.plain import Names
    from patrolsim.scenario.positions import Loc

STREETS_FORMS = (("map",), ("nodes", "edges"), ("city",))
PLACE_FORMS = (("lon", "lat"), ("x", "y"), ("node",), ("file",))
AREA_FORMS = (("everywhere",), ("places",), ("nodes",), ("raster",), ("polygons",))


CITY_BRINGS = ("speeds", "road_speeds", "travel_times", "off_road", "snap", "coords")
"""Keys of the streets that would do nothing beside a city file."""


def streets_findings(data: dict[str, object]) -> Iterator[Finding]:
    """Yield what is wrong with the form of the streets, and with the modes named there."""
    if not isinstance(data.get("streets"), dict):
        return
    streets = given(data, "streets")
    yield from one_form(streets, ("streets",), STREETS_FORMS)
    for key in CITY_BRINGS if "city" in streets else ():
        if key in streets:
            message = f"a city file brings its own {key.replace('_', ' ')}"
            yield Finding(("streets", key), message, "leave it out", at_key=True)
    if "travel_times" in streets and "map" in streets:
        message = "'travel_times' goes with 'nodes' and 'edges'"
        yield Finding(("streets", "travel_times"), message, "", at_key=True)


def place_findings(data: dict[str, object]) -> Iterator[Finding]:
    """Yield the places that are given in no form, in half a form or in several."""
    for name, place in group(data, "places").items():
        if isinstance(place, dict):
            yield from one_form(given(place), ("places", name), PLACE_FORMS)
            yield from coords_findings(given(place), ("places", name), ("lon", "file"))


def area_findings(area: object, loc: Loc, names: Names) -> Iterator[Finding]:
    """Yield what is wrong with an area: its form, its places, their weights."""
    if not isinstance(area, dict):
        return
    forms = {key: value for key, value in given(area).items() if value not in (False, {})}
    yield from one_form(forms, loc, AREA_FORMS)
    if "cell" in forms and "raster" not in forms:
        yield Finding((*loc, "cell"), "'cell' goes with 'raster'", "", at_key=True)
    if "spread" in forms and not {"places", "nodes"} & set(forms):
        yield Finding((*loc, "spread"), "'spread' goes with 'places' or 'nodes'", "", at_key=True)
    yield from coords_findings(forms, loc, ("nodes", "raster", "polygons"))
    places = group(area, "places")
    for name in places:
        if name not in names.places:
            yield unknown_name((*loc, "places", name), "place", name, names.places, at_key=True)
    if places and all(weight == 0 for weight in places.values()):
        yield Finding((*loc, "places"), "all these weights are 0", "give one of them more")


def coords_findings(
    present: dict[str, object], loc: Loc, partners: Sequence[str]
) -> Iterator[Finding]:
    """Yield a finding where nothing is given that `coords` could be about."""
    if "coords" in present and not any(key in present for key in partners):
        message = f"'coords' goes with {' or '.join(map(repr, partners))}"
        yield Finding((*loc, "coords"), message, "leave it out", at_key=True)


def one_form(
    present: dict[str, object], loc: Loc, forms: Sequence[tuple[str, ...]]
) -> Iterator[Finding]:
    """Yield a finding unless exactly one of the forms is given, and given whole."""
    begun = [form for form in forms if any(key in present for key in form)]
    choices = "give " + " or ".join(" with ".join(form) for form in forms)
    if not begun:
        absent = tuple(key for form in forms for key in form)
        message = f"{quoted(loc[-1])} does not say where"
        yield Finding(loc, message, choices, at_key=True, absent=absent)
    for form in begun:
        for key in form:
            if key not in present:
                have = next(other for other in form if other in present)
                message = f"{have!r} needs {key!r} beside it"
                yield Finding((*loc, have), message, "", at_key=True, absent=(key,))
    for form in begun[1:]:
        key = next(key for key in form if key in present)
        first = next(key for key in begun[0] if key in present)
        message = f"{key!r} cannot stand beside {first!r}"
        yield Finding((*loc, key), message, "keep one of them", at_key=True)


def twice_findings(
    mapping: dict[str, object], loc: Loc, parse: Callable[[object], object]
) -> Iterator[Finding]:
    """Yield the keys that mean the same as one before: 7:00-9:00 and 07:00-09:00."""
    met: dict[object, str] = {}
    for key in mapping:
        meaning = attempt(parse, key)
        if meaning is not None and meaning in met:
            message = f"{quoted(key)} means the same as {quoted(met[meaning])}"
            yield Finding((*loc, key), message, "keep one of them", at_key=True)
        met.setdefault(meaning, key)
