"""What is missing in the records: causes, dates, answers (ISO 10002:2018 clause 8.1)."""

from iso10002.analytics import register


def execute(filters: dict | None = None) -> tuple:
	"""Return the report; see `FigureReport` for filters and errors."""
	return register.data_quality(filters)
