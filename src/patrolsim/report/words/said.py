"""The same said in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from patrolsim.report.words import chinese, headline, numbers, verdicts

if TYPE_CHECKING:
    from patrolsim.experiment.comparing import Pair
    from patrolsim.experiment.measures import Measure
    from patrolsim.output_analysis import Estimate
    from patrolsim.report.words.headline import Comparison


class Said(NamedTuple):
    """A text in English and in simplified Chinese."""

    en: str
    zh: str

    def __bool__(self) -> bool:
        """Return whether anything is said."""
        return bool(self.en or self.zh)


def same(text: str) -> Said:
    """Return a text that is the same in both languages: a name, a number."""
    return Said(text, text)


def title_of(measure: Measure) -> Said:
    """Return what a measure is called."""
    return Said(measure.words, chinese.title_of(measure))


def level(found: Estimate | None, unit: str) -> Said:
    """Return a level with its interval, such as ``4.1 min ± 0.2``."""
    return Said(numbers.written(found, unit), chinese.written(found, unit))


def bare(value: float | None, unit: str) -> Said:
    """Return a level alone, such as ``4.1 min``."""
    return Said(numbers.level(value, unit), chinese.level(value, unit))


def gap(value: float, unit: str) -> Said:
    """Return a difference with its sign, such as ``-20.0 s``."""
    scale = numbers.scale_of_gap(value, unit)
    sign = "+" if value > 0 else ""
    texts = scale.text(value), chinese.scale_of_gap(value, unit).text(value)
    return Said(*(f"{sign}{text}" for text in texts))


def verdict_of(pair: Pair) -> Said:
    """Return what can be said of a difference, in a word or two."""
    return Said(pair.verdict.value, chinese.VERDICTS[pair.verdict])


def first_sentence(comparison: Comparison) -> Said:
    """Return the sentence that stands above all numbers."""
    return Said(headline.headline(comparison), chinese.headline(comparison))


def further_sentences(comparison: Comparison) -> list[Said]:
    """Return what else must be said first."""
    english, other = headline.other_sentences(comparison), chinese.other_sentences(comparison)
    return [Said(*pair) for pair in zip(english, other, strict=True)]


def number_of(n: int, days: str) -> Said:
    """Return a number of replications with their noun: ``30 days``."""
    return Said(verdicts.number_of(n, days), chinese.number_of(n, days))
