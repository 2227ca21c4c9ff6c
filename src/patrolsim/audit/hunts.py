"""Searches as the auditor sees them: who passed the lost person when, and who had to find them.

The subject is drawn as the incidents are; all else is worked out from the legs of the trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from patrolsim.demand.subjects import draw_subject, stop_at_spot
from patrolsim.eventlog import NOBODY, OFF_ROAD_STEP, Purpose, Status
from patrolsim.network.streets import SHARES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.audit.legs import Leg
    from patrolsim.audit.records import Case, Hunt, Scene
    from patrolsim.audit.whereabouts import Whereabouts
    from patrolsim.demand.search_ground import SearchGround
    from patrolsim.demand.subjects import Part, Subject
    from patrolsim.network.streets import Stop, Streets

TIE_US = 5
"""Meetings are worked out in floating point; nearer than this is the same moment."""
NEAR_M = 1e-3
"""Ways of the lost are cut to whole microseconds and whole parts of a street."""
AT_THE_SPOT = 1e-7
"""Nearer than this share of a street, or than what is walked in two microseconds, is at the spot:
a place in the middle of a street is reached to the whole microsecond."""
SEARCHES = (Purpose.SEARCH, Purpose.TO_SEARCH)


def end_hunt(case: Case, time_us: int) -> None:
    """Let a search end that is on, because it is given up."""
    if case.hunt is not None and case.hunt.end_us is None:
        case.hunt.end_us = time_us


def place_of_find(scene: Scene, hunt: Hunt) -> Stop:
    """Return where the subject of a search is at its end, and let the auditor know the place."""
    ground, streets = _ground(scene, hunt), scene.world.streets
    subject = draw_subject(ground, streets, hunt.case.row, hunt.stage, scene.world.streams)
    arc, share = subject.spot_at(hunt.begin_us if hunt.end_us is None else hunt.end_us)
    stop = stop_at_spot(streets, ground.mode, arc, share)
    scene.whereabouts.learn(stop)
    return stop


def _ground(scene: Scene, hunt: Hunt) -> SearchGround:
    return scene.world.searches[hunt.case.row.kind, hunt.stage]


class Passing(NamedTuple):
    """Somebody passes the subject, or may do so at an instant at which other things happen too."""

    time_us: int
    who: int
    is_search: bool
    is_certain: bool


def judge_hunts(scene: Scene) -> None:
    """Check each search: found by whom and when the coverage has come to what was drawn."""
    for hunt in scene.hunts:
        ground = _ground(scene, hunt)
        subject = draw_subject(
            ground, scene.world.streets, hunt.case.row, hunt.stage, scene.world.streams
        )
        _judge_subject(scene, hunt, ground, subject)
        end_us = scene.horizon_us if hunt.end_us is None else hunt.end_us
        passings = sorted(_passings(scene.whereabouts, scene.world.streets, hunt, subject, end_us))
        _judge_find(scene, hunt, ground, subject, passings)
    _judge_walks(scene)


def _judge_find(
    scene: Scene, hunt: Hunt, ground: SearchGround, subject: Subject, passings: list[Passing]
) -> None:
    end_us = scene.horizon_us if hunt.end_us is None else hunt.end_us
    about = f"incident {hunt.case.id}"
    certain = [one for one in passings if one.is_certain and one.time_us < end_us - TIE_US]
    if _coverage(ground, certain) >= subject.coverage:
        scene.findings.add("found when passed", end_us, f"{about} was overlooked, or found late")
    if hunt.finder == NOBODY:
        return
    if _coverage(ground, passings) < subject.coverage * (1 - 1e-12):
        scene.findings.add("found by enough effort", end_us, f"{about}: too few have passed")
    last = [one for one in passings if one.time_us >= end_us - TIE_US]
    if all(one.who != hunt.finder for one in last):
        text = f"{about}: volunteer {hunt.finder} was not at the place"
        scene.findings.add("found where they are", end_us, text)


def _coverage(ground: SearchGround, passings: list[Passing]) -> float:
    searchers = sum(one.is_search for one in passings)
    search = ground.search
    others = len(passings) - searchers
    return searchers * search.effort_of_searcher + others * search.effort_of_passer_by


def _passings(
    whereabouts: Whereabouts, streets: Streets, hunt: Hunt, subject: Subject, end_us: int
) -> Iterator[Passing]:
    """Yield everybody who passes the subject while the search is on."""
    for who, legs in whereabouts.legs.items():
        for leg in legs:
            if leg.end_us < hunt.begin_us or leg.start_us > end_us:
                continue
            is_search = leg.purpose == Purpose.SEARCH and leg.incident_id == hunt.case.id
            for time_us, is_certain in _meetings(whereabouts, streets, leg, subject):
                if hunt.begin_us <= time_us <= min(end_us, leg.end_us) + TIE_US:
                    is_inside = hunt.begin_us + TIE_US < time_us < leg.end_us - TIE_US
                    yield Passing(time_us, who, is_search, is_certain and is_inside)
    for part in subject.parts[:-1]:
        if part.to_share in {0, SHARES} and hunt.begin_us <= part.end_us <= end_us + TIE_US:
            yield from _watchers(whereabouts, streets, hunt, part)


def _watchers(
    whereabouts: Whereabouts, streets: Streets, hunt: Hunt, part: Part
) -> Iterator[Passing]:
    """Yield the searchers who stand at the corner that the subject passes at the end of a part."""
    node = int((streets.head if part.to_share else streets.tail)[part.arc])
    corner = float(streets.x[node]), float(streets.y[node])
    for who in whereabouts.legs:
        before, _until_us = whereabouts.status_at(who, part.end_us - 1)
        after, _until_us = whereabouts.status_at(who, part.end_us)
        last = whereabouts.leg_before(who, part.end_us)
        is_under_way = last is not None and last.end_us > part.end_us
        here = whereabouts.position(who, part.end_us)
        may_see = Status.AT_WORK in {before, after}
        if is_under_way or not may_see or here != corner:
            continue
        is_certain = (
            before == after == Status.AT_WORK
            and last is not None
            and last.purpose in SEARCHES
            and last.incident_id == hunt.case.id
            and last.end_us < part.end_us
            and hunt.begin_us < part.end_us
            and not whereabouts.is_setting_out(who, part.end_us, NOBODY)
        )
        yield Passing(part.end_us, who, is_search=True, is_certain=is_certain)


def _meetings(
    whereabouts: Whereabouts, streets: Streets, leg: Leg, subject: Subject
) -> Iterator[tuple[int, bool]]:
    """Yield when a leg passes the subject, and whether it surely does."""
    arcs, ends_us = whereabouts.steps_on_the_clock(leg)
    for step, arc in enumerate(arcs):
        if arc == OFF_ROAD_STEP:
            continue
        begin_us = ends_us[step - 1] if step else leg.start_us
        for part in subject.parts:
            if arc in {part.arc, int(streets.twin[part.arc])}:
                low_us, high_us = max(begin_us, part.begin_us), min(ends_us[step], part.end_us)
                if low_us < high_us:
                    yield from _Meeting(whereabouts, streets, leg, part).moments(low_us, high_us)


class _Meeting:
    """A leg and a part of the subject's way on one street."""

    def __init__(self, whereabouts: Whereabouts, streets: Streets, leg: Leg, part: Part) -> None:
        self._whereabouts, self._leg, self._part = whereabouts, leg, part
        whole_us = int(whereabouts.eras.at(leg.start_us).weight_us[leg.mode, part.arc])
        self._at_the_spot = max(AT_THE_SPOT, 2 / whole_us)
        tail, head = int(streets.tail[part.arc]), int(streets.head[part.arc])
        self._from = float(streets.x[tail]), float(streets.y[tail])
        self._way = (
            float(streets.x[head]) - self._from[0],
            float(streets.y[head]) - self._from[1],
        )

    def moments(self, low_us: int, high_us: int) -> Iterator[tuple[int, bool]]:
        """Yield the moment at which the order changes, and whether it surely does."""
        began_us, ended_us = low_us, high_us
        first, last = self._ahead(low_us), self._ahead(high_us)
        is_certain = min(abs(first), abs(last)) >= self._at_the_spot
        if not is_certain:
            yield (low_us if abs(first) < abs(last) else high_us), False
        if (first > 0) == (last > 0):
            return
        while high_us - low_us > 1:
            middle_us = (low_us + high_us) // 2
            if (self._ahead(middle_us) > 0) == (first > 0):
                low_us = middle_us
            else:
                high_us = middle_us
        if is_certain or min(high_us - began_us, ended_us - high_us) > TIE_US:
            yield high_us, is_certain

    def _ahead(self, time_us: int) -> float:
        """Return how far the walker is ahead of the subject, as a share of the street."""
        x, y = self._whereabouts.position_on(self._leg, time_us)
        along = (x - self._from[0]) * self._way[0] + (y - self._from[1]) * self._way[1]
        whole = self._way[0] ** 2 + self._way[1] ** 2
        ahead: float = along / whole - self._part.share_at(time_us) / SHARES
        return ahead


def _judge_subject(scene: Scene, hunt: Hunt, ground: SearchGround, subject: Subject) -> None:
    """Check that somebody who walks about keeps to the streets and to their speed."""
    streets, movement = scene.world.streets, ground.search.movement
    speed_mps = 0.0 if movement is None else movement.speed_mps
    for part, after in zip(subject.parts, subject.parts[1:], strict=False):
        share_m = float(streets.length_m[part.arc]) / SHARES
        way_m = (abs(part.to_share - part.from_share) - 1) * share_m
        is_too_fast = way_m > speed_mps * (part.end_us - part.begin_us + 1) / 1e6 + NEAR_M
        if is_too_fast or part.end_us != after.begin_us or not _joins(streets, part, after):
            text = f"incident {hunt.case.id}: on arc {part.arc}"
            scene.findings.add("the lost keep to the streets", part.begin_us, text)


def _joins(streets: Streets, part: Part, after: Part) -> bool:
    """Whether a part begins where the one before ends."""
    if part.arc == after.arc and abs(part.to_share - after.from_share) <= 1:
        return True
    ends = [
        int((streets.head if share == SHARES else streets.tail)[arc])
        for arc, share in ((part.arc, part.to_share), (after.arc, after.from_share))
    ]
    return ends[0] == ends[1]


def _judge_walks(scene: Scene) -> None:
    """Check that people search only in a search that is on, at the pace of those who search."""
    for who, legs in scene.whereabouts.legs.items():
        for leg in legs:
            if leg.purpose not in SEARCHES:
                continue
            text = f"volunteer {who}, leg {leg.number}, for incident {leg.incident_id}"
            hunts = [
                hunt
                for hunt in scene.hunts
                if hunt.case.id == leg.incident_id
                and hunt.begin_us <= leg.start_us
                and (hunt.end_us is None or leg.end_us <= hunt.end_us)
            ]
            if not hunts:
                scene.findings.add("searches in a search", leg.start_us, text)
            elif leg.purpose == Purpose.SEARCH and leg.mode != _ground(scene, hunts[0]).mode:
                scene.findings.add("pace of a search", leg.start_us, text)
