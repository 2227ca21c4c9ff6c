"""What a check asks: the policy in its worlds, each run once and looked at by many checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from patrolsim.errors import PluginError
from patrolsim.experiment.global_random import global_state
from patrolsim.testing.sample_worlds import ordinary_day
from patrolsim.testing.subject import Play, Subject, marks_of, steady_global_numbers
from patrolsim.testing.traces_of_state import state_outside

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patrolsim.world import World


class NotHereError(PluginError):
    """A check says nothing about this policy; says why."""


class Repeat(NamedTuple):
    """The same day three times, another day before the last.

    Attributes
    ----------
    is_equal
        Whether the same happened each time.
    leaves_state
        Whether a run changes values that outlive the policy object.
    is_one_object
        Whether the policy is one object for all runs.
    """

    is_equal: bool
    leaves_state: bool
    is_one_object: bool


class Trial:
    """A policy under examination."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._plays: dict[Callable[[], World], Play] = {}
        self._day: tuple[Play, bool, bool] | None = None
        self._repeat: Repeat | None = None
        self._elsewhere: dict[tuple[tuple[int, ...], str], dict[int, str]] = {}

    def day(self) -> Play:
        """Return the play of an ordinary day."""
        return self._lived_day()[0]

    @property
    def changes_world(self) -> bool:
        """Whether an ordinary day leaves the world itself changed."""
        return self._lived_day()[1]

    @property
    def draws_globally(self) -> bool:
        """Whether an ordinary day moves the global random numbers."""
        return self._lived_day()[2]

    def play(self, world: Callable[[], World]) -> Play:
        """Return the play of one of the sample worlds."""
        if world not in self._plays:
            self._plays[world] = self.play_in(world())
        return self._plays[world]

    def play_in(self, world: World) -> Play:
        """Return the play of any world; global random numbers start at the same place."""
        with steady_global_numbers():
            return self.subject.play(world)

    def repeat(self) -> Repeat:
        """Return what is the same when days are lived again."""
        if self._repeat is None:
            self._repeat = self._lived_again()
        return self._repeat

    def elsewhere(
        self,
        live: Callable[[Subject, Sequence[int], str], dict[int, str]],
        days: tuple[int, ...],
        hash_seed: str,
    ) -> dict[int, str]:
        """Return the digests of days lived in a process of its own, by `elsewhere`."""
        key = days, hash_seed
        if key not in self._elsewhere:
            self._elsewhere[key] = live(self.subject, days, hash_seed)
        return self._elsewhere[key]

    def _lived_day(self) -> tuple[Play, bool, bool]:
        if self._day is None:
            world = ordinary_day()
            marks = marks_of(world)
            with steady_global_numbers():
                before = global_state()
                play = self.subject.play(world)
                draws = global_state() != before
            self._day = play, marks_of(world) != marks, draws
        return self._day

    def _lived_again(self) -> Repeat:
        first, second = self.subject.build(), self.subject.build()
        build = self.subject.spec.build
        before = state_outside(first, build)
        digests = [self.play_in(ordinary_day(number)).digest() for number in (0, 0, 1, 0)]
        return Repeat(
            is_equal=len({digests[0], digests[1], digests[3], self.day().digest()}) == 1,
            leaves_state=state_outside(first, build) != before,
            is_one_object=first is second,
        )
