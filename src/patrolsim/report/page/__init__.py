"""The report: one HTML page per run, the answer first."""

from patrolsim.report.page.writing import REPORT, write_report

__all__ = ["REPORT", "write_report"]
