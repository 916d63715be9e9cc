"""How many deadlines were kept, by deadline (ISO 10002:2018 annex H)."""

from iso10002.analytics.report import simple

execute = simple(
	["clocks_due", "clocks_in_time", "clocks_in_time_share", "clocks_extended"],
	by=["clock"],
	charted=["clocks_due", "clocks_in_time"],
)
