"""The colours can be told apart and read, in both themes."""

from __future__ import annotations

from itertools import combinations

import pytest

from patrolsim.report.figures.palette import DARK, DASHES, LEVELS, LIGHT, STRATEGIES, place

THEMES = {"light": LIGHT, "dark": DARK}
DEUTERANOPIA = ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969))
"""Machado, Oliveira and Fernandes (2009), severity 1; on linear RGB."""


def linear(colour: str) -> tuple[float, ...]:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def seen(colour: str) -> tuple[float, ...]:
    """Return a colour as somebody without green cones sees it."""
    rgb = linear(colour)
    mixed = (sum(w * c for w, c in zip(row, rgb, strict=True)) for row in DEUTERANOPIA)
    return tuple(max(value, 0.0) ** (1 / 2.4) for value in mixed)


@pytest.mark.parametrize("theme", THEMES)
def test_texts_can_be_read_on_every_ground(theme: str) -> None:
    colours = THEMES[theme]
    for text in ("ink", "soft", "link"):
        for ground in ("paper", "card"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for step in range(LEVELS):
        assert contrast(colours["ink"], colours[f"h{step}"]) >= 4.5, step


@pytest.mark.parametrize("theme", THEMES)
def test_the_colour_of_a_strategy_stands_out_from_the_paper(theme: str) -> None:
    colours = THEMES[theme]
    for rank in range(STRATEGIES):
        assert contrast(colours[f"s{rank}"], colours["paper"]) >= 4.5, rank


@pytest.mark.parametrize("theme", THEMES)
def test_the_first_strategies_differ_without_green_cones(theme: str) -> None:
    first = [seen(THEMES[theme][f"s{rank}"]) for rank in range(4)]
    for one, other in combinations(first, 2):
        assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 0.1


def test_the_steps_of_a_scale_go_one_way() -> None:
    light = [luminance(LIGHT[f"h{step}"]) for step in range(LEVELS)]
    dark = [luminance(DARK[f"h{step}"]) for step in range(LEVELS)]
    assert light == sorted(light, reverse=True)
    assert dark == sorted(dark)


def test_both_themes_have_the_same_names_and_lines_differ() -> None:
    assert set(LIGHT) == set(DARK)
    assert len(set(DASHES)) == STRATEGIES
    assert place(9) == 1
