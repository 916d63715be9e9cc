"""Cases put right at first contact, with their share of those answered (ISO 10002:2018 clause 7.6, annex H)."""

from iso10002.analytics.report import simple

execute = simple(
	["decided", "first_contact", "first_contact_share", "days_to_answer"],
	by=["period"],
	charted=["decided", "first_contact"],
)
