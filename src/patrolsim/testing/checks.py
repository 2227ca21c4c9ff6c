"""The checks: each holds a policy to one rule, and says in an author's words how it is broken.

A check returns an empty text when the rule is kept. What it may take for granted stands in
`Check.needs`: a policy that breaks off on an ordinary day is told so once, not by every check.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from patrolsim.audit import audit
from patrolsim.engine import ReasonBook
from patrolsim.errors import PluginError
from patrolsim.eventlog import Event, Purpose
from patrolsim.policy import Role
from patrolsim.scenario.parameters import read_parameter
from patrolsim.testing.other_futures import with_other_future, with_other_numbers
from patrolsim.testing.sample_worlds import islands, nobody_free, ordinary_day, two_at_one_instant
from patrolsim.testing.subject import steady_global_numbers
from patrolsim.testing.trial import NotHereError, Trial
from patrolsim.testing.with_searches import with_other_subject
from patrolsim.units import UnitError, to_us

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from patrolsim.policy import Parameter
    from patrolsim.testing.subject import Play
    from patrolsim.testing.watching import Decision
    from patrolsim.world import World

SLOW_S = 0.02
"""A policy that computes longer for one decision in a hundred makes long runs long."""
MOMENTS = 4
LOST_MOVED = 3
"""So many searches of a day are looked at with somebody else who is somewhere else."""
EXAMPLES = 60


class Check(NamedTuple):
    """A rule, and how to find out whether a policy keeps it.

    Attributes
    ----------
    name
        As it stands in reports and in ``expected_failed_checks``.
    rule
        The rule in one sentence.
    find
        Returns how it is broken; empty when it is kept.
    needs
        Checks that must pass before this one can say anything.
    is_advice
        Whether it only reports.
    """

    name: str
    rule: str
    find: Callable[[Trial], str]
    needs: tuple[str, ...] = ()
    is_advice: bool = False


def builds(trial: Trial) -> str:
    """Build the policy with the parameters that it is tested with."""
    try:
        trial.subject.build()
    except PluginError as error:
        return str(error)
    return ""


def parameters(trial: Trial) -> str:
    """Build the policy with each of its choices; write and read each default."""
    subject = trial.subject
    for name, parameter in subject.spec.parameters.items():
        fault = _lost_on_the_way(name, parameter)
        if fault:
            return fault
        for word in parameter.choices:
            try:
                replace(subject, written={**subject.written, name: word}).build()
            except PluginError as error:
                return f"with {name}: {word}: {error}"
    return ""


def _lost_on_the_way(name: str, parameter: Parameter) -> str:
    """Return how a default changes when it is read, written in a scenario, and read again."""
    if parameter.default is None:
        return ""
    value = read_parameter(parameter.default, parameter)
    try:
        again = read_parameter(_written(value, parameter.kind), parameter)
    except UnitError as error:
        return f"the default of {name!r} is {value!r}, which no scenario can write: {error}"
    same = again == value
    return "" if same else f"the default of {name!r} is {value!r}, written and read {again!r}"


def _written(value: object, kind: str) -> object:
    """Return a value as a scenario writes it."""
    write = _WRITERS.get(kind)
    return value if write is None else write(value)


def _percent(share: float) -> str:
    return f"{share * 100:.12g}%"


_WRITERS: Mapping[str, Callable[[Any], object]] = {
    "duration": lambda seconds: f"{seconds} s",
    "durations": lambda span: f"{span[0]}-{span[1]} s",
    "length": lambda metres: f"{metres} m",
    "waves": lambda waves: [[f"{start_s} s", people] for start_s, people in waves],
    "share": _percent,
    "durations by priority": lambda pairs: {str(key): f"{seconds} s" for key, seconds in pairs},
    "shares by priority": lambda pairs: {str(key): _percent(share) for key, share in pairs},
}


def feasible(trial: Trial) -> str:
    """Let an ordinary day pass: every decision must be one that can be carried out."""
    play = trial.day()
    return "" if play.notes.writes else play.error


def no_mutation(trial: Trial) -> str:
    """Look for attempts to write to the view, and for traces in the world."""
    writes = trial.day().notes.writes
    if writes:
        return f"sets view.{writes[0]}: what it sees is for reading; keep notes in self"
    return "changes the world that it looks at" if trial.changes_world else ""


def no_global_random(trial: Trial) -> str:
    """Compare the states of the global random numbers before and after a day."""
    reason = "draws from the global random numbers (random, numpy.random): use view.rng"
    return reason if trial.draws_globally else ""


def deterministic(trial: Trial) -> str:
    """Live the same day again: where nothing is carried over, the same must happen."""
    repeat = trial.repeat()
    if repeat.is_equal or repeat.leaves_state or repeat.is_one_object:
        return ""
    return (
        "the same day comes out differently when it is lived again: does it look at the clock, at"
        " os.urandom or at id()? Numbers come from view.rng only"
    )


def no_shared_state(trial: Trial) -> str:
    """Live days one after the other: each must come out as if it were the first."""
    repeat = trial.repeat()
    if repeat.is_one_object:
        return "build() returns the same object twice: each replication needs a fresh one"
    if repeat.is_equal or not repeat.leaves_state:
        return ""
    return (
        "a day comes out differently when others were lived before: something outlives the"
        " policy, in its class, its module or its build(); keep it in self"
    )


def no_peeking(trial: Trial) -> str:
    """Look for reads behind the view; then change the future: decisions up to then must stay."""
    private = trial.day().notes.private
    if private:
        return f"reads view.{private[0]}, which no control room knows: use what StateView offers"
    for time_us in _moments(trial):
        other = trial.play_in(with_other_future(ordinary_day(), time_us))
        changed = _first_difference(trial.day().notes.decisions, other.notes.decisions, time_us)
        if changed is not None:
            return (
                f"at t={changed.time_s:.1f} s it decides {changed.answer}, and something else"
                f" when only what happens after t={time_us / 1e6:.1f} s is different"
            )
    return _peeking_at_the_lost(trial)


def _peeking_at_the_lost(trial: Trial) -> str:
    """Put somebody who is looked for elsewhere: until a find nobody can tell the difference."""
    first = trial.day()
    for number in _searched(first):
        other = trial.play_in(with_other_subject(ordinary_day(), number))
        found_us = min(_found_us(first, number), _found_us(other, number))
        changed = _first_difference(first.notes.decisions, other.notes.decisions, found_us - 1)
        if changed is not None:
            return (
                f"at t={changed.time_s:.1f} s it decides {changed.answer}, and something else"
                f" when only whoever is looked for at incident {number} is somewhere else"
            )
    return ""


def _searched(play: Play) -> list[int]:
    """Return some incidents at which somebody was looked for."""
    if play.log is None:
        return []
    legs = play.log.legs
    found: list[int] = np.unique(legs.incident_id[legs.purpose == Purpose.SEARCH]).tolist()
    return found[:: -(-len(found) // LOST_MOVED) or 1]


def _found_us(play: Play, number: int) -> int:
    """Return when somebody was found at an incident; the end of the run if nobody was."""
    if play.log is None:
        return 0
    events = play.log.events
    rows = (events.event == Event.FOUND) & (events.incident_id == number)
    return int(min(events.time_us[rows].tolist(), default=play.log.horizon_us))


def unclaimed(trial: Trial) -> str:
    """Look for searches of streets that others are searching, or on their way to."""
    if trial.subject.spec.role is not Role.SEARCH:
        raise NotHereError("is asked of search policies")
    for world in (ordinary_day, two_at_one_instant):
        claimed = trial.play(world).notes.claimed
        if claimed:
            one = claimed[0]
            return (
                f"at t={one.time_s:.1f} s it sends volunteer {one.about} along a street that"
                f" another searcher has claimed: {one.answer}; look at task.is_claimed"
            )
    return ""


def _moments(trial: Trial) -> list[int]:
    """Return moments at which something happens; a roster is decided before everything."""
    if trial.subject.spec.role is Role.ROSTER:
        return [-1]
    table = ordinary_day().incidents
    at_us = table.occurred_us[table.known_us == table.occurred_us]
    return [int(time_us) for time_us in at_us[:: max(len(at_us) // MOMENTS, 1)]]


def _first_difference(
    first: Sequence[Decision], second: Sequence[Decision], time_us: int
) -> Decision | None:
    """Return the first decision up to a time that differs; the first series has it."""
    until = [one for one in first if to_us(one.time_s) <= max(time_us, 0)]
    other = [one for one in second if to_us(one.time_s) <= max(time_us, 0)]
    pairs = zip(until, [*other, *[None] * len(until)], strict=False)
    return next((one for one, two in pairs if one != two), None)


def any_world(trial: Trial) -> str:
    """Let Hypothesis look for a small world in which a decision cannot be carried out."""
    try:
        from hypothesis import HealthCheck, Phase, given, settings

        from patrolsim.testing.drawn_worlds import worlds
    except ImportError as error:
        reason = "needs Hypothesis: pip install 'patrolsim[testing]'"
        raise NotHereError(reason) from error
    found: list[tuple[World, str]] = []

    @settings(
        report_multiple_bugs=False,
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(worlds())
    def decides(world: World) -> None:
        reason = trial.play_in(world).error
        if reason:
            found.append((world, reason))
            raise PluginError(reason)

    # What Hypothesis raises at the end may be its own error, where a policy is not steady.
    with suppress(Exception):
        decides()
    if not found:
        return ""
    world, reason = found[-1]
    return f"with {_size(world)}: {reason}"


def _size(world: World) -> str:
    counts = (
        (len(world.volunteers), "people"),
        (len(world.incidents), "calls"),
        (len(world.streets.x), "corners"),
    )
    return ", ".join(f"{count} {word}" for count, word in counts)


def unreachable(trial: Trial) -> str:
    """Try a town with an island."""
    return trial.play(islands).error


def one_instant(trial: Trial) -> str:
    """Try a town in which calls come in pairs."""
    return trial.play(two_at_one_instant).error


def nobody_there(trial: Trial) -> str:
    """Try a town with more calls than people, and hours with nobody."""
    return trial.play(nobody_free).error


def audited(trial: Trial) -> str:
    """Let the auditor read what happened, with the promises that the policy makes."""
    for world in (ordinary_day, two_at_one_instant, nobody_free, islands):
        play = trial.day() if world is ordinary_day else trial.play(world)
        place = trial.subject.place(world())
        findings = () if play.log is None else audit(place, play.log, rules=play.rules)
        if findings:
            more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
            return f"the auditor finds: {findings[0]}{more}"
    return ""


def explains(trial: Trial) -> str:
    """Ask for the reasons of all decisions of a day: everything must happen as it did before."""
    if not hasattr(trial.subject.build(), "explain"):
        raise NotHereError("has no explain()")
    with steady_global_numbers():
        play = trial.subject.play(ordinary_day(), ReasonBook())
    if play.error:
        return play.error
    reason = "the day comes out differently when reasons are asked for: explain() must only look"
    return "" if play.digest() == trial.day().digest() else reason


def quick(trial: Trial) -> str:
    """Measure how long decisions take."""
    # The day has been lived before: nothing is compiled any more.
    trial.day()
    took_s = np.array(trial.play_in(ordinary_day()).notes.took_ns or [0]) / 1e9
    middle, slow = np.quantile(took_s, [0.5, 0.99])
    if slow <= SLOW_S:
        return ""
    return (
        f"a decision computes {middle * 1e3:.1f} ms, one in a hundred {slow * 1e3:.1f} ms or more:"
        f" a million of them take {took_s.mean() * 1e6 / 3600:.1f} h"
    )


def relabelled(trial: Trial) -> str:
    """Give the people their numbers from the other end; count the assignments that change."""
    if trial.subject.spec.role is not Role.DISPATCH:
        raise NotHereError("is asked of dispatch policies")
    last = len(ordinary_day().volunteers) - 1
    first = _assignments(trial.day(), lambda number: number)
    other = trial.play_in(with_other_numbers(ordinary_day()))
    changed = len(first - _assignments(other, lambda number: last - number))
    if not changed:
        return ""
    return (
        f"{changed} of {len(first)} assignments change when the people are numbered from the other"
        " end; that is legal where ties go by number"
    )


def _assignments(play: Play, renamed: Callable[[int], int]) -> set[tuple[int, int, int]]:
    """Return who was sent when to what."""
    if play.log is None:
        return set()
    events = play.log.events
    rows = np.flatnonzero(events.event == Event.ASSIGNED).tolist()
    columns = events.time_us, events.incident_id, events.volunteer_id
    return {
        (time_us, incident, renamed(who))
        for time_us, incident, who in ((int(c[row]) for c in columns) for row in rows)
    }
