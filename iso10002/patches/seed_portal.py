"""Settings and letters of the complainant's side, for sites from before there were any."""

from iso10002.setup.letters import seed_letters
from iso10002.setup.portal import seed_portal


def execute() -> None:
	"""Seed what a new site starts with."""
	seed_portal()
	seed_letters()
