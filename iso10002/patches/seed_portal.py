"""The settings of the complainant's pages, for sites from before there were any."""

from iso10002.setup.portal import seed_portal


def execute() -> None:
	"""Seed what a new site starts with."""
	seed_portal()
