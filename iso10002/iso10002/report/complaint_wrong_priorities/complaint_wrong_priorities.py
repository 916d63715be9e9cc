"""Cases whose priority was changed after the assessment (ISO 10002:2018 clause 7.5, annex H)."""

from iso10002.analytics.report import simple

execute = simple(
	["assessed", "wrong_priority", "wrong_priority_share"],
	by=["category"],
	charted=["wrong_priority"],
)
