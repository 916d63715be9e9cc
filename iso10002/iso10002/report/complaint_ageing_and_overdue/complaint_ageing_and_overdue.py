"""Open cases by age, and how many of them are overdue (ISO 10002:2018 clause 7.3)."""

from iso10002.analytics.report import simple

execute = simple(
	["open_now", "overdue"],
	by=["age"],
	charted=["open_now", "overdue"],
)
