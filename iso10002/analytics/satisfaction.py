"""Measures of what people say in the survey, and its report. Source: ISO 10002:2018 clause 8.3."""

from iso10002.analytics.sources import Tables
from iso10002.confidentiality.rule import PERSON_COMPLAINED_ABOUT

# Fields of Complaint Survey with 1 to 5 points; handling and outcome are asked apart.
QUESTIONS = {
	"access": "Easy to complain",
	"informed": "Kept informed",
	"treatment": "Treated fairly and with respect",
	"time": "Content with the time it took",
	"outcome": "Content with the outcome",
}
COMPLAINANT = "Complainant"
# Of each kind of people asked: names and labels of their measures begin with it, and the questions they are asked.
ASKED = {
	COMPLAINANT: ("", "", tuple(QUESTIONS)),
	PERSON_COMPLAINED_ABOUT: ("people_", "People complained about: ", ("treatment", "informed")),
}
SURVEYS = "surveys"
ANONYMOUS_BELOW = 5


def mean_of(respondent: str, question: str) -> str:
	"""Return the name of the measure of a question."""
	return f"{ASKED[respondent][0]}satisfaction_{question}"


def survey_measures(make) -> list:
	"""Return the measures of the survey, made by `make` (the class Measure)."""
	return [measure for respondent in ASKED for measure in _of(respondent, make)]


def _of(respondent: str, make) -> list:
	prefix, words, questions = ASKED[respondent]
	sent, replies = f"{prefix}surveys", f"{prefix}surveys_answered"
	few = {"at_least": ANONYMOUS_BELOW, "among": sent}

	def asked(t: Tables):
		return t.row.respondent == respondent

	def answered(t: Tables):
		return asked(t) & t.row.answered_on.notnull()

	found = [
		make(
			sent,
			f"{words}Surveys sent",
			"records",
			"8.3",
			f"Surveys sent to {'complainants' if respondent == COMPLAINANT else 'people complained about'} in the period",
			SURVEYS,
			asked,
		),
		make(
			replies,
			f"{words}Surveys answered",
			"records",
			"8.3",
			f"Of these, answered; from {ANONYMOUS_BELOW} answers on",
			SURVEYS,
			answered,
			**few,
		),
		make(
			f"{prefix}response_rate",
			f"{words}Response rate",
			"percent",
			"8.3",
			"{part} divided by {whole}, in percent",
			SURVEYS,
			part=replies,
			whole=sent,
		),
	]
	for field in questions:
		found.append(
			make(
				mean_of(respondent, field),
				f"{words}{QUESTIONS[field]}",
				"points",
				"8.3",
				f"Mean of the points, 1 to 5, of those who answered this question; from {ANONYMOUS_BELOW} answers on",
				SURVEYS,
				lambda t, field=field: answered(t) & (t.row[field] > 0),
				lambda t, field=field: t.row[field],
				mean=True,
				**few,
			)
		)
	return found
