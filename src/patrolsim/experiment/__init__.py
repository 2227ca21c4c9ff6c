"""Experiments: strategies on the same replications, and what is written down of them."""

from patrolsim.experiment.provenance import Circumstances
from patrolsim.experiment.results import Failure, Results, Run, Task
from patrolsim.experiment.run_folder import RunFolder, RunFolderError, free_name, slug
from patrolsim.experiment.runner import Progress, build_policies, run_experiment

__all__ = [
    "Circumstances",
    "Failure",
    "Progress",
    "Results",
    "Run",
    "RunFolder",
    "RunFolderError",
    "Task",
    "build_policies",
    "free_name",
    "run_experiment",
    "slug",
]
