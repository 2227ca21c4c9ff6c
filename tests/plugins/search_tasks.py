"""Tasks of searchers made of a few numbers, for the tests of search policies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from patrolsim.policy import SearchTask


@dataclass(frozen=True, kw_only=True)
class Street:
    """A street that leads from corner `number` to corner `number + 100`."""

    chance: float = 0.25
    tail_s: float = 10.0
    head_s: float = 20.0
    sweep_s: float = 60.0
    coverage: float = 0.0
    x: float = 0.0
    is_claimed: bool = False
    is_near_place: bool = False
    is_two_way: bool = True


def task_of(
    *streets: Street, volunteer: int = 0, searchers: int = 1, left_s: float = 3600.0
) -> SearchTask:
    """Return the task of a searcher at a last known place at (0, 0)."""
    chance = np.array([one.chance for one in streets])

    def column(name: str) -> np.ndarray:
        return np.array([getattr(one, name) for one in streets])

    return SearchTask(
        incident_id=5,
        volunteer_id=volunteer,
        kind="lost elder",
        x=0.0,
        y=0.0,
        began_s=0.0,
        left_s=left_s,
        searchers=tuple(range(searchers)),
        tail=np.arange(len(streets)),
        head=np.arange(len(streets)) + 100,
        is_two_way=column("is_two_way"),
        length_m=column("sweep_s"),
        middle_x=column("x"),
        middle_y=np.zeros(len(streets)),
        is_near_place=column("is_near_place"),
        sweep_s=column("sweep_s"),
        effort=0.5,
        prior=chance / chance.sum(),
        chance=chance / chance.sum(),
        coverage=column("coverage"),
        is_claimed=column("is_claimed"),
        tail_s=column("tail_s"),
        head_s=column("head_s"),
    )
