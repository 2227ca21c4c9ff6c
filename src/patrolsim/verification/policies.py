"""The policies that the table needs beside the shipped ones, offered as a plugin offers them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patrolsim.hookspecs import hookimpl
from patrolsim.policy import Assignment, Parameter, PolicySpec, Role, Sweep, Walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.policy import OpenIncident, SearchTask, StateView

STEPS_AHEAD = 5
"""How many streets of a tour are walked between two questions."""


@dataclass(slots=True)
class PreferenceLists:
    """Sends the first free volunteer of a fixed list; a list belongs to a kind of incident.

    Attributes
    ----------
    lists
        Volunteers by the name of the kind, the preferred first; without a list the nearest goes.
    loses
        Whether an incident that finds nobody free is never served.
    lost
        The incidents that found nobody.
    """

    lists: Mapping[str, tuple[int, ...]]
    loses: bool
    lost: set[int] = field(default_factory=set)

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        """Return the preferred volunteer among the free; None to wait, or to be lost."""
        number = incident.incident_id
        if number in self.lost:
            return None
        chosen = self._chosen(view, incident)
        if chosen is not None:
            return Assignment(number, (chosen,))
        if self.loses:
            self.lost.add(number)
        return None

    def queue_key(self, incident: OpenIncident) -> tuple[float, int]:
        """Return the place in the queue: first come first served."""
        return incident.known_s, incident.incident_id

    def _chosen(self, view: StateView, incident: OpenIncident) -> int | None:
        if incident.kind not in self.lists:
            found = view.nearest(incident, 1)
            return found[0].volunteer_id if found else None
        free = set(view.available(incident))
        return next((who for who in self.lists[incident.kind] if who in free), None)


@dataclass(slots=True)
class Tour:
    """Walks a closed tour for ever; volunteer n starts at street n x `apart` of it.

    Attributes
    ----------
    nodes
        The tour; the last node is a neighbour of the first.
    apart
        How many streets of the tour lie between the starts of two volunteers that follow one
        another.
    place
        How far each volunteer has come.
    """

    nodes: tuple[int, ...]
    apart: int
    place: dict[int, int] = field(default_factory=dict)

    def next_patrol(self, _view: StateView, volunteer_id: int) -> Walk:
        """Return the next streets of the tour."""
        here = self.place.get(volunteer_id, volunteer_id * self.apart)
        self.place[volunteer_id] = here + STEPS_AHEAD
        ahead = range(here + 1, here + 1 + STEPS_AHEAD)
        return Walk(tuple(self.nodes[step % len(self.nodes)] for step in ahead))


@dataclass(frozen=True, slots=True)
class Sweeps:
    """Searches the streets of a closed walk one after the other.

    Attributes
    ----------
    nodes
        The walk; volunteers of odd numbers walk it backwards.
    """

    nodes: tuple[int, ...]

    def next_search(self, _view: StateView, task: SearchTask) -> Sweep:
        """Return the whole walk."""
        return Sweep(self.nodes[::-1] if task.volunteer_id % 2 else self.nodes)


def _build_lists(parameters: Mapping[str, Any]) -> PreferenceLists:
    lists: dict[str, tuple[int, ...]] = {}
    for part in filter(None, parameters["lists"].split(";")):
        kind, _, names = part.partition(":")
        lists[kind.strip()] = tuple(int(name) for name in names.split())
    return PreferenceLists(lists, parameters["when_busy"] == "lose")


def _build_tour(parameters: Mapping[str, Any]) -> Tour:
    return Tour(tuple(int(node) for node in parameters["nodes"].split()), parameters["apart"])


def _build_sweeps(parameters: Mapping[str, Any]) -> Sweeps:
    return Sweeps(tuple(int(node) for node in parameters["nodes"].split()))


@hookimpl
def patrolsim_policies() -> Sequence[PolicySpec]:
    """Offer the policies of the table."""
    return [
        PolicySpec(
            name="verify_lists",
            role=Role.DISPATCH,
            build=_build_lists,
            about="Sends the first free volunteer of a fixed list.",
            parameters={
                "lists": Parameter(kind="text", default="", about="kind: 0 2 1; other: 1 0 2"),
                "when_busy": Parameter(
                    kind="text",
                    default="queue",
                    choices=("queue", "lose"),
                    about="What becomes of an incident that finds nobody free.",
                ),
            },
        ),
        PolicySpec(
            name="verify_tour",
            role=Role.PATROL,
            build=_build_tour,
            about="Walks a closed tour for ever.",
            parameters={
                "nodes": Parameter(kind="text", default="0", about="The nodes of the tour."),
                "apart": Parameter(kind="count", default=1, about="Streets between two people."),
            },
        ),
        PolicySpec(
            name="verify_sweeps",
            role=Role.SEARCH,
            build=_build_sweeps,
            about="Searches the streets of a closed walk.",
            parameters={
                "nodes": Parameter(kind="text", default="0", about="The nodes of the walk."),
            },
        ),
    ]
