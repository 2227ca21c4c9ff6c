"""Experiments: arms on the same replications, and what is written down of them."""

from patrolsim.experiment.design import Arm, Conduct, Design, Listener, Part, Progress, arms_of
from patrolsim.experiment.ledger import Ledger, LedgerError, NondeterminismError
from patrolsim.experiment.provenance import Circumstances
from patrolsim.experiment.results import Failure, FailureKind, Finished, Results, Task
from patrolsim.experiment.run_folder import RunFolder, RunFolderError, new_target
from patrolsim.experiment.runner import run_arms, run_experiment
from patrolsim.experiment.workshop import build_policies

__all__ = [
    "Arm",
    "Circumstances",
    "Conduct",
    "Design",
    "Failure",
    "FailureKind",
    "Finished",
    "Ledger",
    "LedgerError",
    "Listener",
    "NondeterminismError",
    "Part",
    "Progress",
    "Results",
    "RunFolder",
    "RunFolderError",
    "Task",
    "arms_of",
    "build_policies",
    "new_target",
    "run_arms",
    "run_experiment",
]
