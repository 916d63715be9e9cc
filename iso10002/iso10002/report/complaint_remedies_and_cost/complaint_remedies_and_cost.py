"""Remedies performed and what they cost, each currency by itself (ISO 10002:2018 clause 7.7, annex F)."""

from iso10002.analytics import remedies


def execute(filters: dict | None = None) -> tuple:
	"""Return the report; see `FigureReport` for filters and errors."""
	return remedies.cost(filters)
