"""A worker process: takes one task at a time through its pipe, and answers with a record."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import platform
import signal
import threading
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING

from patrolsim.errors import PatrolsimError, PluginError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from patrolsim.experiment.design import Arm, Part
    from patrolsim.experiment.workshop import Workshop
    from patrolsim.plugins import Origin, PluginHost

DUMP_SIGNAL = getattr(signal, "SIGUSR1", None)
"""Makes a worker write down at which line it is, even inside a loop in C; not on Windows."""
_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What a worker needs to know.

    Attributes
    ----------
    arms
        Everything that it may be asked for.
    origins
        The plugins in the process that drives it: a worker must find the same.
    parts
        What is wanted beside the metrics.
    """

    arms: tuple[Arm, ...]
    origins: tuple[Origin, ...]
    parts: frozenset[Part]


def work(pipe: Connection, kit: Kit, note_file: str, trace_file: str) -> None:
    """Answer tasks until the driver closes its end of the pipe.

    Every answer is a `Record`, or the error of a task.
    """
    _leave_signals_to_the_driver()
    _end_with_the_driver()
    with Path(trace_file).open("w", encoding="utf-8") as trace:
        # What a crash in C leaves behind, and what the driver asks for when a policy hangs.
        faulthandler.enable(file=trace, all_threads=True)
        if DUMP_SIGNAL is not None:
            faulthandler.register(DUMP_SIGNAL, file=trace, all_threads=True)
        with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
            _answer(pipe, kit, Path(note_file))


def _answer(pipe: Connection, kit: Kit, note_file: Path) -> None:
    from patrolsim.experiment.notes import Notebook

    notebook = Notebook(note_file)
    shop: Workshop | None = None
    while True:
        task = pipe.recv()
        try:
            if shop is None:
                shop = _open_workshop(kit)
            notebook.begins()
            pipe.send(shop.do(task, notebook))
        except PatrolsimError as error:
            notebook.leaves()
            pipe.send(error)


def _open_workshop(kit: Kit) -> Workshop:
    from patrolsim.experiment.workshop import Workshop

    return Workshop(kit.arms, _load_plugins(kit.origins), kit.parts)


def _load_plugins(origins: tuple[Origin, ...]) -> PluginHost:
    """Return a host with the plugins that the driver has.

    Raises
    ------
    PluginError
        If a file has changed since.
    """
    from patrolsim.plugins import PluginHost

    host = PluginHost()
    host.load_installed()
    for origin in origins:
        if origin.sha256:
            host.load_file(Path(origin.source))
    missing = [origin for origin in origins if origin not in host.origins]
    if missing:
        raise PluginError(f"{missing[0]} was changed while it was in use: start again")
    return host


def _leave_signals_to_the_driver() -> None:
    """Ctrl-C reaches all processes of a terminal: what it means is for the driver to say."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _end_with_the_driver() -> None:
    """See that no worker lives on when its driver is killed."""
    parent = parent_process()
    if parent is None:
        return
    if platform.system() == "Linux":
        import ctypes

        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent.pid:
            os._exit(1)
        return
    sentinel = parent.sentinel
    threading.Thread(target=lambda: (wait([sentinel]), os._exit(1)), daemon=True).start()
