"""What a worker was doing when it was last seen: a few bytes in memory that two processes share.

Writing them costs half a microsecond a call of a policy, and they outlive the worker.
"""

from __future__ import annotations

import mmap
import os
import struct
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.policy import Role

if TYPE_CHECKING:
    from pathlib import Path

_FORM = struct.Struct("<QQqqb")
_NOBODY = -1
_OUTSIDE = -1
_ROLES = tuple(Role)
_ROLE_AT = _FORM.size - 1


class Note(NamedTuple):
    """What a worker was last doing.

    Attributes
    ----------
    tasks
        How many tasks it has begun.
    calls
        How many calls of policies it has begun.
    role
        The role of the policy that it is in; None outside of policies.
    time_us, incident_id
        Of the last call.
    """

    tasks: int
    calls: int
    role: Role | None
    time_us: int
    incident_id: int | None


class Notebook:
    """Is told of each call of a policy, and writes it where another process can read it."""

    def __init__(self, file: Path) -> None:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(descriptor, _FORM.size)
            self._memory = mmap.mmap(descriptor, _FORM.size)
        finally:
            os.close(descriptor)
        self._tasks = self._calls = 0
        self._numbers = {role: number for number, role in enumerate(_ROLES)}
        self.leaves()

    def begins(self) -> None:
        """Write down that a task is begun."""
        self._tasks += 1
        _FORM.pack_into(self._memory, 0, self._tasks, self._calls, 0, _NOBODY, _OUTSIDE)

    def enters(self, role: Role, time_us: int, incident_id: int | None) -> None:
        """Write down a call that starts."""
        self._calls += 1
        incident = _NOBODY if incident_id is None else incident_id
        number = self._numbers[role]
        _FORM.pack_into(self._memory, 0, self._tasks, self._calls, time_us, incident, number)

    def leaves(self) -> None:
        """Write down that the worker is outside of policies."""
        self._memory[_ROLE_AT] = _OUTSIDE & 0xFF

    def close(self) -> None:
        """Let the memory go; the file stays."""
        self._memory.close()


def read_note(file: Path) -> Note | None:
    """Return what a worker was last doing; None when it has written nothing."""
    try:
        raw = file.read_bytes()
    except OSError:
        return None
    if len(raw) < _FORM.size:
        return None
    tasks, calls, time_us, incident, number = _FORM.unpack_from(raw)
    role = _ROLES[number] if 0 <= number < len(_ROLES) else None
    return Note(tasks, calls, role, time_us, None if incident == _NOBODY else incident)
