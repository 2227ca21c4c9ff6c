"""Which files a scenario may name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from patrolsim.scenario import files
from patrolsim.scenario.files import CommandLineText, NoSuchFileError, existing_file
from patrolsim.units import UnitError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """Return the scenario's folder, with a good file in it and a secret beside it."""
    folder = tmp_path / "town"
    (folder / "maps").mkdir(parents=True)
    (folder / "maps" / "streets.graphml").touch()
    (folder / "calls 2024.csv").touch()
    (folder / "居民.csv").touch()
    (tmp_path / "secret.csv").touch()
    return folder


@pytest.mark.parametrize(
    "name", ["maps/streets.graphml", "./maps/streets.graphml", "calls 2024.csv", "居民.csv"]
)
def test_a_plain_file_inside_the_folder_is_found(inside: Path, name: str) -> None:
    path = existing_file(name, inside)
    assert path.is_absolute()
    assert path == (inside / name).resolve()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../secret.csv", "leaves the scenario's folder"),
        ("maps/../../secret.csv", "leaves the scenario's folder"),
        ("maps/../calls 2024.csv", "leaves the scenario's folder"),
        ("/etc/hosts", "is not relative"),
        ("~/secret.csv", "has the sign ~ in it"),
        ("$HOME/secret.csv", "has the sign $ in it"),
        ("C:secret.csv", "has the sign : in it"),
        ("maps\\streets.graphml", "has the sign \\ in it"),
        ("maps/streets.graphml\x00", "has a sign that cannot be shown"),
        ("maps/streets\u202e", "has a sign that cannot be shown"),
        ("absent.csv", "there is no file 'absent.csv'"),
        ("maps", "is not a file"),
        (".", "is not a file"),
        ("calls 2024.csv/x", "cannot be read: Not a directory"),
        ("x" * 300, "cannot be read: File name too long"),
        ("x" * 2000, "is no file name"),
        ("", "is no file name"),
        (7, "is no file name"),
    ],
)
def test_any_other_path_is_refused(inside: Path, name: object, message: str) -> None:
    with pytest.raises(UnitError) as caught:
        existing_file(name, inside)
    assert message in caught.value.message


def test_a_link_may_not_lead_out_of_the_folder(inside: Path) -> None:
    (inside / "link.csv").symlink_to(inside.parent / "secret.csv")
    (inside / "folder").symlink_to(inside.parent)
    for name in ("link.csv", "folder/secret.csv"):
        with pytest.raises(UnitError, match="leads out of the scenario's folder"):
            existing_file(name, inside)


def test_a_link_inside_the_folder_is_fine(inside: Path) -> None:
    (inside / "link.csv").symlink_to(inside / "居民.csv")
    assert existing_file("link.csv", inside) == (inside / "居民.csv").resolve()


def test_a_circle_of_links_is_refused(inside: Path) -> None:
    (inside / "a").symlink_to(inside / "b")
    (inside / "b").symlink_to(inside / "a")
    with pytest.raises(UnitError, match="cannot be read"):
        existing_file("a", inside)


def test_pipes_and_devices_are_refused(inside: Path) -> None:
    os.mkfifo(inside / "pipe")
    with pytest.raises(UnitError, match="is not a file"):
        existing_file("pipe", inside)
    with pytest.raises(UnitError, match="is not a file"):
        existing_file(CommandLineText("/dev/zero"), inside)


def test_a_file_over_the_limit_is_refused(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (inside / "居民.csv").write_text("too long")
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 7)
    with pytest.raises(UnitError, match="is larger than"):
        existing_file("居民.csv", inside)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("maps/street.graphml", "did you mean 'maps/streets.graphml'?"),
        ("居民.cvs", "did you mean '居民.csv'?"),
        ("map/streets.graphml", "there is no folder 'map' either"),
        ("qqqqq", ""),
    ],
)
def test_a_missing_file_is_answered_with_the_nearest(inside: Path, name: str, hint: str) -> None:
    with pytest.raises(NoSuchFileError) as caught:
        existing_file(name, inside)
    assert caught.value.nearest() == hint


def test_the_command_line_may_name_any_file(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = inside.parent / "secret.csv"
    assert existing_file(CommandLineText(secret), inside) == secret
    monkeypatch.chdir(inside)
    assert existing_file(CommandLineText("../secret.csv"), inside) == secret
    assert existing_file("../secret.csv", None) == secret
    assert existing_file(secret, inside) == secret
