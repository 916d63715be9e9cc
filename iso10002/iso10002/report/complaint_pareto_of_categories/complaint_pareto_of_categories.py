"""Which few categories most complaints are about (ISO 10002:2018 clause 8.2)."""

from iso10002.analytics import pareto


def execute(filters: dict | None = None) -> tuple:
	"""Return the report; see `FigureReport` for filters and errors."""
	return pareto.report(filters, "received", "category")
