"""Carries out one task after the other in this process: a worker's whole knowledge."""

from __future__ import annotations

import gc
import traceback
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from patrolsim.errors import NetworkError, PatrolsimError, PolicyError, ScenarioError
from patrolsim.errors import SimulationError as Bug
from patrolsim.experiment.design import Part
from patrolsim.experiment.packing import pack
from patrolsim.experiment.placing import ModelSource, builder_of
from patrolsim.experiment.records import Record, pack_findings, pack_metrics
from patrolsim.experiment.results import Run
from patrolsim.metrics import incident_table, plan_cover, summarise
from patrolsim.policy import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from patrolsim.engine import Policies, ReasonBook
    from patrolsim.engine.callers import Watch
    from patrolsim.experiment.design import Arm
    from patrolsim.experiment.results import Task
    from patrolsim.metrics import CoverPlan
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.strategies import ChosenPolicy
    from patrolsim.world import World, WorldBuilder


SELDOM = 100_000
"""New objects after which Python looks for cycles during a run; nearly all of them stay."""


class PolicySource(ModelSource, Protocol):
    """Builds policies and models of incidents: `patrolsim.plugins.PluginHost`."""

    def build(self, role: Role, name: str, parameters: Mapping[str, object]) -> object:
        """Return a fresh policy."""


class _Built(NamedTuple):
    """A scenario from which worlds come, and what is worked out once for all of them."""

    builder: WorldBuilder
    cover: CoverPlan | None


class Workshop:
    """Carries out tasks; what tasks share is built once.

    Parameters
    ----------
    arms
        Everything that may be asked for.
    host
        Where policies come from.
    parts
        What is wanted beside the metrics.
    """

    def __init__(
        self, arms: Iterable[Arm], host: PolicySource, parts: frozenset[Part] = frozenset()
    ) -> None:
        self._arms = {arm.name: arm for arm in arms}
        self._host = host
        self._parts = parts
        self._built: dict[int, _Built] = {}
        self._world: tuple[tuple[int, int], World] | None = None

    def do(self, task: Task, watch: Watch | None = None) -> Record:
        """Return what became of a task.

        Parameters
        ----------
        task
            Which one.
        watch
            Is told of each call of a policy.

        Raises
        ------
        ScenarioError, NetworkError
            If the world cannot be built.
        PluginError, SimulationError
            If a policy fails or cannot be built; if patrolsim itself breaks.
        """
        try:
            return self._record(self._run(task, watch))
        except PatrolsimError:
            raise
        except Exception as error:
            raise _as_bug(error) from error

    def replay(self, task: Task, reasons: ReasonBook | None = None) -> Run:
        """Return everything that is known of a task, to be looked at and not to be recorded.

        Parameters
        ----------
        task
            Which one.
        reasons
            Asks for the reasons of decisions and keeps them; None for nobody.

        Raises
        ------
        ScenarioError, NetworkError, PluginError, SimulationError
            As `do`.
        """
        try:
            return self._run(task, None, reasons)
        except PatrolsimError:
            raise
        except Exception as error:
            raise _as_bug(error) from error

    def notices(self, loaded: LoadedScenario) -> list[str]:
        """Return what the user should know of the maps and tables of a scenario."""
        return list(self._built_of(loaded).builder.notices)

    def _run(self, task: Task, watch: Watch | None, reasons: ReasonBook | None = None) -> Run:
        from patrolsim.engine import simulate
        from patrolsim.experiment.global_random import global_state
        from patrolsim.experiment.promises import rules_of

        arm = self._arms[task.strategy]
        world = self._world_under(arm, task.replication)
        before = global_state()
        policies = build_policies(arm.chosen, self._host, watch, reasons)
        with _few_collections():
            log = simulate(world, policies)
        if global_state() != before:
            raise self._find_global_draw(arm, world)
        rows = incident_table(log, world)
        metrics = summarise(rows, log, world, cover=self._built_of(arm.loaded).cover)
        return Run(task, world, log, rows, metrics, rules_of(policies, world))

    def _record(self, run: Run) -> Record:
        parts: dict[Part, bytes] = {}
        if Part.TABLES in self._parts:
            from patrolsim.experiment.tables import columns_of_run

            parts[Part.TABLES] = pack(columns_of_run(run))
        if Part.AUDIT in self._parts:
            parts[Part.AUDIT] = pack_findings(_audit(run))
        return Record(
            incident_digest=run.world.incidents.digest(),
            log_digest=run.log.digest(),
            metrics=pack_metrics(run.metrics),
            notices=tuple(self._built_of(self._arms[run.task.strategy].loaded).builder.notices),
            parts=parts,
        )

    def _built_of(self, loaded: LoadedScenario) -> _Built:
        key = id(loaded)
        if key not in self._built:
            builder = builder_of(loaded, self._host)
            self._built[key] = _Built(builder, plan_cover(builder.build(0)))
        return self._built[key]

    def _world_of(self, loaded: LoadedScenario, replication: int) -> World:
        """Return a world; the last one is kept, since strategies take turns within it."""
        key = (id(loaded), replication)
        if self._world is None or self._world[0] != key:
            self._world = (key, self._built_of(loaded).builder.build(replication))
        return self._world[1]

    def _world_under(self, arm: Arm, replication: int) -> World:
        """Return a world with the streets as they change under an arm."""
        world = self._world_of(arm.loaded, replication)
        if not arm.interventions:
            return world
        phases = self._built_of(arm.loaded).builder.phases_under(arm.interventions)
        return replace(world, phases=phases)

    def _find_global_draw(self, arm: Arm, world: World) -> PolicyError:
        """Run a replication again, watching every line, and return who is to blame."""
        from patrolsim.engine import simulate
        from patrolsim.experiment.global_random import REASON, REMEDY, Detective
        from patrolsim.units import to_s

        detective = Detective()
        simulate(world, build_policies(arm.chosen, self._host, detective))
        role = detective.role
        if role is None:
            names = ", ".join(chosen.policy for chosen in arm.chosen.values())
            return PolicyError(names, 0.0, None, f"{REASON}; it does so while it is built")
        time_s, reason = to_s(detective.time_us), f"{REASON}: {REMEDY}"
        name = arm.chosen[role.value].policy
        return PolicyError(name, time_s, detective.incident_id, reason, detective.where)


def build_policies(
    chosen: Mapping[str, ChosenPolicy],
    host: PolicySource,
    watch: Watch | None = None,
    reasons: ReasonBook | None = None,
) -> Policies:
    """Return fresh policies for one replication.

    Raises
    ------
    PluginError
        If a policy cannot be built.
    """
    from patrolsim.engine import Policies

    built = {
        role.value: host.build(role, chosen[role.value].policy, chosen[role.value].parameters)
        for role in Role
        if role.value in chosen
    }
    names = {Role(role): choice.policy for role, choice in chosen.items()}
    return Policies(**built, names=names, watch=watch, reasons=reasons)  # type: ignore[arg-type]  # the host checks the roles


def is_refusal(error: BaseException) -> bool:
    """Return whether an error concerns the scenario itself, and so every task of it."""
    return isinstance(error, ScenarioError | NetworkError)


def _audit(run: Run) -> list[str]:
    from patrolsim.audit import audit

    return list(audit(run.world, run.log, rules=run.rules))


def _as_bug(error: Exception) -> Bug:
    last = traceback.extract_tb(error.__traceback__)[-1]
    text = " ".join(str(error).split())
    return Bug(f"{type(error).__name__}: {text} ({last.filename}:{last.lineno})")


@contextmanager
def _few_collections() -> Iterator[None]:
    """Let Python look for cycles seldom: a run makes objects that stay, and hardly a cycle."""
    usual = gc.get_threshold()
    gc.set_threshold(SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
