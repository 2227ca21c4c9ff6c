"""Where the scenarios are that come with patrolsim."""

from __future__ import annotations

from pathlib import Path

from patrolsim.scenario.reader import SCENARIO_FILE

_PACKAGE = Path(__file__).parents[1]
_FOLDERS = (_PACKAGE / "scenarios", _PACKAGE.parents[1] / "scenarios")
"""In an installed package, and in a checkout."""


def shipped_scenario(name: str) -> Path | None:
    """Return the folder of a shipped scenario; None if there is none of this name."""
    for folder in _FOLDERS:
        if name in _names_in(folder):
            return folder / name
    return None


def shipped_names() -> list[str]:
    """Return the names of all shipped scenarios."""
    return sorted({name for folder in _FOLDERS for name in _names_in(folder)})


def _names_in(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return [entry.name for entry in folder.iterdir() if (entry / SCENARIO_FILE).is_file()]
