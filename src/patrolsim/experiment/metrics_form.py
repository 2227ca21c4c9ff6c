"""Metrics as plain data and back: the form in which they are stored."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.metrics import (
    Alerts,
    Cover,
    Dose,
    Metrics,
    Responses,
    Searches,
    Service,
    StakeTotals,
    Workload,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_GROUPS = ("by_kind", "by_area", "by_hour", "by_team")
_counts_of = attrgetter(
    "with_target", "within_target", "settled", "escalated", "gave_up", "unserved"
)
_dose_values = attrgetter(*(field.name for field in fields(Dose)))
_AS_THEY_ARE = frozenset({type(None), bool, int, float, str, np.ndarray})


def plain_of_metrics(metrics: Metrics) -> dict[str, Any]:
    """Return metrics as mappings, lists, numbers and arrays.

    Groups of responses are columns: a replication may have a hundred groups.
    """
    values = {name: getattr(metrics, name) for name in _names_of(Metrics)}
    plain: dict[str, Any] = {name: _columns_of(values.pop(name)) for name in _GROUPS}
    plain["doses"] = [_dose_values(dose) for dose in values.pop("doses")]
    return plain | {name: _plain(value) for name, value in values.items()}


def metrics_of_plain(plain: Mapping[str, Any]) -> Metrics:
    """Return the metrics that `plain_of_metrics` took apart."""
    found = dict(plain)
    for name in _GROUPS:
        found[name] = _groups_of(found[name])
    services = found.get("services", {})
    found["services"] = {group: Service(**inside) for group, inside in services.items()}
    searches = found.get("searches", {})
    workload, cover = found["workload"], found["cover"]
    found |= {
        "responses": Responses(**found["responses"]),
        "workload": None if workload is None else Workload(**workload),
        "cover": None if cover is None else Cover(**cover),
        "stakes": {kind: StakeTotals(**one) for kind, one in found.get("stakes", {}).items()},
        "alerts": None if found.get("alerts") is None else Alerts(**found["alerts"]),
        "searches": {name: Searches(**inside) for name, inside in searches.items()},
        "doses": tuple(
            Dose(**dict(zip(_names_of(Dose), dose, strict=True))) for dose in found["doses"]
        ),
    }
    return Metrics(**found)


def _columns_of(groups: Mapping[str, Responses]) -> dict[str, Any]:
    each = list(groups.values())
    return {
        "names": list(groups),
        "sizes": np.array([one.known for one in each], np.int64),
        "response_s": np.concatenate([np.empty(0), *(one.response_s for one in each)]),
        "counts": np.array([_counts_of(one) for one in each], np.int64),
    }


def _groups_of(columns: Mapping[str, Any]) -> dict[str, Responses]:
    times_s, groups, begin = columns["response_s"], {}, 0
    rows = zip(
        columns["names"], columns["sizes"].tolist(), columns["counts"].tolist(), strict=True
    )
    for name, size, (with_target, within_target, settled, escalated, gave_up, unserved) in rows:
        groups[name] = Responses(
            response_s=times_s[begin : begin + size],
            with_target=with_target,
            within_target=within_target,
            settled=settled,
            escalated=escalated,
            gave_up=gave_up,
            unserved=unserved,
        )
        begin += size
    return groups


def _plain(value: Any) -> Any:
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, dict):
        return {key: _plain(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inside) for inside in value]
    if is_dataclass(value):
        kind: Any = type(value)
        return {name: _plain(getattr(value, name)) for name in _names_of(kind)}
    return value


@cache
def _names_of(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
