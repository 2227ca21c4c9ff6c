"""The colours: one per strategy, safe for red-green blindness, in a light and a dark theme."""

from __future__ import annotations

STRATEGIES = 8
"""So many strategies have a colour of their own; with more of them colours come again."""
LEVELS = 5
"""Steps of the scale from little to much."""
LIGHT = {
    "paper": "#ffffff",
    "card": "#f6f8fa",
    "ink": "#1b1f24",
    "soft": "#57606a",
    "rule": "#d0d7de",
    "street": "#b9c2cc",
    "link": "#0b57b0",
    "warn": "#8a4b00",
    "s0": "#1f5fa8",
    "s1": "#a8480a",
    "s2": "#0a7457",
    "s3": "#8a3a8f",
    "s4": "#736000",
    "s5": "#5650d0",
    "s6": "#b0304a",
    "s7": "#4a5560",
    "h0": "#fff8e8",
    "h1": "#fde6b8",
    "h2": "#f7cd85",
    "h3": "#ecb055",
    "h4": "#dd9634",
}
"""Colours by name: paper and card lie behind, ink and soft are for texts, s0 to s7 for strategies,
h0 to h4 from little to much."""
DARK = {
    "paper": "#12161b",
    "card": "#1b2129",
    "ink": "#e8ecf0",
    "soft": "#a9b3be",
    "rule": "#39424d",
    "street": "#4a5663",
    "link": "#7db8ff",
    "warn": "#f0b45a",
    "s0": "#6db1f5",
    "s1": "#f39a5f",
    "s2": "#4fcfa5",
    "s3": "#dca0e3",
    "s4": "#e0c24d",
    "s5": "#aab0ff",
    "s6": "#ff8fa3",
    "s7": "#b6c0cb",
    "h0": "#2a2418",
    "h1": "#43361c",
    "h2": "#5a451e",
    "h3": "#6f531f",
    "h4": "#83601e",
}
DASHES = ("none", "7 3", "2 3", "9 3 2 3", "4 2", "1 2", "12 3", "6 2 1 2 1 2")
"""How the line of each strategy is drawn: colour is never the only difference."""


def variables(colours: dict[str, str]) -> str:
    """Return colours as the variables of a style sheet."""
    return "".join(f"--{name}:{value};" for name, value in colours.items())


def place(rank: int) -> int:
    """Return which of the colours a strategy has."""
    return rank % STRATEGIES
