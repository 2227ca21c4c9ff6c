"""Letters: each waits in the nearest box until a round has worked there, and not longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.eventlog import NEVER_US
from patrolsim.incidents import Where

if TYPE_CHECKING:
    from patrolsim.audit.records import Case, Row, Scene


def post(scene: Scene, case: Case) -> None:
    """Remember a letter that has been written, and in which box it lies."""
    if case.row.particulars.posted_us == NEVER_US:
        return
    round_of = scene.world.rounds[case.row.kind]
    boxes = [
        (stop.x, stop.y)
        for stage in scene.world.kinds[round_of].stages
        if stage.where is Where.NEAREST
        for place in stage.places
        for stop in scene.world.places[place]
    ]
    ways = [(x - case.row.x) ** 2 + (y - case.row.y) ** 2 for x, y in boxes]
    case.box = boxes[ways.index(min(ways))]
    scene.letters.setdefault(round_of, []).append(case)


def fetch(scene: Scene, case: Case, row: Row) -> None:
    """Expect the letters of a box to be known, for a round has just ended its work there."""
    letters = scene.letters.get(case.row.kind, [])
    stage = case.present
    if not letters or stage is None or stage.where is Where.REMOTE:
        return
    here = {
        position
        for who in case.there
        for position in scene.whereabouts.positions(who, row.time_us)
    }
    for letter in letters:
        is_posted = letter.row.particulars.posted_us < row.time_us
        if letter.box in here and is_posted and letter.known_us is None:
            letter.fetched_us = row.time_us
            scene.touched_cases[letter.id] = letter
    scene.letters[case.row.kind] = [one for one in letters if one.fetched_us is None]


def judge_letter(scene: Scene, case: Case) -> None:
    """Check, at the end of an instant, that a letter that was fetched is known."""
    if case.fetched_us is not None and case.known_us is None:
        scene.find("letters are fetched", f"incident {case.id} is left in its box")
