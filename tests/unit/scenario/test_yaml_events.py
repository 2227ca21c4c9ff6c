"""The strict reader: what it refuses, where it points, and that it goes on."""

from __future__ import annotations

import time

import pytest

from patrolsim.scenario.building import MAX_DEPTH, MAX_PROBLEMS, MAX_VALUES, Reading
from patrolsim.scenario.positions import UNREADABLE, Span
from patrolsim.scenario.yaml_events import HAS_LIBYAML, MAX_BYTES, NotUtf8Error, decode, read_yaml
from patrolsim.units import UnitError

PARSERS = [True, False] if HAS_LIBYAML else [False]


@pytest.fixture(params=PARSERS, ids=lambda compiled: "libyaml" if compiled else "pure")
def with_libyaml(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def places(reading: Reading) -> list[tuple[int | None, int | None, str]]:
    return [(problem.line, problem.column, problem.message) for problem in reading.problems]


def test_scalars_are_those_of_yaml_1_2(with_libyaml: bool) -> None:  # noqa: FBT001
    text = "a: 20:30\nb: 1:30:00\nc: 2025-03-10\nd: 12\ne: 1.5\nf: 1e3\ng: true\nh: ~\ni: 0x1f\n"
    read = {
        "a": "20:30",
        "b": "1:30:00",
        "c": "2025-03-10",
        "d": 12,
        "e": 1.5,
        "f": 1000.0,
        "g": True,
        "h": None,
        "i": 31,
    }
    assert read_yaml(text, with_libyaml=with_libyaml).data == read


def test_quotes_make_text_of_anything(with_libyaml: bool) -> None:  # noqa: FBT001
    reading = read_yaml("a: 'no'\nb: \"09\"\nc: '1'", with_libyaml=with_libyaml)
    assert reading.data == {"a": "no", "b": "09", "c": "1"}
    assert reading.problems == []


def test_text_is_read_in_the_normal_form(with_libyaml: bool) -> None:  # noqa: FBT001
    assert read_yaml("e\u0301: e\u0301", with_libyaml=with_libyaml).data == {"é": "é"}


def test_a_key_is_the_text_that_stands_there(with_libyaml: bool) -> None:  # noqa: FBT001
    reading = read_yaml("1: a\nno: b\ny: c\n07:00-09:00: d", with_libyaml=with_libyaml)
    assert reading.data == {"1": "a", "no": "b", "y": "c", "07:00-09:00": "d"}


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: &x 1", 1, 4, "an anchor (&) is not allowed"),
        ("a: 1\nb: *x", 2, 4, "an alias (*) is not allowed"),
        ("*x : 1\nb: 1", 1, 1, "an alias (*) is not allowed"),
        ("a: !!int '1'", 1, 4, "a tag (!) is not allowed"),
        ("<<: {a: 1}\nb: 2", 1, 1, "a merge key (<<) is not allowed"),
        ("a: 1\na: 2", 2, 1, "'a' is given twice"),
        ("? [a]\n: 1", 1, 3, "a key must be text"),
        ("? {a: b}\n: 1", 1, 3, "a key must be text"),
        ("true: 1", 1, 1, "the key 'true' is no text"),
        ("~: 1", 1, 1, "the key '~' is no text"),
        ("a: yes", 1, 4, "'yes' reads differently in different YAML versions"),
        ("a: Off", 1, 4, "'Off' reads differently in different YAML versions"),
        ("a: n", 1, 4, "'n' reads differently in different YAML versions"),
        ("a: 010", 1, 4, "'010' starts with a zero"),
        ("a: -09.5", 1, 4, "'-09.5' starts with a zero"),
        ("a: .nan", 1, 4, "'.nan' is no usable number"),
        ("a: -.inf", 1, 4, "'-.inf' is no usable number"),
        ("a: 1e999", 1, 4, "'1e999' is too large a number"),
        (f"a: {'9' * 19}", 1, 4, "a number of 19 digits has more than 18"),
        ("a:\nb: 1", 1, 3, "a value is missing here"),
        (
            'a: "\\u202e"',
            1,
            4,
            "an invisible or direction-changing character (U+202E) in the text",
        ),
        ('a: "\\0"', 1, 4, "a control character (U+0000) in the text"),
        ("a: x\u200by", 1, 5, "here stands an invisible or direction-changing character (U+200B)"),
        (
            "a: x # \u2066",
            1,
            8,
            "here stands an invisible or direction-changing character (U+2066)",
        ),
        ("a: x\x07", 1, 5, "here stands a control character (U+0007)"),
        ("a: \ud800x", 1, 4, "here stands half a character (lone surrogate U+D800)"),
        ("a: x\ufeff", 1, 5, "here stands an invisible or direction-changing character (U+FEFF)"),
        ("a: " + "x" * 65_537, 1, 4, "a text of 65,537 signs is longer than 65,536"),
    ],
)
def test_a_trap_is_refused_at_its_place_and_reading_goes_on(
    text: str, line: int, column: int, message: str, *, with_libyaml: bool
) -> None:
    reading = read_yaml(text, with_libyaml=with_libyaml)
    assert places(reading) == [(line, column, message)]
    assert reading.is_whole


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "the file is empty"),
        ("# only words\n", 1, 1, "the file is empty"),
        ("a: 1\n---\nb: 2", 2, 1, "a second document starts here"),
        ("a: b: c", 1, 5, "a second ': ' stands here"),
        ("a: @x", 1, 4, "no text may start with '@'"),
        ("a:\n\t- x", 2, 1, "a tab stands where only blanks may"),
        ('a: 1\nb: "x', 2, 6, "a quote or a bracket is never closed"),
        ("a: 1\n人数：3\nb: 2", 2, 3, "the colon '：' is no YAML colon"),
        ("[" * (MAX_DEPTH + 1), 1, MAX_DEPTH + 1, "this is nested deeper than 32 levels"),
    ],
)
def test_a_mistake_of_syntax_ends_the_reading_in_plain_words(
    text: str, line: int, column: int, message: str, *, with_libyaml: bool
) -> None:
    reading = read_yaml(text, with_libyaml=with_libyaml)
    assert places(reading) == [(line, column, message)]
    assert not reading.is_whole


@pytest.mark.parametrize(
    "text",
    ['a: "\\ud800"', 'a: "\\Uffffffff"', "%YAML " + "9" * 5000 + ".1\n---\na: 1", "a: {b: 1"],
)
def test_whatever_a_parser_trips_over_is_a_problem(text: str, *, with_libyaml: bool) -> None:
    assert read_yaml(text, with_libyaml=with_libyaml).problems


def test_a_very_deep_file_is_refused_at_once(with_libyaml: bool) -> None:  # noqa: FBT001
    begin_s = time.process_time()
    reading = read_yaml("[" * 100_000, with_libyaml=with_libyaml)
    assert not reading.is_whole
    assert time.process_time() - begin_s < 2


def test_too_many_values_end_the_reading() -> None:
    reading = read_yaml("[" + "1," * MAX_VALUES + "1]")
    assert places(reading)[-1][2] == "there are more than 200,000 values"
    assert not reading.is_whole


def test_too_many_problems_end_the_reading() -> None:
    reading = read_yaml("a: 1\n" * 1000)
    assert len(reading.problems) == MAX_PROBLEMS + 1
    assert reading.problems[-1].message == "there are more problems below"


def test_a_key_given_twice_keeps_its_first_value_and_hides_the_second() -> None:
    reading = read_yaml("a: 1\na: {b: {c: 2}, b: 3}\nd: [4]")
    assert reading.data == {"a": 1, "d": [4]}
    assert set(reading.positions) == {(), ("a",), ("d",), ("d", 0)}


def test_a_list_as_key_is_thrown_away_with_its_value() -> None:
    reading = read_yaml("? [a, {b: c}]\n: {d: 1}\ne: 2")
    assert reading.data == {"e": 2}


def test_an_unreadable_value_is_marked_in_the_data() -> None:
    reading = read_yaml("a: 09\nb: [1, *x]")
    assert reading.data == {"a": UNREADABLE, "b": [1, UNREADABLE]}
    assert reading.spoiled == {("a",), ("b", 1)}


def test_positions_cover_keys_and_values(with_libyaml: bool) -> None:  # noqa: FBT001
    text = "队: {foot: 80%}\nb:\n  - c: 'x y'\n    d: [1,\n      2]\n  - 😀 e\n"
    at = read_yaml(text, with_libyaml=with_libyaml).positions
    assert at[("队",)] == (Span(1, 1, 2), Span(1, 4, 15))
    assert at["队", "foot"] == (Span(1, 5, 9), Span(1, 11, 14))
    assert at[("b",)].value == at[("b",)].key == Span(2, 1, 2)
    assert at["b", 0].value == Span(3, 5, 13)
    assert at["b", 0, "c"].value == Span(3, 8, 13)
    assert at["b", 0, "d"].value == Span(4, 8, 11)
    assert at["b", 1].value == Span(6, 5, 8)


def test_windows_line_ends_count_as_one(with_libyaml: bool) -> None:  # noqa: FBT001
    reading = read_yaml("a: 1\r\nb: 09\r\n", with_libyaml=with_libyaml)
    assert places(reading)[0][:2] == (2, 4)
    assert reading.problems[0].excerpt == "b: 09"


def test_bytes_that_are_not_utf_8_are_refused_with_their_line() -> None:
    with pytest.raises(NotUtf8Error, match="not UTF-8") as caught:
        decode(b"a: 1\nb: \xff")
    assert (caught.value.line, caught.value.column) == (2, 4)


def test_a_byte_order_mark_at_the_start_is_no_sign() -> None:
    assert decode(b"\xef\xbb\xbfa: 1") == "a: 1"


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(UnitError, match="more than 4 MB"):
        decode(b" " * (MAX_BYTES + 1))
