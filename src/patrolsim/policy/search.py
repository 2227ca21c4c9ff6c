"""What a search policy sees of a search: the map of chances, what was searched, what is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]


class SearchTask(NamedTuple):
    """A searcher who needs to know where to go on, and what the party knows; read-only.

    The columns have one entry per street of the search, n in all, in the same order throughout.

    Attributes
    ----------
    incident_id, volunteer_id, kind
        Who is looked for (the incident and its kind), and who searches.
    x, y
        The last known place, metres.
    began_s, left_s
        When the search became possible, in seconds since the start of the period, and how much
        time of searching is left before it is given up.
    searchers
        The ids of all who search at present, rising.
    tail, head
        The corners at the ends of each street; shape (n,).
    is_two_way
        Whether it may be walked from head to tail too.
    length_m, middle_x, middle_y
        Its length, and the middle between its corners, metres.
    is_near_place
        Whether it is near one of the places that draw people.
    sweep_s
        Time to search it once from end to end, seconds; infinite where it is closed at present.
    effort
        Coverage W / width that one sweep of any street adds: it finds with chance 1 - exp(-effort)
        who is there.
    prior, chance
        Chance that the person is there: before anybody looked, and after all that was searched
        in vain (Bayes). Both sum to 1.
    coverage
        Sum of the effort of all sweeps of the whole street so far.
    is_claimed
        Whether another searcher is on the way to it, or searching it.
    tail_s, head_s
        The searcher's travel time from here to each end; infinite where there is no way, or none
        back for the mode in which they came.
    """

    incident_id: int
    volunteer_id: int
    kind: str
    x: float
    y: float
    began_s: float
    left_s: float
    searchers: tuple[int, ...]
    tail: Ints
    head: Ints
    is_two_way: Bools
    length_m: Floats
    middle_x: Floats
    middle_y: Floats
    is_near_place: Bools
    sweep_s: Floats
    effort: float
    prior: Floats
    chance: Floats
    coverage: Floats
    is_claimed: Bools
    tail_s: Floats
    head_s: Floats
