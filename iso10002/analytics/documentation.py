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
| Who may read complaints (Handler, Investigator, Reviewer, Approver, Manager, Privacy Officer, Auditor) | those the access rule and User Permissions show this reader, and no other | few answers to the [survey](#the-survey), nothing else: all that is counted can be opened |
| Who may read none (Executive), and the monthly pack | all cases, of every level | small figures, names, parts of months |

Why so. A figure that counted cases its reader may not open would tell of them: one more in "Conduct" this week, by this handler.
So whoever can open cases gets figures on exactly those, and a Confidential or Restricted case moves no figure of somebody who may
not see it. Top management needs the whole, and gets it so that it tells nothing of one case:

- Small is what counts fewer than *Smallest figure shown* in ISO10002 Settings (5 as installed) different cases, or leaves so few of
  what it is a part of: of 40 answered, 39 at first contact. Totals, and breakdowns that identify nobody, are shown whatever their size.
- In a table by something that could identify (marked below) small figures are hidden. With them the next larger one is, so that
  the total does not give them away; where there is none, the whole column. A group of which nothing is left to show is not named. So
  where all complaints are about one thing and one figure is small, no group is shown.
- Such a table stands alone: no filter, no second breakdown (remedies beside their currency excepted), nothing as of this moment, and only
  months that are over.
- All other figures: whole months, no filter by what could identify, nothing by a person's name.

## The survey

For every reader, readers of cases too: how many answered, the response rate and the means are shown from five answers on, and only if five
were asked. In a table the next larger row is hidden with those, and under a filter everything is hidden that leaves one to four answers, or people
asked, to the report without filters. What people wrote is shown only where the number of answers is.

## What this cannot do

It looks at one table at a time. Whoever compares may learn from the differences: tables of different periods (one month and two, or for readers
of cases one day and two, also in the survey), the same table before and after a late entry or a correction, two filters of the survey, tables
by different things, a figure kept from before a change of the limit, or what readers who see different cases tell each other. That a figure is
hidden says that it, or one beside it, is small; and who knows this rule can narrow down a hidden part of a number close to the limit. The
limit is yours to raise.

Filters and months that name nobody and no subject (channel, severity, stage) can be narrowed down to few cases, or one: what an executive
reads then is how many they are and how they went (upheld or not, in how many days), not who complained, about what, or who handled it.

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
