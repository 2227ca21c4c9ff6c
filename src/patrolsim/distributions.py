"""Distributions of durations, drawn by inversion: one uniform number, one duration.

Inversion keeps pairing: the same uniform number gives a longer duration under a longer
distribution. Values are rounded to whole microseconds at once, which hides the last bits in
which processors and libraries differ. A single number goes through the same code as an array.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, overload

from patrolsim.units import UnitError, parse_duration_s, parse_share, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Read = Callable[[object], float]
    """Reads one value of a distribution as a scenario writes it."""

LEAST_SHAPE, MOST_SHAPE = 0.1, 100
LONGEST_US = 2**60
"""A longer draw is cut here (36,500 years), so that times can be added without overflow."""
ABOUT_CV = 0.5
"""``about 1.5 h`` is a lognormal duration of that mean with this coefficient of variation."""


class Distribution(Protocol):
    """A duration that is not known beforehand, in seconds, never negative."""

    @property
    def mean_s(self) -> float:
        """Mean, in seconds."""

    @property
    def text(self) -> str:
        """The distribution in words, as a scenario may write it."""

    @overload
    def quantile_us(self, u: float) -> int: ...
    @overload
    def quantile_us(self, u: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]: ...


class _Inverted:
    """What all distributions share: from quantiles in seconds to whole microseconds."""

    __slots__ = ()

    @overload
    def quantile_us(self, u: float) -> int: ...
    @overload
    def quantile_us(self, u: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]: ...
    def quantile_us(self, u: float | npt.NDArray[np.float64]) -> int | npt.NDArray[np.int64]:
        """Return the duration of each uniform number in (0, 1), in whole microseconds."""
        import numpy as np

        values = np.atleast_1d(np.asarray(u, np.float64))
        microseconds = np.minimum(self.quantiles_s(values) * 1e6, float(LONGEST_US))
        rounded = np.rint(microseconds).astype(np.int64)
        return int(rounded[0]) if np.ndim(u) == 0 else rounded

    def quantiles_s(self, u: Floats) -> Floats:
        """Return the duration of each uniform number in (0, 1), in seconds."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Fixed(_Inverted):
    """Always the same duration."""

    value_s: float

    @property
    def mean_s(self) -> float:
        """Mean, in seconds."""
        return self.value_s

    @property
    def text(self) -> str:
        """In words."""
        return f"{self.value_s:g} s"

    def quantiles_s(self, u: Floats) -> Floats:
        """Return the same duration for each number."""
        import numpy as np

        return np.full(u.shape, self.value_s)


@dataclass(frozen=True, slots=True)
class Uniform(_Inverted):
    """Anything between two durations with equal chance."""

    least_s: float
    most_s: float

    @property
    def mean_s(self) -> float:
        """Mean, in seconds."""
        return (self.least_s + self.most_s) / 2

    @property
    def text(self) -> str:
        """In words."""
        return f"{self.least_s:g}-{self.most_s:g} s"

    def quantiles_s(self, u: Floats) -> Floats:
        """Return the duration of each number."""
        return self.least_s + u * (self.most_s - self.least_s)


@dataclass(frozen=True, slots=True)
class Exponential(_Inverted):
    """A duration without memory."""

    mean_s: float

    @property
    def text(self) -> str:
        """In words."""
        return f"exponential, mean {self.mean_s:g} s"

    def quantiles_s(self, u: Floats) -> Floats:
        """Return the duration of each number."""
        import numpy as np

        return -self.mean_s * np.log1p(-u)


@dataclass(frozen=True, slots=True)
class Lognormal(_Inverted):
    """A duration whose logarithm is normal, given by mean and coefficient of variation."""

    mean_s: float
    cv: float

    @property
    def text(self) -> str:
        """In words."""
        return f"lognormal, mean {self.mean_s:g} s, cv {self.cv:g}"

    def quantiles_s(self, u: Floats) -> Floats:
        """Return the duration of each number."""
        import numpy as np
        from scipy.special import ndtri

        variance = math.log1p(self.cv**2)
        if self.mean_s == 0:
            return np.zeros(u.shape)
        location = math.log(self.mean_s) - variance / 2
        return np.exp(location + math.sqrt(variance) * np.asarray(ndtri(u)))


@dataclass(frozen=True, slots=True)
class Gamma(_Inverted):
    """A gamma distribution, given by mean and coefficient of variation; cv 1/sqrt(k) is Erlang."""

    mean_s: float
    cv: float

    @property
    def text(self) -> str:
        """In words."""
        return f"gamma, mean {self.mean_s:g} s, cv {self.cv:g}"

    def quantiles_s(self, u: Floats) -> Floats:
        """Return the duration of each number."""
        import numpy as np
        from scipy.special import gammaincinv

        shape = 1 / self.cv**2
        return np.asarray(gammaincinv(shape, u), np.float64) * (self.mean_s / shape)


@dataclass(frozen=True, slots=True)
class Weibull(_Inverted):
    """A Weibull distribution, given by shape and scale."""

    shape: float
    scale_s: float

    @property
    def mean_s(self) -> float:
        """Mean, in seconds."""
        return self.scale_s * math.gamma(1 + 1 / self.shape)

    @property
    def text(self) -> str:
        """In words."""
        return f"Weibull, shape {self.shape:g}, scale {self.scale_s:g} s"

    def quantiles_s(self, u: Floats) -> Floats:
        """Return the duration of each number."""
        import numpy as np

        return self.scale_s * (-np.log1p(-u)) ** (1 / self.shape)


@dataclass(frozen=True, slots=True)
class Triangular(_Inverted):
    """A duration given by its least, likeliest and greatest value."""

    least_s: float
    likely_s: float
    most_s: float

    @property
    def mean_s(self) -> float:
        """Mean, in seconds."""
        return (self.least_s + self.likely_s + self.most_s) / 3

    @property
    def text(self) -> str:
        """In words."""
        return f"triangular, {self.least_s:g}, {self.likely_s:g}, {self.most_s:g} s"

    def quantiles_s(self, u: Floats) -> Floats:
        """Return the duration of each number."""
        import numpy as np

        low, mode, high = self.least_s, self.likely_s, self.most_s
        span = high - low
        if span == 0:
            return np.full(u.shape, low)
        below = low + np.sqrt(u * span * (mode - low))
        above = high - np.sqrt((1 - u) * span * (high - mode))
        return np.where(u * span < mode - low, below, above)


@dataclass(frozen=True, slots=True)
class Empirical(_Inverted):
    """One of some given durations, with equal chance."""

    values_s: tuple[float, ...]

    @property
    def mean_s(self) -> float:
        """Mean, in seconds."""
        return math.fsum(self.values_s) / len(self.values_s)

    @property
    def text(self) -> str:
        """In words."""
        return f"one of {len(self.values_s)} values"

    def quantiles_s(self, u: Floats) -> Floats:
        """Return the duration of each number."""
        import numpy as np

        values = np.sort(np.asarray(self.values_s))
        return values[np.minimum((u * len(values)).astype(np.int64), len(values) - 1)]


def parse_distribution(value: object, read: Read = parse_duration_s) -> Distribution:
    """Return the distribution that a scenario writes.

    A bare duration is fixed, a span uniform, ``about`` a duration lognormal; a mapping names the
    family: ``{exponential: 12 min}``, ``{lognormal: {mean: 2.5 h, cv: 60%}}``,
    ``{gamma: {mean: 8 min, cv: 50%}}``, ``{weibull: {shape: 1.5, scale: 18 min}}``,
    ``{triangular: [5 min, 10 min, 30 min]}``, ``{one of: [5 min, 7 min]}``.

    Parameters
    ----------
    value
        What the scenario writes.
    read
        Reads one value, and complains by a UnitError: of a duration, or of another quantity.

    Raises
    ------
    UnitError
        If it is none of these.
    """
    if isinstance(value, str):
        return _parse_text(value, read)
    if isinstance(value, dict) and len(value) == 1:
        ((family, body),) = value.items()
        parse = _FAMILIES.get(str(family).replace("_", " "))
        if parse is not None:
            return parse(body, read)
        known = ", ".join(_FAMILIES)
        raise UnitError(f"there is no distribution called {quoted(family)}", f"use {known}")
    raise UnitError(f"{quoted(value)} is not a duration", "write it like 15 min or 10-16 min")


def parse_span_s(text: str, read: Read = parse_duration_s) -> tuple[float, float] | None:
    """Return the two durations of a span such as ``10-16 min``; None when it is no span.

    Raises
    ------
    UnitError
        If the span ends before it begins.
    """
    for sign in ("–", "—", "~", "至", "-"):
        first, found, second = text.partition(sign)
        if not found or not first.strip() or not second.strip():
            continue
        most_s = read(second)
        has_unit = not first.strip().replace(".", "", 1).isdigit()
        least_s = read(first if has_unit else first + _unit_of(second))
        if least_s > most_s:
            raise UnitError(f"{quoted(text)} ends before it begins", "write the smaller one first")
        return least_s, most_s
    return None


def _unit_of(text: str) -> str:
    return text.strip().lstrip("0123456789. ")


def _parse_text(text: str, read: Read) -> Distribution:
    import unicodedata

    plain = unicodedata.normalize("NFKC", text).strip()
    for word in ("about ", "大约", "约"):
        if plain.startswith(word):
            return Lognormal(read(plain[len(word) :]), ABOUT_CV)
    span = parse_span_s(plain, read)
    return Fixed(read(plain)) if span is None else Uniform(*span)


def _exponential(body: object, read: Read) -> Distribution:
    if isinstance(body, dict):
        (body,) = _members(body, ("mean",), "{exponential: 12 min}")
    return Exponential(read(body))


def _mean_and_cv(body: object, family: str, read: Read) -> tuple[float, float]:
    example = f"{{{family}: {{mean: 30 min, cv: 60%}}}}"
    mean, written = _members(body, ("mean", "cv"), example)
    cv = parse_share(written, most=10.0)
    if cv <= 0:
        raise UnitError("a coefficient of variation must be above 0", f"write it like {example}")
    return read(mean), cv


def _weibull(body: object, read: Read) -> Distribution:
    example = "{weibull: {shape: 1.5, scale: 18 min}}"
    shape, scale = _members(body, ("shape", "scale"), example)
    hint = f"use a number from {LEAST_SHAPE} to {MOST_SHAPE}"
    if isinstance(shape, bool) or not isinstance(shape, int | float):
        raise UnitError(f"{quoted(shape)} is not a shape", hint)
    if not LEAST_SHAPE <= shape <= MOST_SHAPE:
        raise UnitError(f"a shape of {shape:g} is out of range", hint)
    return Weibull(float(shape), read(scale))


def _triangular(body: object, read: Read) -> Distribution:
    example = "write it like {triangular: [5 min, 10 min, 30 min]}"
    durations = [read(item) for item in body] if isinstance(body, list) else []
    if len(durations) != len(("least", "likely", "most")):
        raise UnitError("a triangular duration needs three values", example)
    low, mode, high = durations
    if not low <= mode <= high:
        raise UnitError("the three values must rise", example)
    return Triangular(low, mode, high)


def _one_of(body: object, read: Read) -> Distribution:
    if not isinstance(body, list) or not body:
        raise UnitError(
            "`one of` needs a list of durations", "write it like {one of: [5 min, 7 min]}"
        )
    return Empirical(tuple(read(item) for item in body))


def _members(body: object, names: tuple[str, ...], example: str) -> list[object]:
    """Return the members of a family, in the order of `names`: all of them and no others."""
    hint = f"write it like {example}"
    given = body if isinstance(body, dict) else {}
    for name in names:
        if name not in given:
            raise UnitError(f"{name!r} is missing", hint)
    for name in given:
        if name not in names:
            raise UnitError(f"there is no {quoted(name)} here", hint)
    return [given[name] for name in names]


_FAMILIES: Mapping[str, Callable[[object, Read], Distribution]] = {
    "exponential": _exponential,
    "lognormal": lambda body, read: Lognormal(*_mean_and_cv(body, "lognormal", read)),
    "gamma": lambda body, read: Gamma(*_mean_and_cv(body, "gamma", read)),
    "weibull": _weibull,
    "triangular": _triangular,
    "one of": _one_of,
}
