"""The complaints register: one line for each case, without names (ISO 10002:2018 clause 8.1)."""

from iso10002.analytics import register


def execute(filters: dict | None = None) -> tuple:
	"""Return the report; `measure` says which cases, by the name of a measure. See `FigureReport` for the rest."""
	return register.report(filters)
