"""The kernels of all modules share their names where they are compiled."""

from __future__ import annotations

from patrolsim.network.tiers import MODULES


def test_no_two_modules_of_kernels_mean_different_things_by_a_name() -> None:
    known: dict[str, object] = {}
    for module in MODULES:
        for name, meaning in vars(module).items():
            if not name.startswith("__") and name != "KERNELS":
                assert known.setdefault(name, meaning) is meaning or known[name] == meaning, name
