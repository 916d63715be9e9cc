"""How complainants felt treated, apart from the outcome (ISO 10002:2018 clause 8.3)."""

from iso10002.analytics.report import simple

execute = simple(
	[
		"surveys",
		"surveys_answered",
		"response_rate",
		"satisfaction_access",
		"satisfaction_informed",
		"satisfaction_treatment",
		"satisfaction_time",
		"satisfaction_outcome",
	],
	by=["period"],
	charted=["satisfaction_treatment", "satisfaction_outcome"],
	kind="line",
)
