"""What tests over HTTP try with a case: an assessed case that stays as it is, and the roads that save fields of a document."""

from __future__ import annotations

import json
from typing import Any

import frappe
from factories import take, user_of
from over_http import register, system_manager

RESOURCE = "/api/resource"
RPC = "/api/method"
BOOKKEEPING = {"modified", "modified_by", "_user_tags", "_comments", "_assign", "_liked_by", "_seen"}
POWERFUL = ("handler", "manager", "privacy", "admin", "Administrator")


def named(kind: str) -> str:
	"""Return one of POWERFUL."""
	if kind == "Administrator":
		return kind
	return system_manager() if kind == "admin" else user_of(kind)


def assessed_case(http: Any, kept: dict) -> str:
	"""Return an assessed case with a complainant, a point and a remedy; the one in `kept` if nothing changed it."""
	if kept and snapshot(kept["case"]) == kept["before"]:
		return kept["case"]
	name = register(http)
	take(name, "Acknowledge")
	take(name, "Assess")
	doc = frappe.get_doc("Complaint", name)
	doc.append("remedies", {"remedy_type": "Refund", "progress": "Requested"})
	doc.save()
	frappe.db.commit()
	kept.update(case=name, before=snapshot(name))
	return name


def snapshot(case: str) -> dict:
	"""Return everything the database holds of a case."""
	frappe.db.rollback()

	def rows_of(doctype: str, field: str) -> list[dict]:
		found = frappe.get_all(doctype, filters={field: case}, fields=["*"], order_by="name")
		return [{key: value for key, value in row.items() if key not in BOOKKEEPING} for row in found]

	return {
		doctype: rows_of(doctype, field)
		for doctype, field in (
			("Complaint", "name"),
			("Complaint Allegation", "parent"),
			("Complaint Remedy", "parent"),
			("Complaint Party", "complaint"),
			("Complaint Event", "complaint"),
		)
	}


def whole(http, user: str, doctype: str, name: str) -> dict:
	"""Return a document as the form holds it."""
	return http(user).call("frappe.client.get", http="GET", doctype=doctype, name=name)


# Roads that save fields of a document.


def put(http, user, doctype, name, **values):
	return http(user).put(f"{RESOURCE}/{doctype}/{name}", json=values)


def set_value(http, user, doctype, name, **values):
	body = {"doctype": doctype, "name": name, "fieldname": values}
	return http(user).post(f"{RPC}/frappe.client.set_value", json=body)


def client_save(http, user, doctype, name, **values):
	body = {"doc": {**whole(http, user, doctype, name), **values}}
	return http(user).post(f"{RPC}/frappe.client.save", json=body)


def savedocs(http, user, doctype, name, **values):
	doc = {**whole(http, user, doctype, name), **values}
	return http(user).post(
		f"{RPC}/frappe.desk.form.save.savedocs", data={"doc": json.dumps(doc), "action": "Save"}
	)


def client_bulk_update(http, user, doctype, name, **values):
	docs = json.dumps([{"doctype": doctype, "docname": name, **values}])
	return http(user).post(f"{RPC}/frappe.client.bulk_update", json={"docs": docs})


def desk_bulk_update(http, user, doctype, name, **values):
	body = {
		"doctype": doctype,
		"docnames": json.dumps([name]),
		"action": "update",
		"data": json.dumps(values),
	}
	method = "frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs"
	return http(user).post(f"{RPC}/{method}", json=body)


def calendar_update(http, user, doctype, name, **values):
	args = {"doctype": doctype, "name": name, **values}
	fields = [field for field in values if field != "flags"]
	field_map = {"start": fields[0], "end": fields[-1]}
	body = {"args": json.dumps(args), "field_map": json.dumps(field_map)}
	return http(user).post(f"{RPC}/frappe.desk.calendar.update_event", json=body)


ROADS = (put, set_value, client_save, savedocs, client_bulk_update, desk_bulk_update, calendar_update)
