"""Columns of whole numbers."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolsim.report.playback.columns import Columns, TraceError


def read(columns: Columns) -> dict[str, dict[str, list[int]]]:
    """Read the columns back with numpy, as `docs/playback.md` says."""
    unpacked = gzip.decompress(base64.b64decode(columns.text()))
    chunks: list[Any] = columns.chunks
    return {
        chunk["name"]: {
            name: np.frombuffer(unpacked, f"<{kind}", count, first).tolist()
            for name, kind, first, count in chunk["columns"]
        }
        for chunk in chunks
    }


NUMBERS = st.lists(st.integers(0, 2**32 - 1), max_size=30)


@given(st.lists(st.dictionaries(st.text(min_size=1), NUMBERS, max_size=4), max_size=3))
def test_what_was_added_is_read_back(chunks: list[dict[str, list[int]]]) -> None:
    columns = Columns()
    for number, chunk in enumerate(chunks):
        columns.add(str(number), chunk)
    assert read(columns) == {str(number): chunk for number, chunk in enumerate(chunks)}


@pytest.mark.parametrize(
    ("most", "kind"), [(0, "u1"), (255, "u1"), (256, "u2"), (65_535, "u2"), (65_536, "u4")]
)
def test_a_column_takes_the_narrowest_type_that_holds_it(most: int, kind: str) -> None:
    columns = Columns()
    columns.add("chunk", {"column": [0, most]})
    assert columns.chunks[0]["columns"] == [["column", kind, 0, 2]]


def test_every_column_starts_where_a_typed_array_may_lie() -> None:
    columns = Columns()
    columns.add("one", {"a": [1], "b": [70_000, 2], "c": [300]})
    columns.add("two", {"d": [1, 2, 3]})
    starts = [column[2] for chunk in columns.chunks for column in chunk["columns"]]  # type: ignore[attr-defined]  # a list of lists
    assert [start % 4 for start in starts] == [0, 0, 0, 0]


@pytest.mark.parametrize(("number", "reason"), [(-1, "negative"), (2**32, "four bytes")])
def test_a_number_that_does_not_fit_is_refused(number: int, reason: str) -> None:
    with pytest.raises(TraceError, match=f"column hops .*{reason}"):
        Columns().add("chunk", {"hops": [0, number]})


def test_equal_columns_give_equal_texts() -> None:
    texts = set()
    for _ in range(2):
        columns = Columns()
        columns.add("chunk", {"column": range(1000)})
        texts.add(columns.text())
    assert len(texts) == 1
