"""The routers of streets, from one run to the next."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from patrolsim.network.router import Router

if TYPE_CHECKING:
    from patrolsim.network.streets import Streets

MOST_KEPT = 4
"""Routers that outlast a run."""


class Routers:
    """The routers of some streets: what one run has learned of them serves the next.

    Few are kept, the most recently used: streets that change have a router for each state.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Router] = OrderedDict()

    def of(self, streets: Streets) -> Router:
        """Return the router of streets, as it was left by whoever has used it before."""
        key = id(streets)
        router = self._kept.get(key)
        if router is None:  # it holds its streets, so no others have their id while it is kept
            router = self._kept[key] = Router(streets)
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return router
