"""Fields that only make sense beside ERPNext: its own words for what a complaint is about, and the switches of ours.

They are custom fields, made where the DocTypes they link to are on the site and taken away with ERPNext.
"""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.model.document import Document

from iso10002.handling import events
from iso10002.integrations import hosts
from iso10002.integrations.erpnext.drafts import KINDS

MODULE = "ISO10002"


def _link(fieldname: str, label: str, options: str, after: str, description: str = "") -> dict:
	# which cases a user sees is decided by the access rule alone, so User Permissions of ERPNext do not narrow it
	return {
		"fieldname": fieldname,
		"fieldtype": "Link",
		"label": label,
		"options": options,
		"insert_after": after,
		"ignore_user_permissions": 1,
		"no_copy": 1,
		"description": description,
	}


FIELDS: dict[str, list[dict]] = {
	"Complaint": [
		_link("item", "Item", "Item", "product_reference"),
		_link("serial_no", "Serial No", "Serial No", "item"),
		_link("batch_no", "Batch", "Batch", "serial_no"),
		_link("company", "Company", "Company", "reference_name"),
		_link("branch", "Branch", "Branch", "company"),
		_link(
			"department",
			"Department",
			"Department",
			"unit_concerned",
			"The department that is complained about.",
		),
		_link("territory", "Territory", "Territory", "market_segment"),
	],
	"Complaint Remedy Type": [
		{
			"fieldname": "makes_document",
			"fieldtype": "Select",
			"label": "Is carried out in ERPNext by",
			"options": "\n".join(("", *KINDS)),
			"insert_after": "has_value",
			"description": "A draft is made by a button of the accepted remedy, with the rights the user has in ERPNext.",
		}
	],
	"Complaint Calendar": [
		_link(
			"holiday_list",
			"Holiday List",
			"Holiday List",
			"holidays_section",
			"Its holidays are taken over by the button Take Holidays, and only then.",
		)
	],
	"Complaint Improvement": [
		{
			"fieldname": "quality_section",
			"fieldtype": "Section Break",
			"label": "In ERPNext",
			"insert_after": "effect_shown_by",
			"depends_on": "quality_state",
		},
		{
			"fieldname": "quality_type",
			"fieldtype": "Link",
			"label": "Kind of record",
			"options": "DocType",
			"insert_after": "quality_section",
			"read_only": 1,
			"no_copy": 1,
		},
		{
			"fieldname": "quality_record",
			"fieldtype": "Dynamic Link",
			"label": "Record",
			"options": "quality_type",
			"insert_after": "quality_type",
			"read_only": 1,
			"no_copy": 1,
			"search_index": 1,
		},
		{
			"fieldname": "quality_state",
			"fieldtype": "Data",
			"label": "State of the record",
			"insert_after": "quality_record",
			"read_only": 1,
			"no_copy": 1,
		},
	],
	"ISO10002 Settings": [
		{
			"fieldname": "erpnext_reference",
			"fieldtype": "Check",
			"label": "Write the reference of the complaint into the remarks of documents made in ERPNext",
			"insert_after": "use_erpnext",
			"depends_on": "use_erpnext",
			"description": "Only the number, and never that of a confidential or restricted complaint.",
		}
	],
}

# Taken over from the order, invoice or delivery a complaint refers to, where the case says nothing of its own.
OF_REFERENCE = {"company": "company", "territory": "territory", "customer_type": "customer_group"}


def make() -> None:
	"""Make the fields that are not there, where what they link to is; those that are there stay as they are."""
	create_custom_fields(
		{
			doctype: [
				{**field, "module": MODULE}
				for field in fields
				if field["fieldtype"] != "Link" or frappe.db.table_exists(field["options"])
			]
			for doctype, fields in FIELDS.items()
		},
		update=False,
	)


def remove() -> None:
	"""Delete the fields; what was entered in them stays in the table, as Frappe leaves it."""
	for doctype, fields in FIELDS.items():
		for field in fields:
			filters = {"dt": doctype, "fieldname": field["fieldname"], "module": MODULE}
			if name := frappe.db.exists("Custom Field", filters):
				frappe.delete_doc("Custom Field", name)
		frappe.clear_cache(doctype=doctype)


def keep_in_words(doc: Document, method: str | None = None) -> None:
	"""Take a record that is deleted out of the cases that name it (doc_events hook `on_trash`).

	Frappe would refuse the deletion and name a case to somebody who may not see it.
	"""
	for field in FIELDS["Complaint"]:
		if field["options"] != doc.doctype or not frappe.db.has_column("Complaint", field["fieldname"]):
			continue
		for case in frappe.get_all("Complaint", {field["fieldname"]: doc.name}, pluck="name"):
			frappe.db.set_value("Complaint", case, field["fieldname"], None, update_modified=False)
			events.append(case, "Reference Removed", details={"reference": [doc.doctype, doc.name]})


def fill_in(case: Document, method: str | None = None) -> None:
	"""Take over what the department and the document referred to say of the case (doc_events hook)."""
	if case.get("department") and not case.unit_concerned:
		case.unit_concerned = frappe.db.get_value("Department", case.department, "department_name")
	changed = case.is_new() or case.has_value_changed("reference_name")
	if not case.reference_name or not changed or not hosts.active("erpnext"):
		return
	if not frappe.db.exists(case.reference_doctype, case.reference_name) or not frappe.has_permission(
		case.reference_doctype, "read", doc=case.reference_name
	):
		return  # what it says is for those who may read it there
	meta = frappe.get_meta(case.reference_doctype)
	wanted = {ours: theirs for ours, theirs in OF_REFERENCE.items() if meta.has_field(theirs)}
	if wanted and (
		found := frappe.db.get_value(case.reference_doctype, case.reference_name, [*wanted.values()])
	):
		for ours, value in zip(wanted, found if isinstance(found, tuple) else (found,), strict=True):
			if case.meta.has_field(ours) and value and (not case.get(ours) or _is_default(case, ours)):
				case.set(ours, value)
	_fill_in_item(case, meta)


def _is_default(case: Document, field: str) -> bool:
	"""Whether Frappe may have filled in the field of a new case itself, from the defaults of the user."""
	return case.is_new() and case.get(field) == frappe.defaults.get_user_default(field)


def _fill_in_item(case: Document, meta: object) -> None:
	"""The item of a document that has a single one."""
	table = meta.get_field("items")
	if not table or not case.meta.has_field("item") or case.get("item"):
		return
	filters = {"parent": case.reference_name, "parenttype": case.reference_doctype}
	found = frappe.get_all(table.options, filters, ["item_code", "item_name"], distinct=True, limit=2)
	if len(found) == 1:
		case.item = found[0].item_code
		case.product_or_service = case.product_or_service or found[0].item_name
