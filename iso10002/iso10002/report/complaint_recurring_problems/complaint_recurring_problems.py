"""Problems several complaints of the period share, beside the period before (ISO 10002:2018 clause 8.2, annex H)."""

from iso10002.analytics import recurring


def execute(filters: dict | None = None) -> tuple:
	"""Return the report; see `FigureReport` for filters and errors."""
	return recurring.problems(filters)
