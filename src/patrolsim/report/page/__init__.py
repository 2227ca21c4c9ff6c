"""The report: one HTML page per run, the answer first."""

from patrolsim.report.page.writing import Report, make_report

__all__ = ["Report", "make_report"]
