"""docs/measures.md, made from the tables of measures, sources and dimensions; a test keeps it current."""

from iso10002.analytics.dimensions import OF_CASES, OF_ROWS, Dimension
from iso10002.analytics.measure import Measure
from iso10002.analytics.measures import MEASURES

INTRODUCTION = """# Measures

Each figure the app shows is defined once, in `iso10002/analytics/measures.py`, and this page is made from it. Reports, cards,
charts and the monthly pack all take their figures from there, so the same word means the same number everywhere.

## Which cases are counted

- Cases that turned out to be no complaint, or the same complaint once more, are in no figure but the one that counts them.
- Every figure says which date places a record in the period. Days are those of the site's time zone, both ends included.
- Figures that count a case "by the first …" count it once, in the period of that first time, so they can be added up.

## Who gets which figures

| | cases counted | what is hidden |
|---|---|---|
| Who may read complaints (Handler, Investigator, Reviewer, Approver, Manager, Privacy Officer, Auditor) | those the access rule and User Permissions show this reader, and no other | nothing: all that is counted can be opened |
| Who may read none (Executive), and the monthly pack | all cases, of every level | small figures, names, parts of months |

Why so. A figure that counted cases its reader may not open would tell of them: one more in "Conduct" this week, by this handler.
So whoever can open cases gets figures on exactly those, and a Confidential or Restricted case moves no figure of somebody who may
not see it. Top management needs the whole, and gets it so that it tells nothing of one case:

- Broken down by something that could identify (marked below), a figure on fewer cases than *Smallest figure shown* in ISO10002
  Settings (5 as installed) is not shown, and neither is a second one where the total would give the first away. A share is hidden
  with its part, its whole or its rest.
- Periods are whole months: two periods that differ by a day would differ by one case.
- One such breakdown at a time, no filter by it, and nothing by a person's name.

What this cannot do: whoever keeps many tables of many months may learn from their differences. The limit is yours to raise.

## Read only

Nothing here writes. Frappe runs reports on the read replica where one is configured (`read_from_replica`).

## All measures

"""


def text() -> str:
	"""Return the whole page."""
	lines = ["| measure | unit | clause | how it comes about | dated by |", "|---|---|---|---|---|"]
	lines += [_line(measure) for measure in MEASURES.values()]
	lines += ["", "## Breakdowns", "", "| by | could identify | for |", "|---|---|---|"]
	lines += [_breakdown(dimension) for dimension in (*OF_CASES, *OF_ROWS)]
	lines += [
		"",
		"Company and branch, where a site has such a link on its complaints (ERPNext), and periods: year, quarter, month, week, day. "
		"A filter by category includes what is below it in the tree.",
		"",
		"Improvements and trainings belong to no case: their figures are the same for all readers, and under a filter on cases there are none.",
	]
	return INTRODUCTION + "\n".join(lines) + "\n"


def _line(measure: Measure) -> str:
	formula = measure.formula
	if measure.is_share:
		formula = formula.format(part=MEASURES[measure.part].label, whole=MEASURES[measure.whole].label)
	return f"| {measure.label} | {measure.unit} | {measure.clause} | {formula} | {measure.of.dated} |"


def _breakdown(dimension: Dimension) -> str:
	whom = "readers of cases" if dimension.names_people else "all"
	kind = ", only for records of this kind" if dimension.of_row else ""
	return f"| {dimension.label}{kind} | {'yes' if dimension.identifies else 'no'} | {whom} |"
