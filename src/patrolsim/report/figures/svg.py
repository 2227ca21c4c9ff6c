"""Small helpers that write SVG: every text is escaped, every number short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from patrolsim.report.figures.palette import place
from patrolsim.report.words.showing import shown
from patrolsim.scenario.explain import width

if TYPE_CHECKING:
    from collections.abc import Iterable

    from patrolsim.report.words.said import Said

MOST_SIGNS = 40
"""Longer labels would leave the figure."""


def tag(name: str, *inside: str, **attributes: str | float) -> Markup:
    """Return an element; what stands inside is escaped unless it is markup already.

    An underscore in the name of an attribute stands for a hyphen, one at its end for nothing.
    """
    pairs = (
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), short(value))
        for key, value in attributes.items()
    )
    body = Markup().join(inside)
    # The name is one of ours; Markup.format escapes everything else.
    return Markup("<{0}{1}>{2}</{0}>").format(name, Markup().join(pairs), body)


def short(value: str | float) -> str:
    """Return a number with one digit after the point at most."""
    if isinstance(value, str):
        return value
    return f"{value:.1f}".removesuffix(".0")


def label(
    x: float, y: float, text: Said | str, *, most: int = MOST_SIGNS, class_: str = ""
) -> Markup:
    """Return a text at a point, in both languages, of at most so many signs."""
    return tag("text", words(text, most), x=x, y=y, class_=class_)


def words(text: Said | str, most: int = MOST_SIGNS) -> Markup:
    """Return the inside of a text: one that differs by language is there twice."""
    if isinstance(text, str) or text.en == text.zh:
        return Markup().join([_cut(text if isinstance(text, str) else text.en, most)])
    return Markup().join(
        tag("tspan", _cut(said, most), lang=language)
        for said, language in ((text.en, "en"), (text.zh, "zh-Hans"))
    )


def _cut(text: str, most: int) -> str:
    """Return a text of at most so many columns: Chinese signs take two."""
    plain = shown(text)
    if width(plain) <= most:
        return plain
    kept = ""
    for sign in plain:
        if width(kept + sign) > most - 1:
            break
        kept += sign
    return f"{kept.rstrip()}…"


def line(start: tuple[float, float], end: tuple[float, float], class_: str) -> Markup:
    """Return a straight line."""
    return tag("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], class_=class_)


def box(x: float, y: float, width: float, height: float, **attributes: str) -> Markup:
    """Return a rectangle."""
    return tag("rect", x=x, y=y, width=width, height=height, **attributes)


def path(points: Iterable[tuple[float, float]], **attributes: str) -> Markup:
    """Return an open line through points."""
    steps = " ".join(f"{short(x)},{short(y)}" for x, y in points)
    return tag("polyline", points=steps, **attributes)


def marker(x: float, y: float, rank: int, *, is_hollow: bool = False) -> Markup:
    """Return the sign of a strategy: colour and shape differ from one to the next."""
    shape = place(rank) % 4
    size = 4.5
    outlines = {
        1: f"M{-size},{-size}h{2 * size}v{2 * size}h{-2 * size}z",
        2: f"M0,{-1.3 * size}L{1.2 * size},{size}L{-1.2 * size},{size}z",
        3: f"M0,{-1.4 * size}L{1.4 * size},0L0,{1.4 * size}L{-1.4 * size},0z",
    }
    class_ = f"mark s{place(rank)}{' hollow' if is_hollow else ''}"
    if shape == 0:
        return tag("circle", cx=x, cy=y, r=size, class_=class_)
    return tag(
        "path", d=outlines[shape], transform=f"translate({short(x)},{short(y)})", class_=class_
    )
