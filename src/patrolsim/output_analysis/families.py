"""Several questions at once: p values that stay honest over the whole family."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p values adjusted for being asked together.

    Who calls those at most alpha true effects is wrong in at least one of them with a probability
    of at most alpha, however the questions hang together.

    Parameters
    ----------
    p_values
        One per question, from 0 to 1; each at most as often below x as x, if its effect is 0.

    Returns
    -------
    list of float
        In the order of the questions, none below the p value itself, none above 1.

    References
    ----------
    Holm, S. (1979), A simple sequentially rejective multiple test procedure, Scandinavian
    Journal of Statistics 6, 65-70.
    """
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def rejections(p_values: Sequence[float], alpha: float) -> list[bool]:
    """Say of each question whether its effect is proven at a family-wise level, by Holm."""
    return [p <= alpha for p in holm(p_values)]
