"""Findings: sentences about what cannot have happened, few enough to read."""

from __future__ import annotations

from collections import Counter

SHOWN_PER_RULE = 20
"""One bug breaks a rule thousands of times; after these the rest is only counted."""


class Findings:
    """Collects sentences by the rule that they break."""

    def __init__(self) -> None:
        self._shown: list[str] = []
        self._count: Counter[str] = Counter()

    def add(self, rule: str, time_us: int, text: str) -> None:
        """Note that a rule, named in a few words, is broken at a time."""
        self._count[rule] += 1
        if self._count[rule] <= SHOWN_PER_RULE:
            self._shown.append(f"at {time_us / 1e6:.6f} s, {rule}: {text}")

    def sentences(self) -> tuple[str, ...]:
        """Return all findings in the order in which they were found, then what was left out."""
        more = [
            f"{rule}: {count - SHOWN_PER_RULE} more like these"
            for rule, count in self._count.items()
            if count > SHOWN_PER_RULE
        ]
        return (*self._shown, *more)
