"""Where the user keeps what can be made again."""

from __future__ import annotations

import os
from pathlib import Path


def cache_of_user() -> Path | None:
    """Return the folder for snapshots of maps in read-only folders; None without a home.

    References
    ----------
    XDG Base Directory Specification 0.8: ``$XDG_CACHE_HOME``, else ``~/.cache``.
    """
    named = os.environ.get("XDG_CACHE_HOME", "")
    if Path(named).is_absolute():
        return Path(named) / "patrolsim"
    try:
        return Path.home() / ".cache" / "patrolsim"
    except RuntimeError:
        return None
