"""Calendars and clock rules for sites from before there were any."""

from iso10002.setup.clock_rules import seed_clock_rules


def execute() -> None:
	"""Seed what a new site starts with."""
	seed_clock_rules()
