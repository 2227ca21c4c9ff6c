"""Incident tables: joined by time, read by row, told apart by digest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from patrolsim.demand.table import SKIPPED_US, Incident, IncidentTable, Particulars, join_tables
from patrolsim.network.streets import Stop
from patrolsim.testing import Call, Person, TinyWorld, make_kind


def table(*calls: Call, stages: int = 1) -> IncidentTable:
    kinds = (make_kind("a", places=(None,) * stages), make_kind("b", places=(None,) * stages))
    world = TinyWorld(calls=calls, people=[Person()], horizon_us=1000, kinds=kinds).build()
    return world.incidents


def test_a_row_is_plain_numbers() -> None:
    row = table(Call(at_us=5, work_us=(7, -1), priority=2, patience_us=9, report_us=3)).row(0)
    assert row == Incident(
        incident_id=0,
        kind=0,
        priority=2,
        occurred_us=5,
        known_us=8,
        ready_us=8,
        patience_us=9,
        stage_us=(7, SKIPPED_US),
        escalates=False,
        x=0.0,
        y=0.0,
        stop=Stop(0.0, 0.0, (0,), (0,)),
        parent_id=-1,
        label="",
    )
    assert type(row.occurred_us) is int
    assert type(row.escalates) is bool
    assert type(row.x) is float


def test_tables_are_joined_by_time_and_numbered_anew() -> None:
    first = table(Call(at_us=10), Call(at_us=30))
    second = table(Call(at_us=20, kind=1), Call(at_us=30, kind=1))
    joined = join_tables([first, second], 1000)
    assert joined.occurred_us.tolist() == [10, 20, 30, 30]
    assert joined.kind.tolist() == [0, 1, 0, 1]
    assert joined.incident_id.tolist() == [0, 1, 2, 3]
    assert len(joined) == len(joined.stops) == len(joined.label) == 4


def test_at_one_moment_the_order_of_the_sources_counts() -> None:
    first, second = table(Call(at_us=10, kind=1)), table(Call(at_us=10, kind=0))
    assert join_tables([first, second], 1000).kind.tolist() == [1, 0]
    assert join_tables([second, first], 1000).kind.tolist() == [0, 1]


def test_nothing_occurs_at_or_after_the_horizon() -> None:
    joined = join_tables([table(Call(at_us=9), Call(at_us=10), Call(at_us=11))], 10)
    assert joined.occurred_us.tolist() == [9]


def test_no_sources_make_an_empty_table_of_the_same_form() -> None:
    empty, full = join_tables([], 1000), join_tables([table(Call(at_us=5))], 1000)
    assert len(empty) == 0
    assert empty.stage_us.shape == (0, 1)
    for name in ("occurred_us", "escalates", "x", "parent_id"):
        assert getattr(empty, name).dtype == getattr(full, name).dtype


def test_kinds_with_fewer_stages_skip_the_others() -> None:
    short = table(Call(at_us=1, work_us=(5,)))
    long = table(Call(at_us=2, work_us=(6, 7, 8)), stages=3)
    joined = join_tables([short, long], 1000)
    assert joined.stage_us.tolist() == [[5, SKIPPED_US, SKIPPED_US], [6, 7, 8]]


def test_labels_and_places_move_with_their_rows() -> None:
    late = replace(table(Call(at_us=50)), label=("late",), x=np.array([5.0]))
    early = replace(table(Call(at_us=10)), label=("early",), x=np.array([1.0]))
    joined = join_tables([late, early], 1000)
    assert joined.label == ("early", "late")
    assert joined.x.tolist() == [1.0, 5.0]


@pytest.mark.parametrize(
    "change",
    [
        {"occurred_us": np.array([6])},
        {"escalates": np.array([True])},
        {"x": np.array([1e-9])},
        {"label": ("other",)},
        {"stops": (Stop(0.0, 0.0, (0,), (1,)),)},
        {"priority": np.array([1], np.int32)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_digest_sees_every_column(change: dict[str, object]) -> None:
    plain = table(Call(at_us=5))
    assert plain.digest() == table(Call(at_us=5)).digest()
    assert replace(plain, **change).digest() != plain.digest()  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [0, 1, 3, 7])
def test_all_rows_in_pages_are_the_rows_one_by_one(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patrolsim.demand.table.PAGE", 3)
    calls = [Call(at_us=5 * place, work_us=(place + 1,)) for place in range(number)]
    plain = table(*calls)
    marked = replace(
        plain,
        due_us=np.arange(number, dtype=np.int64),
        particulars=tuple(Particulars(stake=place) for place in range(number)),
        label=tuple(str(place) for place in range(number)),
    )
    for one in (plain, marked):
        rows = list(one.rows())
        assert rows == [one.row(place) for place in range(number)]
        assert all(type(row.occurred_us) is int for row in rows)
