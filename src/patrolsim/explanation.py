"""Why a policy decided as it did: what an optional method ``explain`` returns."""

from __future__ import annotations

from typing import NamedTuple


class Weighed(NamedTuple):
    """Somebody or something that a policy could have chosen.

    Attributes
    ----------
    what
        The number of a volunteer or a node, or the name of a place.
    score
        What the policy weighed it at; `Explanation.rule` says what that means.
    note
        Anything else that counted; empty for nothing.
    """

    what: int | str
    score: float
    note: str = ""


class Explanation(NamedTuple):
    """What a policy looked at in one decision.

    Attributes
    ----------
    rule
        What the scores mean and which one wins, in one sentence for a planner.
    candidates
        What was weighed, the best first.
    chosen
        Which of them were chosen; empty for none.
    """

    rule: str
    candidates: tuple[Weighed, ...] = ()
    chosen: tuple[int | str, ...] = ()
