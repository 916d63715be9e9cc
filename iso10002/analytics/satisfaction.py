"""Measures of what complainants say in the survey, and its report. Source: ISO 10002:2018 clause 8.3."""

from iso10002.analytics.sources import Tables

# Fields of Complaint Survey with 1 to 5 points; handling and outcome are asked apart.
QUESTIONS = {
	"access": "Easy to complain",
	"informed": "Kept informed",
	"treatment": "Treated fairly and with respect",
	"time": "Content with the time it took",
	"outcome": "Content with the outcome",
}
RESPONDENT = "Complainant"
ANONYMOUS_BELOW = 5


def survey_measures(make) -> list:
	"""Return the measures of the survey, made by `make` (the class Measure)."""

	def asked(t: Tables):
		return t.row.respondent == RESPONDENT

	def answered(t: Tables):
		return asked(t) & t.row.answered_on.notnull()

	found = [
		make(
			"surveys",
			"Surveys sent",
			"records",
			"8.3",
			"Surveys sent to complainants in the period",
			"surveys",
			asked,
		),
		make(
			"surveys_answered",
			"Surveys answered",
			"records",
			"8.3",
			"Of these, answered",
			"surveys",
			answered,
		),
		make(
			"response_rate",
			"Response rate",
			"percent",
			"8.3",
			"{part} divided by {whole}, in percent",
			"surveys",
			part="surveys_answered",
			whole="surveys",
		),
	]
	for field, label in QUESTIONS.items():
		found.append(
			make(
				f"satisfaction_{field}",
				label,
				"points",
				"8.3",
				f"Mean of the points, 1 to 5, of those who answered this question; from {ANONYMOUS_BELOW} answers on",
				"surveys",
				lambda t, field=field: answered(t) & (t.row[field] > 0),
				lambda t, field=field: t.row[field],
				mean=True,
				at_least=ANONYMOUS_BELOW,
			)
		)
	return found
