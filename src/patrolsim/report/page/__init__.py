"""The report: one HTML page per run, the answer first."""

from patrolsim.report.page.writing import REPORT, Report, make_report, write_report

__all__ = ["REPORT", "Report", "make_report", "write_report"]
