"""What is drawn depends on its key alone."""

from __future__ import annotations

import numpy as np
import pytest

from patrolsim import streams
from patrolsim.streams import RandomStreams

WORDS_OF_ONES = 2**64 - 1


def test_a_draw_is_the_one_of_the_published_sketch() -> None:
    assert RandomStreams(20240501, 0).uniform("accept", 7, 1) == 0.049569188522816165


def test_a_draw_does_not_depend_on_what_was_drawn_before() -> None:
    fresh, used = RandomStreams(1, 2), RandomStreams(1, 2)
    used.uniform("other", 5)
    used.uniform("place", 4)
    used.generator("place").random(10)
    assert used.uniform("place", 5) == fresh.uniform("place", 5)


@pytest.mark.parametrize(
    "other",
    [
        RandomStreams(2, 0).uniform("place", 1, 2),
        RandomStreams(1, 1).uniform("place", 1, 2),
        RandomStreams(1, 0).uniform("work", 1, 2),
        RandomStreams(1, 0).uniform("place", 2, 1),
        RandomStreams(1, 0).uniform("place", 1),
    ],
    ids=["root", "replication", "purpose", "ids", "number of ids"],
)
def test_every_part_of_the_key_counts(other: float) -> None:
    assert RandomStreams(1, 0).uniform("place", 1, 2) != other


def test_purposes_that_begin_alike_are_different_streams() -> None:
    drawn = RandomStreams(1, 0)
    long = "x" * 40
    assert drawn.uniform(f"{long}a", 1) != drawn.uniform(f"{long}b", 1)


def test_many_at_once_are_the_same_as_one_by_one() -> None:
    ids = np.array([[0, 1, -1], [2**62, -(2**63), 2**63 - 1]], np.int64)
    drawn = RandomStreams(3, 4)
    assert drawn.uniforms("p", ids).tolist() == [
        [drawn.uniform("p", number) for number in row] for row in ids.tolist()
    ]


def test_a_slice_of_ids_is_read_by_its_values_not_by_its_memory() -> None:
    ids = np.arange(10, dtype=np.int64)
    drawn = RandomStreams(3, 4)
    assert drawn.uniforms("p", ids[::3]).tolist() == drawn.uniforms("p", ids)[::3].tolist()


def test_no_ids_give_no_numbers() -> None:
    assert RandomStreams(1, 0).uniforms("p", np.zeros(0, np.int64)).shape == (0,)


@pytest.mark.parametrize("word", [0, 1, 2**11, 2**63, WORDS_OF_ONES])
def test_every_word_gives_a_number_strictly_inside_the_unit_interval(word: int) -> None:
    assert 0 < streams._unit_interval(word) < 1


class _Ones:
    """A hash all of whose bits are 1."""

    def copy(self) -> _Ones:
        return self

    def update(self, _words: bytes) -> None:
        pass

    def digest(self) -> bytes:
        return b"\xff" * 8


def test_the_greatest_number_is_below_1_also_when_many_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = RandomStreams(1, 0)
    monkeypatch.setattr(drawn, "_base", lambda _purpose: _Ones())
    many = drawn.uniforms("p", np.zeros(2, np.int64))
    assert many.max() < 1
    assert many.tolist() == [drawn.uniform("p", 0)] * 2


def test_generators_are_keyed_by_root_replication_and_purpose() -> None:
    def first(root: int, replication: int, purpose: str) -> float:
        return float(RandomStreams(root, replication).generator(purpose).random())

    assert first(1, 0, "x") == first(1, 0, "x")
    assert len({first(1, 0, "x"), first(2, 0, "x"), first(1, 1, "x"), first(1, 0, "y")}) == 4


def test_the_bits_of_this_version_stay_as_they_are() -> None:
    assert streams.VERSION == "blake2b-1"
    drawn = RandomStreams(1, 0)
    assert drawn.generator("x").random(2).tolist() == pytest.approx(
        [0.13278314, 0.06604475], abs=1e-8
    )
