"""What similar cases got, so that unlike treatment shows (ISO 10002:2018 clause 4.8, annex F)."""

from iso10002.analytics import remedies


def execute(filters: dict | None = None) -> tuple:
	"""Return the report; see `FigureReport` for filters and errors."""
	return remedies.consistency(filters)
