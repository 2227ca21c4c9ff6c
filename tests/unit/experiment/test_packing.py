"""What is packed comes back as it was, and nothing else is taken for packed data."""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING, Any

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tests.unit.experiment.test_estimates import metrics

from patrolsim.experiment.metrics_form import metrics_of_plain, plain_of_metrics
from patrolsim.experiment.packing import PackingError, pack, unpack
from patrolsim.metrics import Cover, Dose, Workload

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPES = arrays.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=4)
ARRAYS = st.one_of(
    arrays.arrays(np.int64, SHAPES),
    arrays.arrays(np.float64, SHAPES),
    arrays.arrays(np.bool_, SHAPES),
)
INTEGERS = st.integers(-(2**63), 2**63 - 1)
SCALARS = st.none() | st.booleans() | INTEGERS | st.floats() | st.text() | st.binary()
VALUES = st.recursive(
    SCALARS | ARRAYS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    """Return whether two values have the same types and bits."""
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and (one.dtype, one.shape) == (other.dtype, other.shape)
            and one.tobytes() == other.tobytes()
        )
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    return type(one) is type(other) and bool(one == other)


@given(VALUES)
def test_everything_comes_back_as_it_was(value: object) -> None:
    packed = pack(value)
    assert same(value, unpack(packed))
    assert pack(value) == packed


def test_objects_keep_their_values() -> None:
    column = np.array([None, "庙山", [1, 2], []], np.object_)
    assert unpack(pack(column)).tolist() == column.tolist()


@pytest.mark.parametrize(
    "value",
    [object(), 2**70, np.zeros(2, np.complex128), np.zeros(2, np.int32), np.int64(3), {"a": {1}}],
)
def test_what_has_no_form_is_refused(value: object) -> None:
    with pytest.raises(PackingError):
        pack(value)


GOOD = pack({"a": np.arange(5), "b": ["x", 2.5]})


def damaged(change: Callable[[bytes], bytes]) -> bytes:
    """Return the good data, compressed again after a change of what is inside."""
    return zlib.compress(change(zlib.decompress(GOOD)))


@pytest.mark.parametrize(
    "data",
    [
        GOOD[:-3],
        b"",
        damaged(lambda _raw: b""),
        damaged(lambda raw: raw[:-8]),
        damaged(lambda raw: raw + b"\x00"),
        damaged(lambda raw: raw.replace(b"<i8", b"|O8")),
        damaged(lambda raw: raw.replace(b"\x91\x05", b"\x91\x06")),
        zlib.compress(msgpack.packb(msgpack.ExtType(7, b""))),
        zlib.compress(msgpack.packb(msgpack.ExtType(1, b"\x93"))),
        zlib.compress(msgpack.packb(msgpack.ExtType(1, msgpack.packb(3)))),
    ],
)
def test_damaged_data_is_refused(data: bytes) -> None:
    with pytest.raises(PackingError):
        unpack(data)


def test_metrics_come_back_whole() -> None:
    from dataclasses import replace

    some = metrics(10.0, math.inf)
    workload = Workload(
        on_duty_s=1.0,
        utilisation=0.1,
        travelling=0.2,
        working=0.3,
        patrolling=0.4,
        overtime_s=0.5,
        gini=0.6,
        assignments=7,
    )
    dose = Dose(node=1, x=0.1, y=0.2, visits=3, stops=2, stopped_s=1.5, good_stops=1)
    full = replace(
        some,
        by_kind={"fall": some.responses},
        workload=workload,
        cover=Cover(target_s=60.0, mean=0.5, least=0.25),
        doses=(dose,),
    )
    for one in (some, full):
        back = metrics_of_plain(unpack(pack(plain_of_metrics(one))))
        assert same(plain_of_metrics(back), plain_of_metrics(one))
        assert type(back) is type(one)
        assert back.doses == one.doses
        assert back.workload == one.workload
