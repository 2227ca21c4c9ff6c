"""The policy in other processes: it is loaded anew there, and must decide the same.

``python -m patrolsim.testing.elsewhere`` reads an order as JSON and answers in JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolsim.errors import PatrolsimError, PluginError
from patrolsim.plugins import PluginHost
from patrolsim.policy import Role
from patrolsim.testing.sample_worlds import ordinary_day
from patrolsim.testing.subject import Subject, steady_global_numbers
from patrolsim.testing.trial import NotHereError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.testing.trial import Trial

LIMIT_S = 600.0
ORDER = (0, 1, 2, 3)
"""What one worker does; of two the second one does every other day."""
USUAL, OTHER = "0", "1"
"""Ways in which a process hashes words, as PYTHONHASHSEED says."""


def same_with_two_workers(trial: Trial) -> str:
    """Let one process live four days, and another one two of them, from the last to the first."""
    one = trial.elsewhere(_days_of, ORDER, USUAL)
    two = trial.elsewhere(_days_of, tuple(reversed(ORDER[1::2])), USUAL)
    if any(one[day] != digest for day, digest in two.items()):
        return "two worker processes give other results than one: look for what they do not share"
    is_steady = one[0] == trial.elsewhere(_days_of, ORDER[:1], OTHER)[0]
    if is_steady and one[0] != trial.day().digest():
        return "a worker process gives another result than this process: what is different there?"
    return ""


def same_in_any_order_of_sets(trial: Trial) -> str:
    """Live a day with words hashed in two ways, so that sets have two orders."""
    one = trial.elsewhere(_days_of, ORDER, USUAL)
    if one[0] == trial.elsewhere(_days_of, ORDER[:1], OTHER)[0]:
        return ""
    return (
        "the day comes out differently in a process that hashes words in another way: never"
        " choose by the order of a set; sort, and break ties by id"
    )


def _days_of(subject: Subject, days: Sequence[int], hash_seed: str) -> dict[int, str]:
    """Return the digests of some days, lived in a process of its own.

    Raises
    ------
    NotHereError
        If there is no file or distribution from which another process could load the policy.
    PluginError
        If the other process cannot.
    """
    origin = subject.offer.origin
    if not (origin.sha256 or origin.plugin):
        raise NotHereError("needs the plugin's file: another process must be able to load it")
    order = {
        "file": origin.source if origin.sha256 else None,
        "role": subject.spec.role.value,
        "name": subject.spec.name,
        "written": dict(subject.written),
        "days": list(days),
    }
    done = subprocess.run(
        [sys.executable, "-m", "patrolsim.testing.elsewhere"],
        input=json.dumps(order),
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise PluginError(f"a worker process cannot run it: {last}")
    return {int(day): str(digest) for day, digest in json.loads(done.stdout).items()}


def _answer(order: dict[str, Any]) -> dict[int, str]:
    host = PluginHost()
    if order["file"] is None:
        host.load_installed()
    else:
        host.load_file(Path(order["file"]))
    offer = host.offer(Role(order["role"]), order["name"])
    subject = Subject(offer=offer, written=order["written"], host=host)
    found = {}
    for day in order["days"]:
        with steady_global_numbers():
            found[day] = subject.play(ordinary_day(day)).digest()
    return found


def main() -> int:
    """Carry out one order; return the exit code."""
    try:
        answer = _answer(json.loads(sys.stdin.read()))
    except PatrolsimError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
