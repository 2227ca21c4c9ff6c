"""Where posts should stand: p-median, covering and expected covering."""

from patrolsim.siting.covering import CoverAim, expected_cover
from patrolsim.siting.exact import solve_exactly
from patrolsim.siting.median import MedianAim
from patrolsim.siting.search import Aim, Layout, find_layout

__all__ = [
    "Aim",
    "CoverAim",
    "Layout",
    "MedianAim",
    "expected_cover",
    "find_layout",
    "solve_exactly",
]
