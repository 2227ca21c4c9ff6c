"""Which arcs of a map an intervention means, and what an opened street or a new passage takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.maps import straight_m
from patrolsim.network.modes import BIKE, CAR, E_BIKE, FOOT, ROAD_CLASSES, solve_weights
from patrolsim.network.node_ids import finder_of
from patrolsim.network.streets import CLOSED_US
from patrolsim.network.tags import words_of
from patrolsim.units import quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.network.compiling import Traced
    from patrolsim.network.maps import StreetMap
    from patrolsim.network.modes import ModeRules
    from patrolsim.network.streets import Streets

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

PASSAGE = "service"
"""The class of an added passage."""
TAG_OF = {FOOT: "foot", BIKE: "bicycle", E_BIKE: "bicycle", CAR: "motorcar"}
"""The tag by which a street is opened to a mode that its class would not let in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetChoice:
    """The streets that an intervention means.

    Attributes
    ----------
    name
        Name of the street on the map; None for the nodes.
    between
        Ids of the two nodes; None for the name.
    one_way
        Whether only the way from the first node to the second is meant.
    """

    name: str | None = None
    between: tuple[str, str] | None = None
    one_way: bool = False


def arcs_between(ends: tuple[Any, Any], ids: Sequence[str], choice: StreetChoice) -> Bools:
    """Return which arcs join the two nodes of a choice; shape (m,).

    Parameters
    ----------
    ends
        Tail and head of each arc.
    ids
        Ids of the nodes.
    choice
        Two nodes.

    Raises
    ------
    NetworkError
        If a node is not on the map, or no street joins the two.
    """
    first, last = nodes_of(ids, choice)
    tail, head = ends
    found: Bools = (tail == first) & (head == last)
    if not choice.one_way:
        found |= (tail == last) & (head == first)
    if not found.any():
        names = " and ".join(quoted(name) for name in choice.between or ())
        raise NetworkError(f"no street joins the nodes {names}. Look at the map for their ids")
    return found


def nodes_of(ids: Sequence[str], choice: StreetChoice) -> tuple[int, int]:
    """Return the numbers of the two nodes of a choice.

    Raises
    ------
    NetworkError
        If a node is not on the map.
    """
    find = finder_of(ids)
    numbers = []
    for name in choice.between or ():
        number = find(name)
        if number is None:
            raise NetworkError(f"there is no node {quoted(name)} on the map. Use an id of the map")
        numbers.append(number)
    return numbers[0], numbers[1]


def arcs_chosen(street_map: StreetMap, choice: StreetChoice) -> Bools:
    """Return which arcs of a map a choice means; shape (m,).

    Raises
    ------
    NetworkError
        If there is no such street.
    """
    if choice.between is not None:
        return arcs_between((street_map.tail, street_map.head), street_map.node_ids, choice)
    names = street_map.tags.get("name", ())
    found = np.array([name == choice.name for name in names], np.bool_)
    if not found.any():
        known = sorted({name for name in names if name})
        hint = suggestion(choice.name or "", known, otherwise="say between which nodes it lies")
        raise NetworkError(f"no street of the map is called {quoted(choice.name or '')}. {hint}")
    return found


def with_passage(
    street_map: StreetMap, choice: StreetChoice, length_m: float | None
) -> tuple[StreetMap, Bools]:
    """Return a map with one more street, closed to everybody, and which arcs it is.

    Parameters
    ----------
    street_map
        The map.
    choice
        The nodes that it joins.
    length_m
        Its length; None for as the crow flies.

    Raises
    ------
    NetworkError
        If a node is not on the map, or both are the same.
    """
    ends = nodes_of(street_map.node_ids, choice)
    if ends[0] == ends[1]:
        raise NetworkError("a passage leads from a node to itself. Name two nodes")
    m = len(street_map.tail)
    ways = [ends] if choice.one_way else [ends, ends[::-1]]
    tail, head = (np.array(column, np.int32) for column in zip(*ways, strict=True))
    if length_m is None:
        length_m = float(_straight_m(street_map, ends))
    twin = np.array([-1] if choice.one_way else [m + 1, m], np.int32)
    blank = dict.fromkeys(street_map.tags, "") | {"highway": PASSAGE, "access": "closed"}
    nothing = np.full(len(ways), np.nan)
    longer = replace(
        street_map,
        tail=np.concatenate([street_map.tail, tail]),
        head=np.concatenate([street_map.head, head]),
        twin=np.concatenate([street_map.twin, twin]),
        length_m=np.append(street_map.length_m, [length_m] * len(ways)),
        tags={
            tag: [*street_map.tags.get(tag, [""] * m), *[word] * len(ways)]
            for tag, word in blank.items()
        },
        speeds={name: np.append(column, nothing) for name, column in street_map.speeds.items()},
        times_s={name: np.append(column, nothing) for name, column in street_map.times_s.items()},
    )
    return longer, np.arange(m + len(ways)) >= m


def open_weights(traced: Traced, rules: ModeRules, chosen: Bools, modes: Sequence[str]) -> Ints:
    """Return the times of chosen arcs for each mode once they are opened; `CLOSED_US` for never.

    Parameters
    ----------
    traced
        The compiled map and the map that it was made from.
    rules
        The modes and how they move.
    chosen
        Arcs of ``traced.wider`` that are opened; shape (k,).
    modes
        The modes that are let in whatever the class of the street; empty to follow class and tags.

    Returns
    -------
    ndarray of int64, shape (n_modes, number of chosen arcs)
    """
    part = _part(traced.wider, chosen)
    tags = dict(part.tags)
    tags["access"] = [""] * len(part.tail)
    for mode in modes:
        if mode in TAG_OF:
            tags[TAG_OF[mode]] = ["yes"] * len(part.tail)
    classes = {word for words in tags.get("highway", ()) for word in words_of(words)}
    speeds = {
        name: speed
        for name, speed in rules.road_speeds_mps.items()
        if name in ROAD_CLASSES | classes
    }
    fitting = replace(rules, road_speeds_mps=speeds)
    weight_us = solve_weights(replace(part, tags=tags), fitting, traced.against[chosen])
    named = np.array([not modes or name in modes for name in rules.modes])
    opened: Ints = np.where(named[:, None], weight_us, CLOSED_US)
    return opened


def within_reach(streets: Streets, arcs: Ints, open_us: Ints) -> Ints:
    """Return opened times where both ends of the arc can be reached and left by the mode anyway.

    Nobody is led to a corner from which only a gate leads on that may be shut again.
    """
    is_joined = streets.usable[:, streets.tail[arcs]] & streets.usable[:, streets.head[arcs]]
    joined: Ints = np.where(is_joined, open_us, CLOSED_US)
    return joined


def _straight_m(street_map: StreetMap, ends: tuple[int, int]) -> float:
    tail, head = np.array([ends[0]], np.int32), np.array([ends[1]], np.int32)
    east, north = street_map.east, street_map.north
    return float(straight_m(east, north, (tail, head), street_map.is_degrees)[0])


def _part(street_map: StreetMap, chosen: Bools) -> StreetMap:
    """Return some arcs of a map; twins are not kept."""
    numbers = np.flatnonzero(chosen).tolist()
    return replace(
        street_map,
        tail=street_map.tail[chosen],
        head=street_map.head[chosen],
        twin=np.full(len(numbers), -1, np.int32),
        length_m=street_map.length_m[chosen],
        tags={tag: [words[i] for i in numbers] for tag, words in street_map.tags.items()},
        speeds={name: column[chosen] for name, column in street_map.speeds.items()},
        times_s={name: column[chosen] for name, column in street_map.times_s.items()},
    )
