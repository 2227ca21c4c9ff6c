"""The helpers escape every text, and write short numbers."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from patrolsim.report.figures.svg import label, marker, short, tag
from patrolsim.report.words.said import Said
from patrolsim.scenario.explain import width

TEXTS = st.text(max_size=80)


@given(TEXTS, TEXTS)
def test_no_text_becomes_an_element_or_an_attribute(one: str, other: str) -> None:
    for said in (one, Said(one, other)):
        root = ET.fromstring(label(1, 2, said))  # noqa: S314 - our own
        assert {element.tag for element in root.iter()} <= {"text", "tspan"}
        assert set(root.attrib) == {"x", "y", "class"}


@given(TEXTS)
def test_an_attribute_ends_where_its_text_ends(text: str) -> None:
    printable = "".join(sign for sign in text if sign.isprintable())
    root = ET.fromstring(tag("g", id=printable))  # noqa: S314
    assert root.attrib == {"id": printable}


@given(TEXTS, st.integers(3, 30))
def test_a_label_is_no_wider_than_it_may_be(text: str, most: int) -> None:
    root = ET.fromstring(label(0, 0, text, most=most))  # noqa: S314
    assert width("".join(root.itertext())) <= most


def test_what_differs_by_language_is_there_twice() -> None:
    root = ET.fromstring(label(0, 0, Said("kind", "类别")))  # noqa: S314
    assert [(e.get("lang"), e.text) for e in root] == [("en", "kind"), ("zh-Hans", "类别")]


def test_numbers_are_short() -> None:
    assert [short(value) for value in (1.0, 1.25, 1 / 3, -0.04)] == ["1", "1.2", "0.3", "-0"]


def test_neighbouring_strategies_differ_in_shape() -> None:
    shapes = [str(marker(0, 0, rank)).replace(f"s{rank}", "") for rank in range(4)]
    assert len(set(shapes)) == 4
    assert isinstance(marker(0, 0, 9), Markup)
