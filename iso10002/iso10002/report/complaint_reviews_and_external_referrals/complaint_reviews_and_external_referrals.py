"""What follows a rejected decision: review inside, bodies outside, and what came of it (ISO 10002:2018 clause 7.9)."""

from iso10002.analytics.report import simple

execute = simple(
	[
		"rejected",
		"answered_rejected",
		"rejected_share",
		"reviewed",
		"reviews",
		"reviews_changed",
		"reviews_changed_share",
		"referred",
		"referral_outcomes",
		"referrals_for_complainant",
		"referrals_for_complainant_share",
	],
	by=["period"],
	charted=["rejected", "reviewed", "referred"],
)
