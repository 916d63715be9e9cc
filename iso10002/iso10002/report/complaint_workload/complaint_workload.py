"""Open and finished cases by handler, for readers of cases only (ISO 10002:2018 clauses 4.3 and 8.4)."""

from iso10002.analytics.report import FigureReport

MEASURES = ("open_now", "overdue", "assessed", "decided", "closed", "days_to_answer")


def execute(filters: dict | None = None) -> tuple:
	"""Return the report; see `FigureReport` for filters and errors."""
	run = FigureReport(filters, only_cases=True)
	return run.breakdown(MEASURES, ["handler"], ["open_now", "overdue"])
