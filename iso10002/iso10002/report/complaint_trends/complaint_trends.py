"""The course of the figures, beside the same periods of the year before, so that seasons compare (clause 8.2)."""

from iso10002.analytics import trends


def execute(filters: dict | None = None) -> tuple:
	"""Return the report; see `FigureReport` for filters and errors."""
	return trends.report(filters)
