"""Who opened, printed, exported, mailed or revealed what, when and for which purpose (ISO 10002:2018 clause 4.10)."""

from collections import Counter

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime

from iso10002.analytics.errors import FilterError
from iso10002.analytics.report import make_chart
from iso10002.analytics.selection import day_of, refuse

COLUMNS = (
	"happened_on",
	"user",
	"action",
	"complaint",
	"document_type",
	"document",
	"purpose",
	"details",
	"address",
)
EXACT = ("user", "action", "complaint", "document")
# Rows. More are not read by a person; the filters make it less.
MOST = 10_000


def execute(filters: dict | None = None) -> tuple:
	"""Return columns, rows (newest first), a message if there are more rows than are shown, chart and summary.

	Args:
		filters: `user`, `action`, `complaint`, `document` (exact), `purpose` (part of the text),
			`from_date` and `to_date` (days, both included, in the site's time zone).

	Only the rows of cases the reader may see; rows that concern no single case are for all who may read the log.

	Raises:
		FilterError: a day is none, there is no such action, or From lies after To.
	"""
	wanted = frappe._dict(filters or {})
	conditions = [[field, "=", str(wanted[field])] for field in EXACT if wanted.get(field)]
	meta = frappe.get_meta("Complaint Access Log")
	if wanted.action and wanted.action not in meta.get_options("action").split("\n"):
		refuse(_(meta.get_label("action")), wanted.action)
	if wanted.purpose:
		conditions.append(["purpose", "like", f"%{wanted.purpose}%"])
	start, end = day_of(wanted.from_date, _("From Date")), day_of(wanted.to_date, _("To Date"))
	if start and end and start > end:
		frappe.throw(_("From lies after Until. Exchange the two days."), FilterError)
	if start:
		conditions.append(["happened_on", ">=", get_datetime(start)])
	if end:
		conditions.append(["happened_on", "<", get_datetime(add_days(end, 1))])
	rows = frappe.get_list(
		"Complaint Access Log",
		filters=conditions,
		fields=list(COLUMNS),
		order_by="happened_on desc",
		limit_page_length=MOST + 1,
	)
	message = None
	if len(rows) > MOST:
		message = _("Only the newest {0} entries are shown. Narrow the filters.").format(MOST)
	elif not rows:
		message = _("Nothing was logged for these filters.")
	rows = rows[:MOST]
	return _columns(), rows, message, _chart(rows), _summary(rows), 1


def _chart(rows: list[dict]) -> dict | None:
	counts = Counter(row.action for row in rows)
	return (
		make_chart([_(action) for action in counts], [(_("Entries"), list(counts.values()))])
		if rows
		else None
	)


def _summary(rows: list[dict]) -> list[dict]:
	figures = {
		_("Entries"): len(rows),
		_("Users"): len({row.user for row in rows}),
		_("Refused"): sum(row.action == "Refused" for row in rows),
	}
	return [{"label": label, "value": value, "datatype": "Int"} for label, value in figures.items()]


def _columns() -> list[dict]:
	meta = frappe.get_meta("Complaint Access Log")
	widths = {"purpose": 220, "details": 220, "happened_on": 170, "user": 180, "complaint": 150}
	return [
		{
			"fieldname": field,
			"label": _(meta.get_label(field)),
			"fieldtype": kind
			if (kind := meta.get_field(field).fieldtype) in ("Link", "Datetime")
			else "Data",
			"options": meta.get_field(field).options if kind == "Link" else None,
			"width": widths.get(field, 120),
		}
		for field in COLUMNS
	]
