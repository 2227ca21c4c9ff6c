"""Policies that draw from the global random numbers: noticed after a run, found by a second one.

Two draws of the states cost microseconds a replication. Only when they differ is the replication
run again, line by line, to find the policy, the time and the line.
"""

from __future__ import annotations

import random  # noqa: TID251 - looked at, never drawn from
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType

    from patrolsim.policy import Role

REASON = "draws from the global random numbers, so the same seed would not give the same result"
REMEDY = "use view.rng"


def global_state() -> tuple[Any, ...]:
    """Return the states of the generators that Python and numpy share among all code."""
    import numpy as np

    # Policies should not use it; whether they have is what is asked here.
    name, words, *rest = np.random.get_state(legacy=True)  # noqa: NPY002
    return random.getstate(), name, words.tobytes(), *rest  # type: ignore[union-attr]  # an array


class Detective:
    """Watches every line of every policy until one has changed the global state.

    Attributes
    ----------
    role, time_us, incident_id
        The call in which it happened; None before.
    where
        The line, ``FILE:LINE``.
    """

    def __init__(self) -> None:
        import numpy as np

        self._skipped = (random.__file__, str(Path(np.__file__).parent))
        self._state = global_state()
        self._last = ""
        self._outer: Any = None
        self._call: tuple[Role, int, int | None] | None = None
        self.role: Role | None = None
        self.time_us = 0
        self.incident_id: int | None = None
        self.where = ""

    def enters(self, role: Role, time_us: int, incident_id: int | None) -> None:
        """Start to watch."""
        if self.role is None:
            self._call = (role, time_us, incident_id)
            self._outer = sys.gettrace()
            sys.settrace(self._trace)

    def leaves(self) -> None:
        """Stop watching."""
        if self._call is not None:
            sys.settrace(self._outer)
            self._look()
            self._call = None

    def _trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        if self.role is not None:
            return None
        self._look()
        file = frame.f_code.co_filename
        if event == "line" and not file.startswith(self._skipped):
            self._last = f"{file}:{frame.f_lineno}"
        return self._trace

    def _look(self) -> None:
        if self.role is None and self._call is not None and global_state() != self._state:
            self.role, self.time_us, self.incident_id = self._call
            self.where = self._last
