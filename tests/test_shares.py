"""Rows that would let somebody in, written straight into the database: shares, tasks, permissions open nothing of a case.

The guards refuse to make them. These tests put them there all the same, as an import, another app or a time before this
app may have, and ask as the people they name."""

from __future__ import annotations

import json

import frappe
import pytest
from factories import make_party, make_user, put, unique, user_of
from over_http import CASES, assert_refused, register, stored, user_without_a_role

from iso10002 import roles
from iso10002.confidentiality.rule import PERSON_COMPLAINED_ABOUT

RPC = "/api/method"
WORD = unique("walrus")
SHARED = ("Complaint", "Complaint Party", "Communication", "File")
EVERYTHING = {"read": 1, "write": 1, "submit": 1, "share": 1}


@pytest.fixture(scope="module")
def world(site) -> dict:
	"""Filled by `let_in`: what stands in the database, made once."""
	return {}


@pytest.fixture
def let_in(http, world) -> dict:
	"""A hidden case that somebody complained about in it, somebody without a role, and everybody has a share of."""
	if world:
		return world
	case = register(http, description=f"The {WORD} bit me.")
	insider = make_user(roles.HANDLER, roles.MANAGER, email=f"{unique('insider')}@example.com").name
	party = make_party(case, role=PERSON_COMPLAINED_ABOUT, full_name=WORD, email=insider).name
	mail = put(
		"Communication",
		reference_doctype="Complaint",
		reference_name=case,
		communication_type="Communication",
		communication_medium="Email",
		subject=WORD,
		content=WORD,
	)
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{WORD}.txt",
			"content": WORD,
			"attached_to_doctype": "Complaint",
			"attached_to_name": case,
		}
	).insert()
	nobody = user_without_a_role()
	documents = dict(zip(SHARED, (case, party, mail, file.name), strict=True))
	for doctype, name in documents.items():
		of = {"share_doctype": doctype, "share_name": name, **EVERYTHING}
		for user in (insider, nobody):
			put("DocShare", user=user, everyone=0, **of)
		put("DocShare", everyone=1, **of)
	for user in (insider, nobody):
		put("ToDo", reference_type="Complaint", reference_name=case, allocated_to=user, description="x")
		put("User Permission", user=user, allow="Complaint", for_value=case, apply_to_all_doctypes=1)
	frappe.db.set_value("Complaint", case, "_assign", json.dumps([insider, nobody]), update_modified=False)
	frappe.db.commit()
	frappe.cache.delete_value("user_permissions")
	world.update(documents, insider=insider, nobody=nobody, address=file.file_url)
	return world


@pytest.fixture(scope="module", autouse=True)
def take_out(world):
	"""What would be seen in other tests goes at the end: User Permissions narrow, and the leak check finds the shares."""
	yield
	frappe.db.delete(
		"DocShare", {"share_name": ["in", [world[doctype] for doctype in SHARED if doctype in world]]}
	)
	frappe.db.delete("User Permission", {"allow": "Complaint"})
	frappe.db.commit()
	frappe.cache.delete_value("user_permissions")


@pytest.mark.parametrize("who", ["insider", "nobody"])
def test_rows_in_the_database_open_nothing_of_a_case(http, let_in, who):
	session, case = http(let_in[who]), let_in["Complaint"]
	for doctype in SHARED:
		name = let_in[doctype]
		of = {"doctype": doctype, "name": name}
		for answer in (
			session.get(f"/api/resource/{doctype}/{name}"),
			session.get(f"{RPC}/frappe.desk.form.load.getdoc", params=of),
			session.get("/printview", params=of),
			session.get(f"{RPC}/frappe.utils.print_format.download_pdf", params=of),
			session.put(f"/api/resource/{doctype}/{name}", json={"description": "x", "subject": "x"}),
		):
			assert answer.status_code in (403, 404) and WORD not in answer.text, (doctype, answer.text[:300])
		for answer in (
			session.get(f"/api/resource/{doctype}", params={"fields": '["*"]', "limit_page_length": 0}),
			session.post(
				f"{RPC}/frappe.desk.reportview.get",
				data={"doctype": doctype, "fields": '["*"]', "page_length": 10000},
			),
			session.get(
				f"{RPC}/frappe.client.get_value",
				params={"doctype": doctype, "fieldname": "*", "filters": name},
			),
		):
			assert WORD not in answer.text and (not answer.ok or case not in answer.text), doctype
	assert WORD not in session.get(let_in["address"]).text
	mail = {
		"doctype": "Complaint",
		"name": case,
		"recipients": "x@example.org",
		"subject": "x",
		"content": "x",
	}
	assert_refused(session.post(f"{RPC}/frappe.core.doctype.communication.email.make", json=mail), status=403)
	assert stored(case, "description") == f"The {WORD} bit me."
	assert not frappe.db.exists("Communication", {"reference_name": case, "owner": let_in[who]})


def test_a_share_gives_no_more_than_the_role_to_who_may_see_the_case(http, let_in):
	auditor, case = user_of("auditor"), let_in["Complaint"]
	put("Complaint Access", complaint=case, access="Allow", user=auditor, reason="Audit")
	put("DocShare", share_doctype="Complaint", share_name=case, user=auditor, everyone=0, **EVERYTHING)
	frappe.db.commit()
	session = http(auditor)
	assert session.get(f"{CASES}/{case}").ok
	assert_refused(session.put(f"{CASES}/{case}", json={"market_segment": "Retail"}), status=403)


def test_other_documents_are_opened_by_a_share_as_before(http):
	nobody = user_without_a_role()
	note = frappe.get_doc({"doctype": "Note", "title": unique("note"), "content": "x", "public": 0}).insert()
	mail = put("Communication", communication_type="Communication", subject="of nobody's concern")
	for doctype, name in (("Note", note.name), ("Communication", mail)):
		put("DocShare", share_doctype=doctype, share_name=name, user=nobody, everyone=0, read=1)
	frappe.db.commit()
	session = http(nobody)
	for doctype, name in (("Note", note.name), ("Communication", mail)):
		assert session.get(f"/api/resource/{doctype}/{name}").ok, doctype


@pytest.mark.parametrize("doctype", SHARED)
def test_nothing_of_a_case_is_shared_by_who_may_see_it(http, let_in, doctype):
	before = frappe.db.count("DocShare")
	for sharer in ("Administrator", user_of("manager")):
		body = {"doctype": doctype, "name": let_in[doctype], "user": user_of("executive"), "read": 1}
		assert_refused(http(sharer).post(f"{RPC}/frappe.share.add", json=body), status=403)
	frappe.db.rollback()
	assert frappe.db.count("DocShare") == before
	noted = frappe.get_all(
		"Complaint Access Log", {"complaint": let_in["Complaint"], "action": "Refused"}, pluck="details"
	)
	assert any(user_of("executive") in details for details in noted)
