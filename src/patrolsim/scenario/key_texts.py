"""What each key of a scenario means, as it stands below the key in the code of its model.

Only the page and the schema ask for it: reading the code takes as long as checking a
scenario, so the models do not do it by themselves.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel


def key_texts(model: type[BaseModel]) -> dict[str, str]:
    """Return the text below each field of a model and of those it extends, by name."""
    texts: dict[str, str] = {}
    for owner in reversed(model.__mro__):
        if owner.__module__.startswith("patrolsim."):
            texts |= _texts_in(owner)
    return texts


def _texts_in(owner: type) -> dict[str, str]:
    body = ast.parse(textwrap.dedent(inspect.getsource(owner))).body[0]
    if not isinstance(body, ast.ClassDef):
        return {}
    return {
        line.target.id: inspect.cleandoc(below.value.value)
        for line, below in pairwise(body.body)
        if isinstance(line, ast.AnnAssign)
        and isinstance(line.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }
