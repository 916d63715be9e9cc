"""The complaints register on paper: the lines of the report *Complaint Register*, with period and filters stated.

It has the cases its reader may see and, as the report, no name of a party. Source: ISO 10002:2018 clauses 4.10 and 8.1.
"""

import frappe
from frappe import _
from frappe.desk.query_report import get_report_doc
from frappe.utils import format_date, format_datetime, now_datetime
from frappe.utils.user import get_user_fullname

from iso10002.analytics import register
from iso10002.analytics.dimensions import dimensions
from iso10002.analytics.report import FigureReport
from iso10002.confidentiality import access_log
from iso10002.handling.paper_pages import pdf_of
from iso10002.handling.papers import direction
from iso10002.handling.validation import fields_with_values

REPORT = "Complaint Register"
TEMPLATE = "iso10002/templates/papers/register.html"
COLUMNS = (
	"name",
	"received_on",
	"status",
	"channel",
	"category",
	"product_or_service",
	"priority",
	"handler",
	"response_due",
	"communicated_on",
	"decision",
	"acceptance",
	"closed_on",
)
MOST_LINES = 2000


@frappe.whitelist(methods=["POST"])
def download(filters: str | dict | None = None) -> None:
	"""Answer with the register as PDF, landscape, and log that it was handed out.

	Args:
		filters: those of the report, as a dict or JSON text.

	Raises:
		PermissionError: the user may not run the report, or not print complaints.
		IntakeError: the filters are no dict.
		FilterError: as the report.
	"""
	given = fields_with_values(filters)
	content = pdf_of(page(given), landscape=True)
	access_log.note(access_log.EXPORTED, None, "Complaint", REPORT, details=frappe.as_json(given)[:5000])
	frappe.local.response.filename = f"{_('Complaints register')}.pdf"
	frappe.local.response.filecontent = content
	frappe.local.response.type = "pdf"


def page(filters: dict) -> str:
	"""Return the register as a page, for who may print it; errors are those of `download`."""
	get_report_doc(REPORT)  # refuses whom the report is not for
	if not frappe.has_permission("Complaint", "print"):
		frappe.throw(_("The register is printed by those who may print complaints."), frappe.PermissionError)
	return html(filters)


def html(filters: dict) -> str:
	"""Return the register as a page for the session's user; errors are those of `register.report`."""
	run = FigureReport(filters, only_cases=True)
	columns, rows, message, _chart, summary, _skip = register.report(filters)
	labels = {column["fieldname"]: column["label"] for column in columns}
	people = {row.handler: get_user_fullname(row.handler) for row in rows if row.handler}
	notes = [message]
	if len(rows) > MOST_LINES:
		notes.append(_("The latest {0} are printed. Choose a shorter period.").format(MOST_LINES))
	return frappe.render_template(
		TEMPLATE,
		{
			"direction": direction(frappe.local.lang),
			"letter_head": _letter_head(),
			"which": ", ".join(f"{row['label']}: {row['value']}" for row in summary),
			"asked": _asked(run),
			"notes": " ".join(notes),
			"printed": _("Printed on {0} by {1}").format(
				format_datetime(now_datetime()), get_user_fullname(frappe.session.user)
			),
			"heads": [labels[field] for field in COLUMNS],
			"rows": [[_shown(field, row[field], people) for field in COLUMNS] for row in rows[:MOST_LINES]],
		},
	)


def _asked(run: FigureReport) -> list[tuple[str, str]]:
	"""Return period and filters in words."""
	start, end = run.selection.start, run.selection.end
	found = [(_("Period"), _("{0} to {1}").format(format_date(start), format_date(end)))]
	known = dimensions()
	for name, value in run.selection.filters.items():
		label = _(known[name].label) if name in known else _("Clock rule")
		found.append((label, get_user_fullname(value) if name == "handler" else _(value)))
	return found


def _shown(field: str, value: object, people: dict[str, str]) -> str:
	if not value:
		return ""
	if field.endswith("_on") or field == "response_due":
		return format_date(value)
	if field == "handler":
		return people[value]
	return value if field in ("name", "product_or_service") else _(value)


def _letter_head() -> str:
	return frappe.db.get_value("Letter Head", {"is_default": 1, "disabled": 0}, "content") or ""
