"""Cells that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io

import pytest

from patrolsim.experiment.csv_cells import write_csv


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x"]
)
def test_text_that_starts_a_formula_gets_an_apostrophe(text: str) -> None:
    (_, row) = csv.reader(io.StringIO(write_csv(["a"], [[text]]), newline=""))
    assert row == [f"'{text}".replace("\r", " ").replace("\n", " ")]


def test_numbers_stay_numbers() -> None:
    assert write_csv(["a", "b", "c"], [[-1.5, 0, None]]) == "a,b,c\n-1.5,0,\n"


def test_other_text_stays_as_it_is() -> None:
    assert write_csv(["a"], [["x = 1, y"]]) == 'a\n"x = 1, y"\n'
