"""The JSON Schema of scenario files, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from patrolsim.scenario.key_texts import key_texts
from patrolsim.scenario.models import Scenario
from patrolsim.scenario.reference import models_of

if TYPE_CHECKING:
    from pydantic import BaseModel

DIALECT = "http://json-schema.org/draft-07/schema#"
Json: TypeAlias = dict[str, Any]
_DEFINITIONS = "#/definitions/"


def scenario_schema() -> Json:
    """Return the JSON Schema of a scenario, with a description for each key.

    A value may also stand as ``{value: ..., source: ..., given: ...}``, and a key with an
    underscore may be written with spaces or hyphens.
    """
    schema = Scenario.model_json_schema(by_alias=True, ref_template=_DEFINITIONS + "{model}")
    models = schema.pop("$defs")
    for _heading, model in models_of(Scenario, ""):
        _describe(schema if model is Scenario else models[model.__name__], model)
    return {
        "$schema": DIALECT,
        "title": "patrolsim scenario",
        **_model(schema, "#"),
        "definitions": {name: _model(part, _DEFINITIONS + name) for name, part in models.items()},
    }


def _describe(schema: Json, model: type[BaseModel]) -> None:
    """Write down what each key means, where the model itself does not."""
    fields = model.model_fields
    for name, text in key_texts(model).items():
        schema["properties"][fields[name].alias or name].setdefault("description", text)


def _model(schema: Json, place: str) -> Json:
    """Return the schema of a model, its keys in all their spellings."""
    properties = {key: _property(part) for key, part in schema["properties"].items()}
    spelled_apart = {
        f"^{key.replace('_', '[ -]')}$": {"$ref": f"{place}/properties/{key}"}
        for key in properties
        if "_" in key
    }
    return {
        "type": "object",
        "description": _one_line(schema.get("description", "")),
        "properties": properties,
        "patternProperties": spelled_apart,
        "required": [key for key in schema.get("required", ()) if "_" not in key],
        "additionalProperties": schema["additionalProperties"],
    }


def _property(schema: Json) -> Json:
    """Return the schema of a key: its description, and the forms of its value."""
    outer: Json = {"description": _one_line(schema.get("description", ""))}
    if isinstance(schema.get("default"), bool | str) and schema["default"] != "":
        outer["default"] = schema["default"]
    bare = {key: part for key, part in schema.items() if key not in _OUTER}
    forms = _forms(bare)
    # Editors of draft 7 pass over everything that stands beside a $ref.
    return {**outer, **({"allOf": [forms]} if "$ref" in forms else forms)}


def _forms(schema: Json) -> Json:
    """Return the schema of a value, bare or with its source."""
    bare = _inside(schema)
    if _is_choice(schema):
        return {"anyOf": [{"type": "string"}, bare]}
    if _holds_models(schema):
        return bare
    return {"anyOf": [bare, _with_source(bare)]}


def _inside(schema: Json) -> Json:
    """Return a schema with the values inside it in all their forms."""
    inner = {key: part for key, part in schema.items() if key not in _OUTER}
    if isinstance(inner.get("additionalProperties"), dict):
        inner["additionalProperties"] = _forms(inner["additionalProperties"])
    if "items" in inner:
        inner["items"] = _forms(inner["items"])
    if "anyOf" in inner:
        inner["anyOf"] = [_alternative(part) for part in inner["anyOf"]]
    return inner


def _alternative(schema: Json) -> Json:
    return _forms(schema) if _is_choice(schema) else _inside(schema)


def _is_choice(schema: Json) -> bool:
    """Return whether a value is a policy or a model, which may stand as its bare name."""
    return str(schema.get("$ref", "")).endswith(("/PolicyChoice", "/ModelChoice"))


def _holds_models(schema: Json) -> bool:
    """Return whether the values are models, which keep their own sources inside."""
    inside = [schema.get("additionalProperties"), schema.get("items"), *schema.get("anyOf", ())]
    return any("$ref" in part for part in [schema, *inside] if isinstance(part, dict))


def _with_source(bare: Json) -> Json:
    return {
        "type": "object",
        "properties": {
            "value": bare,
            "source": {"type": "string", "description": "Where the number comes from."},
            "given": {"type": "boolean", "description": "Reported (true) or assumed (false)."},
        },
        "required": ["value"],
        "additionalProperties": False,
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())


_OUTER = {"title", "description", "default"}
