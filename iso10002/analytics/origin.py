"""Measures of where complaints come from on a site with tickets and orders. Source: ISO 10002:2018 clause 7.2."""


def origin_measures(make) -> list:
	"""Return the measures of what was taken over and proposed, made by `make` (the class Measure)."""
	return [
		make(
			"taken_over",
			"From tickets and orders",
			"cases",
			"7.2",
			"Cases made of a record of this site",
			"taken_over",
		),
		make(
			"proposed",
			"Proposed by a rule",
			"cases",
			"7.2",
			"Cases by the accepted proposal of a rule",
			"proposed",
		),
		make(
			"tickets_proposed",
			"Tickets that looked like complaints",
			"records",
			"7.2",
			"Tickets a rule proposed in the period, whatever was decided",
			"proposals",
		),
		make(
			"tickets_rejected",
			"Tickets found to be no complaints",
			"records",
			"7.2",
			"Of these, rejected by a person by now",
			"proposals",
			lambda t: t.row.state == "Rejected",
		),
	]
