"""Suites, baselines and the gate: whether strategies have become worse than they were."""

from patrolsim.bench.baseline import Baseline, BaselineError, read_baseline, write_baseline
from patrolsim.bench.entries import Entry, entries_of, read_venues
from patrolsim.bench.gating import Means, run_suite
from patrolsim.bench.recording import changes_between, record_baseline
from patrolsim.bench.report import Report, Row
from patrolsim.bench.suite import Suite, read_suite

__all__ = [
    "Baseline",
    "BaselineError",
    "Entry",
    "Means",
    "Report",
    "Row",
    "Suite",
    "changes_between",
    "entries_of",
    "read_baseline",
    "read_suite",
    "read_venues",
    "record_baseline",
    "run_suite",
    "write_baseline",
]
