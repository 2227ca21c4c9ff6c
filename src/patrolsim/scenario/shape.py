"""Which keys a scenario knows where, taken from the models."""

from __future__ import annotations

import re
import types
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Annotated, Union, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What may stand at one place of a scenario.

    Attributes
    ----------
    keys
        The keys of a model and what they hold; empty for anything else.
    spellings
        The key that each spelling of a field's name stands for.
    each
        What each value of a mapping by names, or each item of a list, holds.
    is_open
        Whether a model takes further keys.
    shorthand
        The key of a model that a bare text stands for; empty when there is none.
    """

    keys: Mapping[str, Shape] = field(default_factory=dict)
    spellings: Mapping[str, str] = field(default_factory=dict)
    each: Shape | None = None
    is_open: bool = False
    shorthand: str = ""

    @property
    def is_model(self) -> bool:
        """Whether the keys here are those of a model."""
        return bool(self.keys)

    def inside(self, key: str | int) -> Shape:
        """Return what stands under a key."""
        if self.is_model and isinstance(key, str):
            return self.keys.get(key, LEAF)
        return self.each or LEAF

    def key_of(self, written: str) -> str:
        """Return the key that is meant: in a model a space or a hyphen counts as an underscore."""
        if not self.is_model:
            return written
        plain = plain_key(written)
        return self.spellings.get(plain, plain)


LEAF = Shape()
"""A value without known keys inside."""


def plain_key(written: str) -> str:
    """Return a key of a model in its one spelling: ``reach within`` is ``reach_within``."""
    return re.sub(r"[\s-]+", "_", unicodedata.normalize("NFKC", written).strip())


@cache
def shape_of_model(model: type[BaseModel]) -> Shape:
    """Return the shape of a model and of all that lies inside."""
    fields = model.model_fields
    keys = {entry.alias or name: shape_of(entry.annotation) for name, entry in fields.items()}
    spellings = {name: entry.alias or name for name, entry in fields.items()}
    is_open = model.model_config.get("extra") == "allow"
    shorthand = next(iter(keys)) if is_open else ""
    return Shape(keys=keys, spellings=spellings, is_open=is_open, shorthand=shorthand)


def shape_of(annotation: object) -> Shape:
    """Return the shape of a type: of the richest member of a union."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return shape_of_model(annotation)
    if origin is Annotated:
        return shape_of(arguments[0])
    if origin in {Union, types.UnionType}:
        return next((shape for part in arguments if (shape := shape_of(part)) != LEAF), LEAF)
    if origin is dict:
        return Shape(each=shape_of(arguments[1]))
    if origin is list:
        return Shape(each=shape_of(arguments[0]))
    return LEAF
