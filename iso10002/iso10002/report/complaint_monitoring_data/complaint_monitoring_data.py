"""All counts of annex H side by side: this period, the one before, the year before, targets and rates (clause 8.4)."""

from iso10002.analytics import monitoring


def execute(filters: dict | None = None) -> tuple:
	"""Return the report; `volume` is the number of orders or customers for rates. See `FigureReport` for the rest."""
	return monitoring.report(filters)
