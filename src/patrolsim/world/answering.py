"""Joint answer: which teams help which, and whose members a need asks for by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from patrolsim.incidents import Help
from patrolsim.units import to_us

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.scenario.incident_models import IncidentModel
    from patrolsim.scenario.models import Scenario
    from patrolsim.volunteers.people import Volunteer


def helps_of(scenario: Scenario) -> tuple[Help, ...]:
    """Return who helps whom, in the order of the scenario."""
    return tuple(
        Help(team=name, helped=helped, after_us=to_us(after_s))
        for name, model in scenario.teams.items()
        for helped, after_s in model.helps.items()
    )


def teams_in_needs(scenario: Scenario, incidents: Mapping[str, IncidentModel]) -> frozenset[str]:
    """Return the teams that some need names."""
    wanted = [
        needs
        for kind in incidents.values()
        for needs in (kind.needs, *(stage.needs for stage in kind.stages.values()))
        if isinstance(needs, dict)
    ]
    return frozenset(name for needs in wanted for name in needs if name in scenario.teams)


def with_badges(people: Sequence[Volunteer], teams: frozenset[str]) -> tuple[Volunteer, ...]:
    """Return everybody, those of the given teams with the name of their team as one more skill.

    So a need that names a team is filled, forecast, bounded and audited like any other.
    """
    return tuple(
        replace(who, skills=who.skills | {who.team}) if who.team in teams else who
        for who in people
    )
