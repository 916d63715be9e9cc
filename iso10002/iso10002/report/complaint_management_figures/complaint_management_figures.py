"""The figures of a frozen management report, as they were frozen, for the desk and for mailing (clauses 8.4 and 8.6)."""

from iso10002.analytics import pack_report


def execute(filters: dict | None = None) -> tuple:
	"""Return the report; `management_report` or `last_month` say which one, else the latest. See `pack_report.report`."""
	return pack_report.report(filters)
