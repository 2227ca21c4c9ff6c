"""The assumption that patrols prevent incidents, as a scenario declares it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.demand.deterrence import DeterrenceRule
from patrolsim.units import to_us

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from patrolsim.demand.areas import Area
    from patrolsim.scenario.incident_models import DeterrenceModel, IncidentModel
    from patrolsim.world.places import Gazetteer


def make_deterrence(
    incidents: Mapping[str, IncidentModel], areas: Mapping[int, Area], gazetteer: Gazetteer
) -> tuple[DeterrenceRule, ...]:
    """Return the rule of each kind that has one.

    Parameters
    ----------
    incidents
        All kinds by name, in their order.
    areas
        Where incidents happen, by the index of those kinds for which it is known already.
    gazetteer
        Knows it for the others.
    """
    return tuple(
        DeterrenceRule(
            index=index,
            name=name,
            radius_m=model.deterred_by_patrols.radius,
            memory_us=to_us(model.deterred_by_patrols.span),
            prevented=model.deterred_by_patrols.prevented,
            displaced=model.deterred_by_patrols.displaced,
            area=areas[index] if index in areas else gazetteer.area(model.where),
        )
        for index, (name, model) in enumerate(incidents.items())
        if model.deterred_by_patrols is not None
    )


def remarks_on_deterrence(incidents: Mapping[str, IncidentModel]) -> Iterator[str]:
    """Yield what a reader must know: results rest on an assumption."""
    for name, model in incidents.items():
        if model.deterred_by_patrols is not None:
            yield f"assumed, not found: {_in_words(name, model.deterred_by_patrols)}"


def _in_words(name: str, one: DeterrenceModel) -> str:
    prevented = f"{one.prevented:.0%} of {name!r} do not happen within {one.radius:g} m of where"
    when = f"a patrol was in the last {one.span / 60:g} min"
    if one.displaced == 0:
        return f"{prevented} {when}"
    return f"{prevented} {when}; {one.displaced:.0%} of these happen elsewhere instead"
