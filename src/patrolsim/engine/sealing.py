"""What a policy sees cannot be written to."""

from __future__ import annotations


class Sealed:
    """Refuses new values of its public attributes from the moment at which it is sealed."""

    _is_sealed = False

    def seal(self) -> None:
        """Refuse writes from here on."""
        self._is_sealed = True

    def __setattr__(self, name: str, value: object) -> None:
        if self._is_sealed and not name.startswith("_"):
            raise AttributeError(f"the view is read-only: {name!r} cannot be set")
        super().__setattr__(name, value)
