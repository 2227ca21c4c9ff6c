"""patrolsim in a notebook: run a scenario, look at the answer, take the tables along."""

from patrolsim.notebook.results import Page, RunResults, Table
from patrolsim.notebook.running import run

__all__ = ["Page", "RunResults", "Table", "run"]
