"""Catalogues spelled out: each item of a kind of incident is a kind of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.scenario.incident_models import IncidentModel
    from patrolsim.scenario.request_models import ItemModel

BETWEEN = ": "
"""Stands between the name of a kind and that of its item; no planner can write it in a name."""


def spelled_out(incidents: Mapping[str, IncidentModel]) -> dict[str, IncidentModel]:
    """Return the kinds of a scenario with a kind of its own for each item of a catalogue."""
    found: dict[str, IncidentModel] = {}
    for name, model in incidents.items():
        if not model.items:
            found[name] = model
        for item, inside in model.items.items():
            found[f"{name}{BETWEEN}{item}"] = _item(model, inside)
    return found


def _item(model: IncidentModel, item: ItemModel) -> IncidentModel:
    """Return the kind that an item is: the rest stays as the kind of the catalogue says."""
    changes: dict[str, object] = {"items": {}, "how_often": (model.how_often or 0.0) * item.share}
    if item.batch is not None:
        changes["batch"] = item.batch
    if item.due_within is not None and model.request is not None:
        changes["request"] = model.request.model_copy(update={"due_within": item.due_within})
    own = {key: getattr(item, key) for key in ("takes", "needs") if getattr(item, key) is not None}
    if model.stages:
        last = list(model.stages)[-1]
        stages = {**model.stages, last: model.stages[last].model_copy(update=own)}
        return model.model_copy(update={**changes, "stages": stages})
    return model.model_copy(update={**changes, **own})
