"""Why these people were sent: the reasons of decisions as columns of the trace."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from patrolsim.engine import Reason
    from patrolsim.explanation import Weighed
    from patrolsim.report.playback.mapping import Grid

MOST_WEIGHED = 8
"""So many candidates of a decision stand in the trace, the best first, beside those chosen."""
TENTHS = 10


class Whys(NamedTuple):
    """The reasons of a run.

    Attributes
    ----------
    columns
        One row per decision, and one per candidate.
    rules, notes
        The texts that the columns name by number.
    """

    columns: dict[str, list[int]]
    rules: list[str]
    notes: list[str]


class _Row(NamedTuple):
    time_ms: int
    incident: int
    rule: str
    weighed: list[tuple[Weighed, bool]]


def whys_of(reasons: Sequence[Reason], row_of: Mapping[int, int], grid: Grid) -> Whys:
    """Return the reasons of the decisions that sent somebody to an incident of the trace.

    Parameters
    ----------
    reasons
        In the order of the decisions.
    row_of
        Row in the trace by the number of an incident.
    """
    rows = list(_rows(reasons, row_of, grid))
    rules = list(dict.fromkeys(row.rule for row in rows))
    notes = list(dict.fromkeys(one.note for row in rows for one, _chosen in row.weighed))
    rule_number = {text: number for number, text in enumerate(rules)}
    note_number = {text: number for number, text in enumerate(notes)}
    weighed = [pair for row in rows for pair in row.weighed]
    times = [row.time_ms for row in rows]
    columns = {
        "why_gap_ms": [now - before for before, now in zip([0, *times], times, strict=False)],
        "why_incident": [row.incident for row in rows],
        "why_rule": [rule_number[row.rule] for row in rows],
        "why_count": [len(row.weighed) for row in rows],
        "weighed_volunteer": [int(one.what) for one, _chosen in weighed],
        "weighed_tenths": [round(abs(one.score) * TENTHS) for one, _chosen in weighed],
        "weighed_below_0": [int(one.score < 0) for one, _chosen in weighed],
        "weighed_chosen": [int(chosen) for _one, chosen in weighed],
        "weighed_note": [note_number[one.note] for one, _chosen in weighed],
    }
    return Whys(columns, rules, notes)


def _rows(reasons: Sequence[Reason], row_of: Mapping[int, int], grid: Grid) -> Iterator[_Row]:
    for reason in reasons:
        why, row = reason.explanation, row_of.get(reason.about)
        is_shown = grid.window.from_us <= reason.time_us < grid.window.to_us
        if why is None or row is None or not why.chosen or not is_shown:
            continue
        people = [one for one in why.candidates if _is_person(one)]
        shown = [
            (one, one.what in why.chosen)
            for place, one in enumerate(people)
            if place < MOST_WEIGHED or one.what in why.chosen
        ]
        if shown:
            yield _Row(grid.moment_ms(reason.time_us), row, why.rule, shown)


def _is_person(one: Weighed) -> bool:
    """Whether a candidate can be shown: a person, with a score of at most four bytes."""
    is_number = isinstance(one.what, int) and one.what >= 0
    return is_number and isfinite(one.score) and abs(one.score) * TENTHS < 2**31
