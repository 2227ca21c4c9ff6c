"""Who can do what: the auditor's own reading of the rules for assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.eventlog import NEVER_US, Status
from patrolsim.network.streets import NO_NODE

if TYPE_CHECKING:
    from patrolsim.audit.records import Case, Person, Scene
    from patrolsim.network.streets import Stop


def why_unfit(person: Person, case: Case, now_us: int) -> str | None:
    """Return why this person cannot be sent to this incident, busy or not; None if they can."""
    if person.has_had_enough(now_us):
        return "has had all alerts or hours of the week"
    return why_unable(person, case, now_us)


def why_unable(person: Person, case: Case, now_us: int) -> str | None:
    """Return why this person cannot do it, however much they have done; None if they can."""
    if person.shift_end_us is None or now_us >= person.shift_end_us:
        return "is off shift"
    team = person.facts.team
    if not _is_answered_by(case, team, now_us):
        return f"is of team {team!r}, which does not answer {case.kind.name!r}"
    if person.id in case.declined:
        return "has declined it"
    if case.open_slot(person.facts.skills_at(now_us)) is None:
        return "has no skill that is still needed"
    return None


def _is_answered_by(case: Case, team: str, now_us: int) -> bool:
    """Whether people of a team may be sent: it is theirs, or they may help by this time."""
    teams = teams_of(case)
    if not teams or team in teams:
        return True
    known_us = NEVER_US if case.known_us is None else case.known_us
    waits_us = [
        one.after_us for one in case.kind.helps if one.team == team and one.helped in teams
    ]
    return bool(waits_us) and now_us - known_us >= min(waits_us)


def teams_of(case: Case) -> tuple[str, ...]:
    """Return the teams that answer the present stage by themselves; none for all."""
    own = () if case.present is None else case.present.teams
    return own or case.kind.teams


def expected_arrival_us(scene: Scene, person: Person, case: Case, status: int) -> int | None:
    """Return when a person can be expected at an incident, as the control room reckons it.

    None where it is not worked out: no way leads there, the incident is outside the sample for
    which travel times are computed on large maps, or the person sets out at this very instant.
    """
    ready_us = scene.now_us + _turnout_us(scene, person, status)
    places = scene.places_of(case)
    if places is None:
        return ready_us
    if scene.whereabouts.is_setting_out(person.id, scene.now_us, case.id):
        return None
    if len(places) != 1 or not scene.whereabouts.is_sampled(case.id):
        return None
    mode = person.mode_for(case.row.priority)
    way_us = _way_us(scene, person, places[0], mode, ready_us)
    return None if way_us is None else scene.whereabouts.paces.arrives_us(mode, ready_us, way_us)


def is_sent(scene: Scene, person: Person) -> bool:
    """Whether it is for the dispatch policy to choose this person."""
    return not (scene.rules.alerts and person.facts.may_decline)


def is_feasible(scene: Scene, person: Person, case: Case) -> bool:
    """Whether a free person could surely be sent to an incident now."""
    if not is_sent(scene, person):
        return False
    if why_unfit(person, case, scene.now_us) is not None:
        return False
    places = scene.places_of(case)
    mode = person.mode_for(case.row.priority)
    if places is not None and (len(places) != 1 or places[0].nodes[mode] == NO_NODE):
        return False
    if mode == person.facts.mode and person.must_stop_us >= NEVER_US:
        return True
    # Walking brings nobody who walks there sooner, but somebody who would drive may come near
    # enough to do it before they must stop. Nobody asks again then: it is not sure.
    if mode != person.facts.mode and person.must_stop_us < NEVER_US:
        return False
    # In another mode than the ordinary one, there may be no way on from where somebody is.
    arrival_us = expected_arrival_us(scene, person, case, person.status)
    slack_us = scene.whereabouts.paces.clock_slack_us(mode)
    return arrival_us is not None and arrival_us <= person.must_stop_us - slack_us


def _turnout_us(scene: Scene, person: Person, status: int) -> int:
    """Return the expected time to leaving: whoever was not standing by before leaves at once."""
    facts = person.facts
    answer_s = 0.0 if facts.answers_after is None else facts.answers_after.mean_s
    stood_by = status == Status.STANDING_BY
    stood_by = stood_by and scene.whereabouts.has_stood_by(person.id, scene.now_us)
    if facts.turnout is not None and stood_by:
        answer_s += facts.turnout.mean_s
    return round(answer_s * 1e6)


def _way_us(scene: Scene, person: Person, place: Stop, mode: int, ready_us: int) -> int | None:
    """Return the work of the way to a place for somebody who leaves when they are ready."""
    if place.nodes[mode] == NO_NODE:
        return None
    whereabouts = scene.whereabouts
    exits = whereabouts.exits(person.id, scene.now_us, mode, ready_us)
    if exits and whereabouts.position(person.id, scene.now_us) == (place.x, place.y):
        return 0
    ways = whereabouts.eras.at(scene.now_us).ways
    reached = [
        exit_.cost_us + entry.cost_us + way_us
        for entry in whereabouts.entries_of(place, mode, scene.now_us)
        for exit_ in exits
        if (way_us := ways.times_to(entry.node, mode)[exit_.node]) != float("inf")
    ]
    straight_us = whereabouts.straight_us(exits, place, mode, scene.now_us)
    if straight_us is not None:
        reached.append(straight_us)
    return int(min(reached)) if reached else None
