"""The two tiers of the searches: compiled by numba, or plain Python. Both give the same bits."""

from __future__ import annotations

from enum import Enum
from functools import cache
from importlib.util import find_spec
from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.network import climbing, contracting, gathering, kernels, laying, retracing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


MODULES = kernels, contracting, climbing, gathering, retracing, laying
"""Where kernels stand. Numba compiles one anew when its own module has changed, not when one that
it calls has: delete ``__pycache__`` after a change of `kernels`."""
KERNELS = tuple(kernel for module in MODULES for kernel in module.KERNELS)


class Tier(Enum):
    """How the kernels run."""

    COMPILED = "compiled"
    PLAIN = "plain"


def default_tier() -> Tier:
    """Return the compiled tier where numba is installed, else the plain one."""
    return Tier.PLAIN if find_spec("numba") is None else Tier.COMPILED


@cache
def load_kernels(tier: Tier) -> Any:
    """Return the kernels as the tier runs them.

    The compiled machine code is kept beside the source, so that only the first run ever waits
    for it. Numba must find compiled functions under the names that a kernel calls: each kernel
    is compiled with globals of its own.
    """
    if tier is Tier.PLAIN:
        return SimpleNamespace(**{kernel.__name__: kernel for kernel in KERNELS})
    import numba

    names: dict[str, Any] = {}
    for module in MODULES:
        names |= vars(module)
    for kernel in KERNELS:
        own = FunctionType(kernel.__code__, names, kernel.__name__, kernel.__defaults__)
        own.__module__, own.__qualname__ = kernel.__module__, kernel.__qualname__
        names[kernel.__name__] = numba.njit(cache=True, error_model="numpy")(own)
    return SimpleNamespace(**{kernel.__name__: names[kernel.__name__] for kernel in KERNELS})


def numbers(tier: Tier, values: npt.NDArray[np.integer[Any]]) -> Any:
    """Return whole numbers as the tier reads them fastest: an array, or a list."""
    return values if tier is Tier.COMPILED else values.tolist()


def blank(tier: Tier, size: int, form: type[np.integer[Any]] = np.int64) -> Any:
    """Return room for so many whole numbers, all 0."""
    return [0] * size if tier is Tier.PLAIN else np.zeros(size, form)


def write_ends(
    ends: tuple[Any, Any], targets: Sequence[tuple[int, int]], tier: Tier
) -> tuple[Any, Any]:
    """Write the nodes and extra times of targets into room, larger where that is too small."""
    if len(ends[0]) < len(targets):
        ends = blank(tier, len(targets)), blank(tier, len(targets))
    for number, (node, extra_us) in enumerate(targets):
        ends[0][number], ends[1][number] = node, extra_us
    return ends
