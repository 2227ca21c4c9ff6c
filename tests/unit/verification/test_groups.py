"""The table as a whole."""

from __future__ import annotations

import re
from collections import Counter

from patrolsim.verification import GROUPS, all_rows

ROWS = all_rows()


def test_no_two_rows_share_a_name() -> None:
    assert [name for name, count in Counter(row.id for row in ROWS).items() if count > 1] == []


def test_a_name_can_be_typed_without_quotes() -> None:
    assert [row.id for row in ROWS if not re.fullmatch(r"[\w./-]+", row.id)] == []


def test_every_row_says_what_it_is_and_who_says_so() -> None:
    assert [row.id for row in ROWS if not row.what or not row.source] == []


def test_rows_of_a_group_stand_together() -> None:
    order = [row.group for row in ROWS]
    assert list(dict.fromkeys(order)) == list(GROUPS)
    assert order == sorted(order, key=list(GROUPS).index)


def test_a_row_with_chance_has_a_limit_that_says_something() -> None:
    limits = [row.limits for row in ROWS if row.limits is not None]
    assert max(one.full for one in limits) <= 0.2
    assert max(one.quick for one in limits if one.quick is not None) <= 0.4


def test_a_quick_row_has_a_quick_limit() -> None:
    lacking = [
        row.id
        for row in ROWS
        if row.is_quick and row.limits is not None and row.limits.quick is None
    ]
    assert lacking == []


def test_a_name_is_met_by_its_group_and_its_beginning_only() -> None:
    row = next(row for row in ROWS if row.id == "queue1/c2-rho0.5/wait")
    names = ["queue", "queue1", "queue1/c2-rho0.5", row.id, "queue1/c2", "queue2", "q", ""]
    assert [row.is_named(name) for name in names] == [True] * 4 + [False] * 4
