"""The page on the scenario language, written from the models: text far from its value rots."""

from __future__ import annotations

import types
import typing
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from patrolsim.scenario.key_texts import key_texts
from patrolsim.scenario.models import Note, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

OPENING = """\
# The scenario language

This page is written from the program itself (`python -m
patrolsim.scenario.reference`).

A scenario is a folder with a file `scenario.yaml` beside its map and its tables;
paths are relative and stay inside the folder. `patrolsim validate FOLDER` shows every
mistake at once, with line, column and the nearest right word; `patrolsim schema`
writes the JSON Schema for editors.

- A space or a hyphen in a key is read as an underscore: `reach within` and
  `reach_within` are one key.
- Quantities carry units, in English or Chinese: `15 min`, `1.5 h`, `15 分钟`; `4.5
  km/h`, `4.5 公里/小时`; `30%`; `12 per day`, `每天 12 起`; `07:00-09:00`, over midnight
  `22:00-02:00`; `Mon-Fri`, `weekend`, `周一至周五`, `每天`; `3 times`, `3 倍`; `300 m`.
- A duration that is not fixed is written `10-16 min` (anything between), `about 1.5
  h` (lognormal with a coefficient of variation of 0.5), `{exponential: 12 min}`,
  `{lognormal: {mean: 2.5 h, cv: 60%}}`, `{gamma: {mean: 8 min, cv: 50%}}`, `{weibull:
  {shape: 1.5, scale: 18 min}}`, `{triangular: [5 min, 10 min, 30 min]}` or `{one of:
  [5 min, 7 min]}`.
- Instead of any value, `{value: 1500, source: "a report", given: true}` says where it
  comes from.
- On the command line `--set teams.red_stewards.number=1200` changes one value, by the
  same rules.
"""


def scenario_reference() -> str:
    """Return the page in Markdown."""
    pages = [OPENING]
    for name, model in models_of(Scenario, "a scenario"):
        texts = key_texts(model)
        rows = [_row(key, field, texts.get(key, "")) for key, field in model.model_fields.items()]
        about = " ".join((model.__doc__ or "").split())
        head = ["| key | means | left out |", "|---|---|---|"]
        pages.append("\n".join([f"## {name}", "", about, "", *head, *rows, ""]))
    return "\n".join(pages)


def models_of(
    model: type[BaseModel], name: str, seen: set[type[BaseModel]] | None = None
) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the models in the order in which a reader meets them, each once, with a heading."""
    seen = set() if seen is None else seen
    if model in seen or model is Note:
        return
    seen.add(model)
    yield name, model
    for key, field in model.model_fields.items():
        for inner in _inner_models(field.annotation):
            yield from models_of(inner, _spelt(key, field), seen)


def _inner_models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    origin = typing.get_origin(annotation)
    if origin is not None or isinstance(annotation, types.UnionType):
        for argument in typing.get_args(annotation):
            yield from _inner_models(argument)


def _row(key: str, field: FieldInfo, text: str) -> str:
    about = " ".join((field.description or text).split()).replace("|", "\\|")
    return f"| `{_spelt(key, field)}` | {about} | {_default(field)} |"


def _spelt(key: str, field: FieldInfo) -> str:
    return (field.alias or key).replace("_", " ")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.default
    if value is PydanticUndefined or value is None or value in ("", [], {}):
        return ""
    if isinstance(value, list):
        return f"`{', '.join(value)}`"
    if isinstance(value, str | bool | int):
        return f"`{value}`".replace("True", "true").replace("False", "false")
    return "see text" if isinstance(value, tuple | dict | BaseModel) else f"`{value:g}` (SI units)"


if __name__ == "__main__":
    import sys

    sys.stdout.write(scenario_reference())
