"""What a key means stands below it in the code, and is found there."""

from __future__ import annotations

from patrolsim.scenario.key_texts import key_texts
from patrolsim.scenario.models import Scenario
from patrolsim.scenario.reference import models_of
from patrolsim.scenario.strategy_models import PolicyChoice


def test_every_key_of_every_model_has_a_text() -> None:
    without = [
        f"{model.__name__}.{name}"
        for _heading, model in models_of(Scenario, "")
        for name, field in model.model_fields.items()
        if not (field.description or key_texts(model).get(name))
    ]
    assert without == []


def test_a_text_is_the_one_below_its_key() -> None:
    assert key_texts(PolicyChoice) == {
        "policy": "Name of a policy; `patrolsim plugins list` shows them."
    }
