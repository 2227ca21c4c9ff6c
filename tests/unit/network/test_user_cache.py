"""Snapshots of maps in read-only folders lie in the cache of the user."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.unit.network.test_snapshot import square

from patrolsim.network.snapshot import FOLDER, KeptMap, shelf_of
from patrolsim.network.user_cache import cache_of_user

if TYPE_CHECKING:
    import pytest


def test_maps_in_read_only_folders_are_kept_in_the_cache_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "maps"
    folder.mkdir()
    (folder / "map").touch()
    folder.chmod(0o555)
    shelf = shelf_of([folder / "map"], "inputs", cache_of_user())
    assert shelf is not None
    shelf.keep(KeptMap(square(), None))
    folder.chmod(0o755)
    assert shelf.find() is not None
    assert list((tmp_path / "cache" / "patrolsim").rglob("*.streets"))
    assert not (folder / FOLDER).exists()


def test_a_cache_named_by_a_relative_path_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    monkeypatch.setenv("HOME", "/nobody")
    assert cache_of_user() == Path("/nobody/.cache/patrolsim")
