"""The JSON Schema: what editors are told is what the reader does."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from patrolsim.scenario.models import Scenario
from patrolsim.scenario.schema import scenario_schema
from patrolsim.scenario.shape import Shape, shape_of_model
from patrolsim.scenario.yaml_events import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = scenario_schema()
KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}


def faults(value: object, schema: dict[str, Any], place: str = "") -> Iterator[str]:
    """Yield what a schema objects to; the few words of JSON Schema that ours uses."""
    if "$ref" in schema:
        yield from faults(value, target(schema["$ref"]), place)
        return
    for part in schema.get("allOf", ()):
        yield from faults(value, part, place)
    if "anyOf" in schema and all(list(faults(value, part, place)) for part in schema["anyOf"]):
        yield f"{place}: fits no form"
    if "type" in schema and not fits(value, schema["type"]):
        yield f"{place}: no {schema['type']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: none of {schema['enum']}"
    if isinstance(value, dict):
        yield from faults_of_object(value, schema, place)
    for number, item in enumerate(value if isinstance(value, list) else ()):
        yield from faults(item, schema.get("items", {}), f"{place}.{number}")


def faults_of_object(value: dict[str, Any], schema: dict[str, Any], place: str) -> Iterator[str]:
    yield from (f"{place}: no {key}" for key in schema.get("required", ()) if key not in value)
    if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", len(value)):
        yield f"{place}: {len(value)} keys"
    for key, inside in value.items():
        parts = [
            part
            for sign, part in schema.get("patternProperties", {}).items()
            if re.search(sign, key)
        ]
        known = schema.get("properties", {}).get(key)
        other = schema.get("additionalProperties", True)
        for part in parts if known is None else [known, *parts]:
            yield from faults(inside, part, f"{place}.{key}")
        if known is None and not parts and other is False:
            yield f"{place}.{key}: unknown"
        if known is None and not parts and isinstance(other, dict):
            yield from faults(inside, other, f"{place}.{key}")


def fits(value: object, kinds: str | list[str]) -> bool:
    if isinstance(value, bool):
        return "boolean" in kinds
    return any(
        isinstance(value, KINDS[kind]) for kind in ([kinds] if isinstance(kinds, str) else kinds)
    )


def target(reference: str) -> dict[str, Any]:
    found: Any = SCHEMA
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    assert isinstance(found, dict)
    return found


def written(text: str) -> object:
    reading = read_yaml(text)
    assert reading.problems == []
    return reading.data


def test_the_good_scenario_fits(good: str) -> None:
    assert list(faults(written(good), SCHEMA)) == []


@pytest.mark.parametrize(
    ("right", "other"),
    [
        ("12 per day", "{value: 12 per day, source: police, given: true}"),
        ("mediation: 20%", "mediation: {value: 20%, given: false}"),
        ("about 1.5 h", "{value: {exponential: 12 min}, source: x}"),
        ("reach-within", "reach within"),
        ("channel: hotline", "seen by patrols: true"),
        ("number: 40", "number: 40 people\n    answers after: 1-2 min"),
    ],
)
def test_every_form_that_the_reader_takes_fits(right: str, other: str, good: str) -> None:
    assert right in good
    assert list(faults(written(good.replace(right, other)), SCHEMA)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("how often", "how oftn", ".incidents.dispute.how oftn: unknown"),
        ("name: Evening patrol", "about: x", ": no name"),
        ("compare: today", "compare: [today]", ".compare: fits no form"),
        (
            "12 per day",
            "{value: 12 per day, sorce: x}",
            ".incidents.dispute.how often: fits no form",
        ),
        ("share: 30%", "share: 0.3", ".teams.red stewards.shifts.0.share: fits no form"),
        ("where: remote", "where: remote, starts with: x", "starts with: fits no form"),
        ("strategies:", "strategies: {}\nx:", ".strategies: 0 keys"),
    ],
)
def test_a_wrong_scenario_does_not_fit(right: str, wrong: str, fault: str, good: str) -> None:
    assert fault in "\n".join(faults(written(good.replace(right, wrong)), SCHEMA))


def undescribed(schema: dict[str, Any], place: str) -> Iterator[str]:
    for key, part in schema.get("properties", {}).items():
        if len(part.get("description", "")) < 5:
            yield f"{place}.{key}"


def test_every_key_has_a_description() -> None:
    models = {"": SCHEMA, **SCHEMA["definitions"]}
    assert [key for name, part in models.items() for key in undescribed(part, name)] == []


def test_it_is_plain_json_of_a_bearable_size() -> None:
    assert len(json.dumps(SCHEMA)) < 150_000


def keys_of(shape: Shape) -> set[str]:
    inside = [*shape.keys.values(), *([shape.each] if shape.each else [])]
    return set(shape.keys).union(*(keys_of(part) for part in inside))


def test_the_schema_knows_every_key_of_the_reader() -> None:
    models = [SCHEMA, *SCHEMA["definitions"].values()]
    assert keys_of(shape_of_model(Scenario)) == {
        key for part in models for key in part["properties"]
    }
