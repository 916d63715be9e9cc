"""Measures of what is done to get better: improvements and staff trained. Source: ISO 10002:2018 clauses 6.4, 8.7, annex H."""

CHECKED = ("Effective", "Not effective")


def improvement_measures(make) -> list:
	"""Return the measures of improvements and training, made by `make` (the class Measure)."""
	return [
		make(
			"improvements",
			"Improvements made",
			"records",
			"8.7, annex H",
			"Improvements because of complaints, done in the period",
			"improvements",
		),
		make(
			"improvements_checked",
			"Improvements whose effect was checked",
			"records",
			"8.7",
			"Of these, those whose effect was checked by now",
			"improvements",
			lambda t: t.row.effect.isin(CHECKED),
		),
		make(
			"improvements_effective",
			"Improvements that worked",
			"records",
			"8.7",
			"Of these, found effective",
			"improvements",
			lambda t: t.row.effect == CHECKED[0],
		),
		make(
			"improvements_effective_share",
			"Improvements that worked, share",
			"percent",
			"8.7",
			"{part} divided by {whole}, in percent",
			"improvements",
			part="improvements_effective",
			whole="improvements_checked",
		),
		make("trainings", "Trainings held", "records", "6.4", "Trainings held in the period", "trainings"),
		make(
			"staff_trained",
			"Staff trained",
			"people",
			"6.4, annex H",
			"People who took part in the trainings of the period added up; who took part in two counts twice",
			"trainings",
			value=lambda t: t.row.people,
		),
	]
