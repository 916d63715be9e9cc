"""How many deadlines were kept, by deadline; by stage, how long cases stayed in each (ISO 10002:2018 clause 8.4, annex H)."""

from iso10002.analytics.report import FigureReport

KEPT = ("clocks_due", "clocks_in_time", "clocks_in_time_share", "clocks_extended")
STAYS = ("days_in_stage",)


def execute(filters: dict | None = None) -> tuple:
	"""Return the report.

	Raises:
		FilterError: there is no such breakdown.
	"""
	run = FigureReport(filters)
	names = STAYS if run.filters.get("by") == "stage" else KEPT
	return run.breakdown(names, ["clock"], names[:2])
