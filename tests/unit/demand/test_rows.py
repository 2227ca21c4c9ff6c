"""Tables are read whole: every mistake with its line, nothing guessed."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from patrolsim.demand.rows import (
    MOST_SHOWN,
    TableProblems,
    lacking_position,
    number_in,
    position_in,
    read_rows,
)
from patrolsim.errors import NetworkError, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from patrolsim.demand.rows import Row


def rows_of(path: Path) -> list[tuple[int, Row]]:
    return list(read_rows(path, TableProblems(path), _needs_a))


def _needs_a(names: Sequence[str]) -> str:
    return "" if "a" in names else "the column a is missing"


def written(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def complaints(folder: Path, content: str | bytes) -> list[tuple[int | None, str]]:
    with pytest.raises(ScenarioError) as caught:
        rows_of(written(folder, content))
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_cells_come_without_the_blanks_round_them(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeff a , b\n 1 ,two words \n")
    assert rows_of(path) == [(2, {"a": "1", "b": "two words"})]


def test_a_table_may_be_compressed(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"a\n1\n", mtime=0), "table.csv.gz")
    assert rows_of(path) == [(2, {"a": "1"})]


def test_blank_lines_and_cells_of_several_lines_do_not_shift_the_count(tmp_path: Path) -> None:
    path = written(tmp_path, 'a,b\n\n1,"x\ny"\n2,z\n')
    assert [line for line, _ in rows_of(path)] == [4, 5]


def test_a_table_without_rows_is_a_table(tmp_path: Path) -> None:
    assert rows_of(written(tmp_path, "a,b\n")) == []


@pytest.mark.parametrize(
    ("content", "line", "complaint"),
    [
        ("", 1, "the table is empty"),
        ("b,c\n1,2\n", 1, "the column a is missing"),
        ("a,b,a\n1,2,3\n", 1, "the column 'a' is given twice"),
        ("a,b\n1\n", 2, "1 cells; the table has 2 columns"),
        ("a,b\n1,2\n1,2,3\n", 3, "3 cells; the table has 2 columns"),
        (b"a\n\xff\xfe\n", None, "is not text in UTF-8"),
        ('a\n"1" 2\n', 2, "is no CSV table"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, content: str | bytes, line: int | None, complaint: str
) -> None:
    ((found_line, message),) = complaints(tmp_path, content)
    assert found_line == line
    assert complaint in message


def test_a_missing_column_is_named_beside_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="the file has 'b', 'c'"):
        rows_of(written(tmp_path, "b,c\n1,2\n"))


@pytest.mark.parametrize(
    "content", [gzip.compress(b"a\n1\n", mtime=0)[:-6], b"\x1f\x8b" + b"broken" * 9, b"\x1f\x8b"]
)
def test_a_damaged_file_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NetworkError, match="damaged"):
        rows_of(written(tmp_path, content))


def test_a_file_that_went_away_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="cannot be read"):
        rows_of(tmp_path / "gone.csv")


def test_only_so_many_mistakes_are_shown_at_once(tmp_path: Path) -> None:
    assert len(complaints(tmp_path, "a,b\n" + "1\n" * 100)) == MOST_SHOWN


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patrolsim.demand.rows.MOST_ROWS", 3)
    ((line, message),) = complaints(tmp_path, "a\n1\n2\n3\n4\n")
    assert (line, message) == (4, "the table has more than 3 rows")


def test_no_problems_raise_nothing(tmp_path: Path) -> None:
    TableProblems(tmp_path).check()


@pytest.mark.parametrize("text", ["", "x", "-1", "nan", "inf", "1e13", "1,5"])
def test_what_is_no_number_of_0_or_more_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="weight: "):
        number_in({"weight": text}, "weight")


def test_a_number_is_read() -> None:
    assert number_in({"weight": "1.5e3"}, "weight") == 1500


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ({"lon": "1", "lat": "2"}, ("lonlat", "1", "2")),
        ({"x": "1", "y": "2"}, ("xy", "1", "2")),
        ({"node": "n1"}, ("node", "n1", "")),
        ({"lon": "", "lat": "", "x": "1", "y": "2", "node": "n"}, ("xy", "1", "2")),
        ({"lon": "1", "lat": "", "x": "1", "y": "2"}, ("lonlat", "1", "")),
        ({"lon": "1", "lat": "2", "x": "3", "y": "4"}, ("lonlat", "1", "2")),
        ({"name": "nowhere"}, ("node", "", "")),
    ],
)
def test_a_position_is_found_in_whatever_columns_hold_it(
    row: Row, where: tuple[str, str, str]
) -> None:
    assert position_in(row) == where


@pytest.mark.parametrize("names", [["lon", "lat"], ["y", "x"], ["node"]])
def test_columns_that_hold_a_position_lack_nothing(names: list[str]) -> None:
    assert not lacking_position(names)


@pytest.mark.parametrize("names", [["lon"], ["x", "lat"], []])
def test_half_a_position_is_none(names: list[str]) -> None:
    assert "missing" in lacking_position(names)
