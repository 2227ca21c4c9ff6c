"""From the interventions of a scenario to the arcs that they change, and when they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.errors import MisfitError, NetworkError
from patrolsim.network.compiling import compile_with_arcs
from patrolsim.network.openings import (
    StreetChoice,
    arcs_between,
    arcs_chosen,
    open_weights,
    with_passage,
    within_reach,
)
from patrolsim.network.phases import Effect, Intervention, check_phase, solve_phases
from patrolsim.network.streets import CLOSED_US
from patrolsim.network.warp import USUAL
from patrolsim.units import quoted, suggestion
from patrolsim.world.misfits import about
from patrolsim.world.speeds import spells_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import numpy.typing as npt

    from patrolsim.network.compiling import CompiledMap, Traced
    from patrolsim.network.maps import StreetMap
    from patrolsim.network.modes import ModeRules
    from patrolsim.network.phases import Phase
    from patrolsim.network.streets import Streets
    from patrolsim.scenario.intervention_models import InterventionModel

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]
    Models = Mapping[str, InterventionModel]

KEYS = ("streets", "interventions")
SHAPE = ("does", "street", "between", "one_way", "length", "modes")
"""What of an intervention says which arcs it concerns, and what they take."""
EFFECTS = {"open": Effect.OPENS, "add": Effect.OPENS, "close": Effect.CLOSES, "jam": Effect.JAMS}


class ArcsMeant(NamedTuple):
    """The arcs of an intervention, as JSON knows them.

    Attributes
    ----------
    arcs
        Their numbers, rising.
    open_us
        The time of each for each mode, for what is opened; else empty.
    """

    arcs: list[int]
    open_us: list[list[int]]


def shapes_of(models: Models) -> list[object]:
    """Return all that compiling a map depends on, as JSON knows it; empty without any."""
    return [
        [name, model.model_dump(mode="json", include=set(SHAPE))] for name, model in models.items()
    ]


def compile_changing(
    street_map: StreetMap, rules: ModeRules, models: Models
) -> tuple[CompiledMap, dict[str, ArcsMeant]]:
    """Return a compiled map with all passages that interventions add, and the arcs of each.

    Raises
    ------
    MisfitError
        If an intervention means no street of the map, or opens none.
    NetworkError
        If the map cannot be compiled.
    """
    chosen: dict[str, Bools] = {}
    for name, model in models.items():
        with about(*KEYS, name):
            if model.does == "add":
                street_map, chosen[name] = with_passage(street_map, choice_of(model), model.length)
            else:
                chosen[name] = arcs_chosen(street_map, choice_of(model))
    m = len(street_map.tail)
    masks = {name: np.pad(mask, (0, m - len(mask))) for name, mask in chosen.items()}
    opened = [masks[name] for name, model in models.items() if EFFECTS[model.does] is Effect.OPENS]
    kept = np.logical_or.reduce(opened) if opened else np.zeros(m, np.bool_)
    traced = compile_with_arcs(street_map, rules, kept=kept)
    meant = {name: _meant(traced, rules, masks[name], models[name], name) for name in models}
    return traced.compiled, meant


def choice_of(model: InterventionModel) -> StreetChoice:
    """Return which streets an intervention means."""
    between = None if model.between is None else (model.between[0], model.between[1])
    return StreetChoice(name=model.street, between=between, one_way=model.one_way)


def meant_in_city(streets: Streets, models: Models) -> dict[str, ArcsMeant]:
    """Return the arcs of interventions on the streets of a city file, which has no names.

    Raises
    ------
    MisfitError
        If an intervention needs more than nodes, or no street joins them.
    """
    found = {}
    for name, model in models.items():
        if EFFECTS[model.does] is Effect.OPENS or model.between is None:
            message = "on the streets of a city file, only streets between two nodes can change"
            raise MisfitError((*KEYS, name), message, "use close or jam, and between")
        with about(*KEYS, name):
            ends = streets.tail, streets.head
            arcs = np.flatnonzero(arcs_between(ends, streets.node_ids, choice_of(model)))
            found[name] = ArcsMeant(arcs.tolist(), [])
    return found


def make_interventions(
    models: Models,
    meant: Mapping[str, ArcsMeant],
    streets: Streets,
    *,
    start: datetime,
    horizon_us: int,
) -> tuple[Intervention, ...]:
    """Return the interventions of a scenario, in its order.

    Parameters
    ----------
    models, meant
        The interventions, and their arcs.
    streets
        The compiled streets.
    start, horizon_us
        First moment (local time) and length of the period.

    Raises
    ------
    MisfitError
        If an intervention names a mode that the streets do not have.
    """
    modes = [mode.name for mode in streets.modes]
    found = []
    for name, model in models.items():
        arcs = meant[name]
        found.append(
            Intervention(
                name=name,
                effect=EFFECTS[model.does],
                arcs=np.array(arcs.arcs, np.int64),
                modes=_modes(name, model, modes),
                open_us=np.array(arcs.open_us, np.int64).reshape(len(modes), -1),
                thousandths=round((model.speed or 1.0) * USUAL),
                spells_us=spells_of(model, start, horizon_us),
                in_every_strategy=model.every_strategy,
            )
        )
    return tuple(found)


def remarks_on_interventions(interventions: Sequence[Intervention], horizon_us: int) -> list[str]:
    """Return a sentence for each intervention that never holds within the period."""
    return [
        f"streets.interventions.{one.name} never holds within the period, and changes nothing"
        for one in interventions
        if not any(begin_us < horizon_us for begin_us, _end_us in one.spells_us)
    ]


def phases_of(
    streets: Streets, interventions: Sequence[Intervention], names: Sequence[str]
) -> tuple[Phase, ...]:
    """Return the phases of a strategy; everybody gets everywhere in each of them.

    Parameters
    ----------
    streets
        The usual streets.
    interventions
        All of the scenario.
    names
        Those that the strategy lists.

    Raises
    ------
    MisfitError
        If there is no such intervention, or corners would be cut off at some time.
    """
    known = [one.name for one in interventions]
    for name in names:
        if name not in known:
            hint = suggestion(name, known, otherwise=f"known: {', '.join(known) or 'none'}")
            raise MisfitError(KEYS, f"there is no intervention called {quoted(name)}", hint)
    phases = solve_phases(streets, interventions, names)
    for phase in {phase.active: phase for phase in phases}.values():
        blamed = (*KEYS, known[phase.active[-1]]) if phase.active else KEYS
        with about(*blamed):
            check_phase(phase, known)
    return phases


def _meant(
    traced: Traced, rules: ModeRules, mask: Bools, model: InterventionModel, name: str
) -> ArcsMeant:
    """Return the arcs of one intervention after compiling."""
    here = _in_wider(traced, mask)
    numbers = traced.numbers[here]
    order = np.argsort(numbers[numbers >= 0])
    arcs = numbers[numbers >= 0][order]
    if EFFECTS[model.does] is not Effect.OPENS:
        return ArcsMeant(arcs.tolist(), [])
    with about(*KEYS, name):
        opened = open_weights(traced, rules, here, model.modes)[:, numbers >= 0][:, order]
        opened = within_reach(traced.compiled.streets, arcs, opened)
        usual_us = traced.compiled.streets.weight_us[:, arcs]
        if not (opened < usual_us).any():
            raise NetworkError(_why_nothing(usual_us))
    return ArcsMeant(arcs.tolist(), opened.tolist())


def _why_nothing(usual_us: Ints) -> str:
    if (usual_us < CLOSED_US).any():
        return "it opens nothing that is closed. Leave it out, or name the modes that it lets in"
    return (
        "it opens nothing: nobody may use such a street, or nobody can get to both of its ends."
        " Name the modes that it lets in, or another street"
    )


def _in_wider(traced: Traced, mask: Bools) -> Bools:
    """Return which arcs of the wider map are chosen: those of the map, and their ways back."""
    m = len(mask)
    found: Bools = np.zeros(len(traced.against), np.bool_)
    found[:m] = mask
    found[m:] = mask[traced.wider.twin[m:]]
    return found


def _modes(name: str, model: InterventionModel, modes: Sequence[str]) -> tuple[int, ...]:
    for number, mode in enumerate(model.modes):
        if mode not in modes:
            hint = suggestion(mode, modes, otherwise=f"known: {', '.join(modes)}")
            loc = (*KEYS, name, "modes", str(number))
            raise MisfitError(loc, f"nobody moves by {quoted(mode)}", hint)
    chosen = model.modes or modes
    return tuple(number for number, mode in enumerate(modes) if mode in chosen)
