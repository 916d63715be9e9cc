"""Beside the roads to a case: what boards, imports, masters, connections and logs would tell of one that is hidden."""

from __future__ import annotations

import json

import frappe
import pytest
from case_documents import case_under_investigation, complete, start
from factories import make_complaint, make_party, make_user, put, unique, user_of
from hidden_case import ask, assert_hidden, reader_of
from http_roads import RESOURCE, RPC
from over_http import assert_refused, register, stored, system_manager, user_without_a_role, words
from test_personal_data import ended, periods  # noqa: F401

from iso10002 import roles
from iso10002.confidentiality import retention

LINKED = "frappe.desk.form.linked_with.get_submitted_linked_docs"
KANBAN = "frappe.desk.doctype.kanban_board.kanban_board"


def restricted(case: str, **values) -> str:
	frappe.db.set_value("Complaint", case, {"confidentiality_level": "Restricted", **values})
	frappe.db.commit()
	return case


# What was submitted and names somebody


@pytest.fixture(scope="module")
def investigated(site) -> str:
	"""A restricted case with an investigation that is completed."""
	case = case_under_investigation()
	complete(start(case))
	return restricted(case)


@pytest.mark.parametrize("kind", ["nobody", "website user", "executive", "System Manager"])
def test_what_was_investigated_by_somebody_or_has_a_cause_is_not_listed_past_the_rule(
	http, investigated, kind
):
	for doctype, name in (("User", user_of("investigator")), ("Complaint Cause", "Packaging or transport")):
		answer = http(reader_of(kind, {})).get(f"{RPC}/{LINKED}", params={"doctype": doctype, "name": name})
		assert answer.status_code < 500 and investigated not in answer.text, words(answer)
		assert not answer.ok or answer.json()["message"]["count"] == 0


def test_who_sees_a_case_is_told_of_its_investigation_before_something_is_cancelled(http, investigated):
	asked = {"doctype": "Complaint Cause", "name": "Packaging or transport"}
	answer = http(user_of("privacy")).get(f"{RPC}/{LINKED}", params=asked)
	assert answer.ok, words(answer)
	found = answer.json()["message"]
	assert f"{investigated}-INV-1" in [row["name"] for row in found["docs"]]
	assert found["count"] == len(found["docs"])


# Boards


@pytest.fixture
def board(site) -> str:
	"""A board of complaints everybody may read."""
	columns = [{"column_name": stage} for stage in ("Received", "Acknowledged", "Assessed")]
	doc = frappe.get_doc(
		{
			"doctype": "Kanban Board",
			"kanban_board_name": unique("board"),
			"reference_doctype": "Complaint",
			"field_name": "status",
			"columns": columns,
		}
	).insert()
	frappe.db.commit()
	yield doc.name
	frappe.delete_doc("Kanban Board", doc.name)
	frappe.db.commit()


def test_a_board_of_complaints_does_not_keep_which_case_is_in_which_column(http, hidden, board):
	case, manager = hidden["case"], http(user_of("manager"))
	moved = {"docname": case, "from_colname": "Assessed", "to_colname": "Assessed"}
	for function, asked in (
		("update_order", {"order": json.dumps({"Assessed": [case]})}),
		("update_order_for_single_card", {**moved, "old_index": 0, "new_index": 0}),
		("add_card", {"docname": case, "colname": "Assessed"}),
	):
		answer = ask(manager, f"{KANBAN}.{function}", board_name=board, **asked)
		assert answer.ok, words(answer)
	for kind in ("nobody", "website user", "person complained about, as a user", "another intake"):
		answer = http(reader_of(kind, hidden)).get(f"{RESOURCE}/Kanban Board/{board}")
		assert_hidden(answer, hidden, case)
	frappe.db.rollback()
	assert case not in frappe.get_doc("Kanban Board", board).as_json()


def test_a_card_is_moved_by_the_rules_of_the_process(http, board):
	case = register(http)
	answer = ask(
		http(user_of("handler")),
		f"{KANBAN}.update_order_for_single_card",
		board_name=board,
		docname=case,
		from_colname="Received",
		to_colname="Assessed",
		old_index=0,
		new_index=0,
	)
	assert answer.status_code == 417 and stored(case) == "Received", words(answer)


def test_boards_of_something_else_keep_their_order(http):
	name, note = unique("board"), frappe.get_doc({"doctype": "ToDo", "description": unique("todo")}).insert()
	frappe.db.commit()
	session = http("Administrator")
	session.call(f"{KANBAN}.quick_kanban_board", doctype="ToDo", board_name=name, field_name="status")
	moved = {"docname": note.name, "from_colname": "Open", "to_colname": "Closed", "old_index": 0}
	ask(session, f"{KANBAN}.update_order", board_name=name, order=json.dumps({"Open": [note.name]}))
	answer = ask(session, f"{KANBAN}.update_order_for_single_card", board_name=name, new_index=0, **moved)
	assert answer.ok, words(answer)
	frappe.db.rollback()
	orders = {row.column_name: row.order or "" for row in frappe.get_doc("Kanban Board", name).columns}
	assert note.name in orders["Closed"] and note.name not in orders["Open"]
	frappe.delete_doc("Kanban Board", name)
	frappe.db.commit()


def test_boards_from_before_are_cleared(board):
	from iso10002.patches import clear_board_orders

	frappe.db.set_value("Kanban Board Column", {"parent": board}, "order", '["CMP-1"]')
	clear_board_orders.execute()
	assert {row.order for row in frappe.get_doc("Kanban Board", board).columns} == {"[]"}


# Imports

IMPORT = "frappe.core.doctype.data_import.data_import"


def made_import(content: str) -> str:
	"""Return a Data Import of complaints with a file, as an admin makes it."""
	doc = frappe.get_doc(
		{"doctype": "Data Import", "reference_doctype": "Complaint", "import_type": "Insert New Records"}
	).insert()
	of = {"attached_to_doctype": doc.doctype, "attached_to_name": doc.name, "is_private": 1}
	file = frappe.get_doc(
		{"doctype": "File", "file_name": f"{unique('import')}.csv", "content": content, **of}
	)
	doc.db_set("import_file", file.insert().file_url)
	frappe.db.commit()
	return doc.name


def test_an_import_of_complaints_is_for_who_may_import(http):
	word = unique("zebra")
	name = made_import(f'Channel,"What happened, in the complainant\'s words"\nPhone,The {word} bit me.\n')
	weak = (user_without_a_role(), make_user(email="test-website@example.com").name, user_of("handler"))
	for user in weak:
		session = http(user)
		for named in (name, {"reference_doctype": "Complaint"}, {"name": ["like", f"%{name}%"]}):
			answer = ask(session, f"{IMPORT}.get_preview_from_template", data_import=named)
			assert not answer.ok and answer.status_code < 500 and word not in answer.text, words(answer)
			for function in ("download_errored_template", "get_import_status", "download_import_log"):
				answer = ask(session, f"{IMPORT}.{function}", data_import_name=named)
				assert not answer.ok and answer.status_code < 500 and word not in answer.text, words(answer)
		answer = ask(session, f"{IMPORT}.form_start_import", data_import=name)
		assert not answer.ok and answer.status_code < 500, words(answer)
	seen = ask(http(system_manager()), f"{IMPORT}.get_preview_from_template", data_import=name)
	assert seen.ok and word in seen.text, words(seen)


def test_the_file_of_a_hidden_case_is_not_read_by_an_import(http, hidden):
	name = made_import("Channel\nPhone\n")
	for user in (system_manager(), user_without_a_role()):
		asked = {"data_import": name, "import_file": hidden["url"]}
		answer = ask(http(user), f"{IMPORT}.get_preview_from_template", **asked)
		assert_hidden(answer, hidden, status=(403,))


# Connections


def test_duplicates_one_may_not_see_are_not_counted(http):
	seen = make_complaint().name
	for level in ("Restricted", "Standard"):
		case = make_complaint().name
		values = {"confidentiality_level": level, "duplicate_of": seen, "status": "Duplicate"}
		frappe.db.set_value("Complaint", case, values)
	frappe.db.commit()
	for kind, number in (("handler", 1), ("privacy", 2)):
		asked = {"doctype": "Complaint", "name": seen}
		answer = http(user_of(kind)).get(f"{RPC}/frappe.desk.notifications.get_open_count", params=asked)
		assert answer.ok, words(answer)
		counts = answer.json()["message"]["count"]
		rows = counts if isinstance(counts, list) else counts["external_links_found"]
		found = {row.get("doctype") or row.get("name"): row["count"] for row in rows}
		assert found["Complaint"] == number and "Complaint Review" in found


# Deleting what a case links to


def linked_case(what: str) -> tuple[str, str, str]:
	"""Return a restricted case and the DocType and name of something it links to."""
	if what == "Dispute Resolution Body":
		values = {"body_name": unique("Board"), "method": "Determinative"}
		body = frappe.get_doc({"doctype": what, **values}).insert().name
		case = make_complaint().name
		put("Complaint Referral", name=f"{case}-REF-1", complaint=case, body=body, referred_on="2026-01-01")
		return restricted(case), what, body
	if what == "User":
		handler = make_user(roles.HANDLER, email=f"{unique('handler')}@example.com").name
		return restricted(make_complaint().name, handler=handler), what, handler
	category = frappe.get_doc(
		{
			"doctype": "Complaint Category",
			"category_name": unique("Category"),
			"parent_complaint_category": frappe.db.get_value("Complaint Category", {"is_group": 1}),
		}
	).insert()
	return restricted(make_complaint(category=category.name).name), what, category.name


@pytest.mark.parametrize("what", ["Complaint Category", "Dispute Resolution Body", "User"])
def test_deleting_what_a_hidden_case_links_to_does_not_say_which_case_it_is(http, what):
	case, doctype, name = linked_case(what)
	for user in (user_of("manager"), system_manager()):
		for answer in (
			http(user).delete(f"{RESOURCE}/{doctype}/{name}"),
			ask(http(user), "frappe.client.delete", doctype=doctype, name=name),
			ask(http(user), "frappe.desk.reportview.delete_items", doctype=doctype, items=json.dumps([name])),
		):
			assert answer.status_code < 500 and case not in answer.text, words(answer)
	answer = http(system_manager()).delete(f"{RESOURCE}/{doctype}/{name}")
	if answer.status_code != 403:
		assert_refused(answer, "used in complaints", status=417)
	frappe.db.rollback()
	assert frappe.db.exists(doctype, name)


def test_a_master_nothing_links_to_is_deleted(http):
	values = {"body_name": unique("Board"), "method": "Determinative"}
	body = frappe.get_doc({"doctype": "Dispute Resolution Body", **values}).insert().name
	frappe.db.commit()
	assert http(user_of("manager")).delete(f"{RESOURCE}/Dispute Resolution Body/{body}").ok


# Disposals

DISPOSALS = f"{RESOURCE}/Complaint Disposal"
DECIDE = f"{RPC}/iso10002.confidentiality.retention.decide"


def test_a_privacy_officer_neither_reads_nor_decides_what_becomes_of_the_own_case(periods, http):  # noqa: F811
	officer = make_user(roles.PRIVACY_OFFICER, email=f"{unique('officer')}@example.com").name
	other = ended(30)
	about = ended(30, category="Discourtesy")
	make_party(
		about,
		role="Person complained about",
		full_name="X",
		email=None,
		linked_doctype="User",
		linked_name=officer,
	)
	periods({"months": 24})
	retention.propose()
	of = {
		row.reference: row.parent
		for row in frappe.get_all(
			"Complaint Disposal Case", {"reference": ("in", [about, other])}, ["reference", "parent"]
		)
	}
	assert of[about] != of[other]  # or nobody but another officer would open what concerns all others
	frappe.db.commit()
	session = http(officer)
	try:
		assert_refused(session.get(f"{DISPOSALS}/{of[about]}"), status=403)
		assert session.get(f"{DISPOSALS}/{of[other]}").ok
		listed = session.get(DISPOSALS, params={"limit_page_length": 0}).json()["data"]
		assert of[about] not in [row["name"] for row in listed] and {"name": of[other]} in listed
		asked = {"parent": "Complaint Disposal", "fields": '["reference"]', "limit_page_length": 0}
		rows = session.get(f"{DISPOSALS} Case", params=asked).json()["data"]
		assert {"reference": about} not in rows and {"reference": other} in rows
		for decision in ("Approved", "Rejected"):
			body = {"disposal": of[about], "decision": decision, "reason": "Because"}
			assert_refused(session.post(DECIDE, json=body), "another privacy officer", status=403)
		frappe.db.rollback()
		assert frappe.db.get_value("Complaint Disposal", of[about], "status") == "Proposed"
		colleague = http(user_of("privacy"))
		for name in set(of.values()):
			body = {"disposal": name, "decision": "Rejected", "reason": "A test"}
			assert colleague.get(f"{DISPOSALS}/{name}").ok and colleague.post(DECIDE, json=body).ok
	finally:
		frappe.db.rollback()
		periods()
		frappe.db.commit()


# What Frappe logs


def test_the_page_of_a_report_printed_by_who_sees_cases_is_not_kept(http, hidden):
	html = f"<table><tr><td>{hidden['case']}</td><td>{hidden['word']}</td></tr></table>"
	printed = http(user_of("privacy")).post(
		f"{RPC}/frappe.utils.print_format.report_to_pdf", data={"html": html}
	)
	assert printed.ok, words(printed)
	logged = ask(
		http(user_of("privacy")),
		"frappe.core.doctype.access_log.access_log.make_access_log",
		report_name="Complaint Register",
		page=html,
	)
	assert logged.ok, words(logged)
	asked = {"fields": '["name", "page"]', "filters": json.dumps({"user": user_of("privacy")}), "limit": 50}
	answer = http(system_manager()).get(f"{RESOURCE}/Access Log", params=asked)
	assert answer.ok and len(answer.json()["data"]) >= 2
	assert_hidden(answer, hidden, hidden["case"])


def test_the_page_of_somebody_elses_report_is_kept(http):
	word, user = unique("page"), user_without_a_role()
	asked = {"report_name": "Something", "page": f"<p>{word}</p>"}
	answer = ask(http(user), "frappe.core.doctype.access_log.access_log.make_access_log", **asked)
	assert answer.ok, words(answer)
	frappe.db.rollback()
	assert frappe.db.exists("Access Log", {"user": user, "page": ("like", f"%{word}%")})


def test_pages_kept_before_are_cleared_of_who_may_see_cases_only():
	from iso10002.patches import clear_printed_pages

	kept = {user: put("Access Log", user=user) for user in (user_of("privacy"), user_without_a_role())}
	for name in kept.values():
		frappe.db.set_value("Access Log", name, "page", "<p>x</p>")
	clear_printed_pages.execute()
	pages = {user: frappe.db.get_value("Access Log", name, "page") for user, name in kept.items()}
	assert pages == {user_of("privacy"): None, user_without_a_role(): "<p>x</p>"}
