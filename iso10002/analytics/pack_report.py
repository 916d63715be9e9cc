"""The frozen figures of a management report as a report of the desk, which Frappe's Auto Email Report can mail."""

import frappe
from frappe import _
from frappe.utils import add_months, cint, format_date, format_datetime, get_last_day, nowdate

from iso10002.analytics import monitoring, pack, reader
from iso10002.analytics.errors import FilterError
from iso10002.analytics.measures import MEASURES
from iso10002.analytics.report import UNKNOWN, make_chart

DOCTYPE = "Complaint Management Report"
SUMMARY = ("received", "answered_in_time_share", "first_contact_share", "open")
CHARTED = ("received", "decided", "closed", "rejected", "reviewed", "referred", "reopened")


def report(filters: dict | None) -> tuple:
	"""Return the figures of a frozen management report; the last row says which one, with its SHA-256.

	Args:
		filters: `management_report` (a name), or `last_month` (only one that ends with the last month); else the latest.

	Raises:
		PermissionError: the user may see no figures.
		FilterError: there is no such frozen report, or its figures are not those that were frozen.
	"""
	reader.current()
	doc = _chosen(frappe._dict(filters or {}))
	if not doc:
		return _columns(), [], _("No management report was frozen for this."), None, [], 1
	if not pack.is_intact(doc):
		frappe.throw(
			_("{0}: its figures were changed past the app, so they are not shown.").format(
				frappe.bold(doc.name)
			),
			FilterError,
		)
	content = frappe.parse_json(doc.figures)
	rows = [_row(line) for line in (*content["lines"], *content["satisfaction"])]
	which = _("{0}: {1} to {2}, frozen on {3}").format(
		doc.name, format_date(doc.from_date), format_date(doc.to_date), format_datetime(doc.frozen_on)
	)
	rows.append({"label": which, "clause": f"SHA-256 {doc.sha256}", "_note": 1})
	by_name = {line["name"]: line for line in content["lines"]}
	return _columns(), rows, which, _chart(by_name), _summary(by_name), 1


def _chosen(filters: frappe._dict) -> frappe._dict | None:
	asked = {"docstatus": 1}
	if filters.management_report:
		asked["name"] = str(filters.management_report)
	if cint(filters.last_month):
		asked["to_date"] = get_last_day(add_months(nowdate(), -1))
	fields = ["name", "from_date", "to_date", "frozen_on", "figures", "sha256"]
	# Figures anybody who may run this report may see; who may run it is said by its roles.
	found = frappe.get_all(
		DOCTYPE, filters=asked, fields=fields, order_by="to_date desc, frozen_on desc", limit=1
	)
	if not found and filters.management_report:
		frappe.throw(
			_("Management report: {0} is not a frozen one. Choose one of the list.").format(
				frappe.bold(frappe.utils.escape_html(asked["name"][:140]))
			),
			FilterError,
		)
	return found[0] if found else None


def _row(line: dict) -> dict:
	unit = monitoring.UNITS.get(line["unit"], "").strip()
	met = {None: "", True: _("met"), False: _("not met")}[line.get("met")]
	return {
		"label": _(line["label"]) + (f" ({unit})" if unit else ""),
		**{
			key: monitoring.whole(line.get(key), line["unit"])
			for key in ("now", "before", "year_before", "target")
		},
		"_count": int(line["unit"] in monitoring.COUNTED),
		"met": met,
		"clause": line.get("clause") or "8.3",
	}


def _columns() -> list[dict]:
	numbers = {
		"now": _("This period"),
		"before": _("Period before"),
		"year_before": _("Year before"),
		"target": _("Target"),
	}
	return [
		{"fieldname": "label", "label": _("Figure"), "fieldtype": "Data", "width": 330},
		*(
			{"fieldname": name, "label": label, "fieldtype": "Float", "precision": 1, "width": 120}
			for name, label in numbers.items()
		),
		{"fieldname": "met", "label": _("Target met"), "fieldtype": "Data", "width": 100},
		{"fieldname": "clause", "label": _("Clause"), "fieldtype": "Data", "width": 160},
	]


def _chart(lines: dict[str, dict]) -> dict | None:
	labels = [_(MEASURES[name].label) for name in CHARTED]
	periods = {"now": _("This period"), "before": _("Period before"), "year_before": _("Year before")}
	series = [(label, [lines[name][key] for name in CHARTED]) for key, label in periods.items()]
	return make_chart(labels, series)


def _summary(lines: dict[str, dict]) -> list[dict]:
	return [_summed_up(name, lines[name]["now"]) for name in SUMMARY]


def _summed_up(name: str, value: float | None) -> dict:
	datatype = "Percent" if name.endswith("_share") else "Int"
	if value is None:
		datatype, value = "Data", UNKNOWN
	return {"value": value, "label": _(MEASURES[name].label), "datatype": datatype, "indicator": "Blue"}
