"""Suites, baselines and the gate: whether strategies have become worse than they were."""

from patrolsim.bench.suite import Suite, read_suite

__all__ = ["Suite", "read_suite"]
