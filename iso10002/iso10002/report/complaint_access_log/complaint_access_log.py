"""Who opened, printed, exported, mailed or revealed what, when and for which purpose (ISO 10002:2018 clause 4.10)."""

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime

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


def execute(filters: dict | None = None) -> tuple[list[dict], list[dict], str | None]:
	"""Return columns, rows (newest first) and a message if there are more rows than are shown.

	Args:
		filters: `user`, `action`, `complaint`, `document` (exact), `purpose` (part of the text),
			`from_date` and `to_date` (days, both included, in the site's time zone).

	Only the rows of cases the reader may see; rows that concern no single case are for all who may read the log.
	"""
	wanted = frappe._dict(filters or {})
	conditions = [[field, "=", wanted[field]] for field in EXACT if wanted.get(field)]
	if wanted.purpose:
		conditions.append(["purpose", "like", f"%{wanted.purpose}%"])
	if wanted.from_date:
		conditions.append(["happened_on", ">=", get_datetime(wanted.from_date)])
	if wanted.to_date:
		conditions.append(["happened_on", "<", get_datetime(add_days(wanted.to_date, 1))])
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
	return _columns(), rows[:MOST], message


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
