"""Reading and touching a hidden case over HTTP: by its name, in lists and counts, through links and files."""

from __future__ import annotations

import json

import frappe
import pytest
from factories import make_user, unique, user_of
from hidden_case import NAMED, READERS, assert_hidden, hidden_case, reader_of
from http_roads import RESOURCE, RPC, snapshot
from over_http import CASES, MOVE, PARTIES, complaint, needs, register, system_manager, words


@pytest.fixture
def hidden(http, _hidden_case) -> dict:
	return hidden_case(http, _hidden_case)


def test_the_hidden_case_is_seen_by_those_who_may(http, hidden):
	for kind in ("handler", "investigator", "reviewer", "approver", "manager", "privacy"):
		session = http(user_of(kind))
		for doctype, key in NAMED[:3]:
			answer = session.get(f"{RESOURCE}/{doctype}/{hidden[key]}")
			assert answer.ok and hidden["word"] in answer.text, (kind, doctype, words(answer))
			answer = session.get(f"{RESOURCE}/{doctype}?limit_page_length=0")
			assert hidden[key] in answer.text, (kind, doctype)
		assert hidden["word"] in session.get(hidden["url"]).text


@pytest.mark.parametrize("kind", READERS)
def test_what_is_hidden_is_not_opened_by_its_name(http, hidden, kind):
	session = http(reader_of(kind, hidden))
	for doctype, key in NAMED:
		name = hidden[key]
		of = {"doctype": doctype, "name": name}
		for answer in (
			session.get(f"{RESOURCE}/{doctype}/{name}"),
			session.get(f"{RESOURCE}/{doctype}/{name}?expand_links=1"),
			session.get(f"{RPC}/frappe.client.get", params=of),
			session.get(f"{RPC}/frappe.desk.form.load.getdoc", params=of),
			session.get(f"{RPC}/frappe.desk.form.load.get_docinfo", params=of),
			session.get("/printview", params=of),
			session.get(
				f"{RPC}/frappe.www.printview.get_html_and_style", params={"doc": doctype, "name": name}
			),
			session.put(f"{RESOURCE}/{doctype}/{name}", json={"description": "x", "full_name": "x"}),
			session.delete(f"{RESOURCE}/{doctype}/{name}"),
		):
			assert_hidden(answer, hidden, status=(401, 403, 404, 417))
		for answer in (
			session.get(
				f"{RPC}/frappe.client.get_value",
				params={"doctype": doctype, "fieldname": "*", "filters": name},
			),
			session.get(
				f"{RPC}/frappe.client.get_value",
				params={
					"doctype": doctype,
					"fieldname": '["name", "owner"]',
					"filters": name,
					"parent": "Complaint",
				},
			),
			session.get(
				f"{RPC}/frappe.desk.link_preview.get_preview_data",
				params={"doctype": doctype, "docname": name},
			),
		):
			assert_hidden(answer, hidden)
	for answer in (session.get(hidden["url"]), session.get(f"{RESOURCE}/File/{hidden['file']}")):
		assert_hidden(answer, hidden, status=(401, 403, 404))


@pytest.mark.parametrize("kind", READERS)
def test_what_is_hidden_is_in_no_list_and_no_count(http, hidden, kind):
	session = http(reader_of(kind, hidden))
	fields = {
		"Complaint": ["name", "description", "product_or_service"],
		"Complaint Party": [
			"name",
			"full_name",
			"email",
			"complaint",
			"`tabComplaint Party`.`full_name` as x",
		],
		"Complaint Event": ["name", "remark", "details", "complaint"],
		"Complaint Allegation": ["name", "allegation", "parent"],
		"Complaint Remedy": ["name", "details", "parent"],
	}
	for doctype, key in NAMED:
		wanted = json.dumps(fields[doctype])
		only = json.dumps([[doctype, "name", "=", hidden[key]]])
		listed = {"fields": wanted, "limit_page_length": 0}
		parent = {"parent": "Complaint"} if key in ("point", "remedy") else {}
		sets = [listed, {**listed, "filters": only}]
		if parent:
			sets += [{**arguments, **parent} for arguments in sets]
		for arguments in sets:
			report = {key: value for key, value in arguments.items() if key != "parent"}
			report |= {"doctype": doctype, "page_length": 10000, "parent_doctype": "Complaint"}
			for answer in (
				session.get(f"{RESOURCE}/{doctype}", params=arguments),
				session.get(f"{RPC}/frappe.client.get_list", params={"doctype": doctype, **arguments}),
				session.post(f"{RPC}/frappe.desk.reportview.get", data=report),
				session.post(f"{RPC}/frappe.desk.reportview.get_list", data=report),
			):
				sent = () if "filters" in arguments else (hidden[key],)
				assert_hidden(answer, hidden, *sent)
				if "filters" in arguments and answer.ok:
					assert hidden[key] not in answer.text
		for counting in ("frappe.desk.reportview.get_count", "frappe.client.get_count"):
			answer = session.get(f"{RPC}/{counting}", params={"doctype": doctype, "filters": only, **parent})
			assert not answer.ok or not answer.json().get("message"), (counting, doctype, answer.text)
		answer = session.post(
			f"{RPC}/frappe.desk.reportview.export_query",
			data={"doctype": doctype, "fields": wanted, "file_format_type": "CSV", "title": doctype},
		)
		assert_hidden(answer, hidden, hidden[key])


@pytest.mark.parametrize("parent", ["System Settings", "ISO10002 Settings", "Complaint", "User"])
def test_a_parent_that_is_none_opens_no_list(http, hidden, parent):
	"""Frappe 16 would ask for the right to the parent alone, and for none of its documents where it is a Single."""
	for kind in READERS:
		session = http(reader_of(kind, hidden))
		for doctype, key in NAMED[:3]:
			asked = {"fields": '["*"]', "limit_page_length": 0}
			for answer in (
				session.get(f"{RESOURCE}/{doctype}", params={**asked, "parent": parent}),
				session.get(
					f"{RPC}/frappe.client.get_value",
					params={"doctype": doctype, "fieldname": "*", "filters": hidden[key], "parent": parent},
				),
				session.post(
					f"{RPC}/frappe.desk.reportview.get",
					data={**asked, "doctype": doctype, "page_length": 10000, "parent_doctype": parent},
				),
			):
				shown = (
					answer.text.replace(hidden[key], "") if "filters" in answer.request.url else answer.text
				)
				assert hidden["word"] not in shown and answer.status_code < 500, (kind, answer.text[:300])


@pytest.mark.parametrize("kind", READERS)
def test_nothing_is_done_to_a_hidden_case(http, hidden, kind):
	session, before = http(reader_of(kind, hidden)), snapshot(hidden["case"])
	case = hidden["case"]
	comments = frappe.db.count("Comment", {"reference_name": case})
	for answer in (
		session.post(MOVE, json={"complaint": case, "action": "Investigate", "values": needs("Investigate")}),
		session.post(
			f"{RPC}/iso10002.handling.corrections.correct",
			json={"complaint": case, "field": "channel", "value": "Letter", "reason": "x"},
		),
		session.post(
			f"{RPC}/iso10002.handling.contacts.record_contact",
			json={"complaint": case, "channel": "Letter", "remark": "x"},
		),
		session.post(PARTIES, json={"complaint": case, "role": "Witness", "full_name": "x"}),
		session.post(
			f"{RPC}/upload_file",
			files={"file": ("x.txt", b"x")},
			data={"doctype": "Complaint", "docname": case, "is_private": 1},
		),
		session.post(
			f"{RESOURCE}/File",
			json={
				"file_name": "x.txt",
				"content": "x",
				"attached_to_doctype": "Complaint",
				"attached_to_name": case,
			},
		),
		session.post(
			f"{RPC}/frappe.desk.form.utils.add_comment",
			json={
				"reference_doctype": "Complaint",
				"reference_name": case,
				"content": "x",
				"comment_email": "x@example.com",
				"comment_by": "x",
			},
		),
	):
		assert_hidden(answer, hidden, status=(401, 403, 404, 417))
	assert snapshot(case) == before
	assert not frappe.db.exists("File", {"attached_to_name": case, "file_name": "x.txt"})
	assert frappe.db.count("Comment", {"reference_name": case}) == comments


# What leads from a case one may see to one that is hidden


LINKS = ("previous_complaint", "about_handling_of", "duplicate_of")


@pytest.mark.parametrize("kind", ["another intake", "person complained about, as a user"])
def test_a_case_of_ones_own_does_not_open_another_one(http, hidden, kind):
	user = reader_of(kind, hidden)
	session, case = http(user), register(http, user)
	for link in LINKS:
		session.put(f"{CASES}/{case}", json={link: hidden["case"]})
	session.put(f"{CASES}/{case}", json={"reference_doctype": "Complaint", "reference_name": hidden["case"]})
	session.put(
		f"{CASES}/{case}", json={"reference_doctype": "Complaint Party", "reference_name": hidden["party"]}
	)
	point = {"allegation": "Mine", "person": hidden["party"]}
	session.put(f"{CASES}/{case}", json={"allegations": [point]})
	party = session.post(PARTIES, json={"complaint": case, "full_name": "Mine", "acts_for": hidden["party"]})
	party = session.post(
		PARTIES, json={"complaint": case, "linked_doctype": "Complaint", "linked_name": hidden["case"]}
	)
	assert_hidden(session.get(f"{CASES}/{case}?expand_links=1"), hidden)
	dotted = [f"{link}.description" for link in LINKS] + ["name"]
	assert_hidden(session.get(CASES, params={"fields": json.dumps(dotted)}), hidden)
	for field in dotted:
		assert_hidden(session.get(CASES, params={"fields": json.dumps([field, "name"])}), hidden)
	if party.ok:
		assert_hidden(session.get(f"{PARTIES}/{party.json()['data']['name']}?expand_links=1"), hidden)
	dotted = json.dumps(["complaint.description", "acts_for.full_name"])
	assert_hidden(session.get(PARTIES, params={"fields": dotted, "limit_page_length": 0}), hidden)


@pytest.mark.parametrize("kind", ["another intake", "nobody", "person complained about, as a user"])
def test_a_link_given_as_a_question_is_not_answered(http, hidden, kind):
	session = http(reader_of(kind, hidden))
	asked = {"description": ["like", f"%{hidden['word']}%"]}
	false = {"description": ["like", "%no such word%"]}
	for link in LINKS:
		yes, no = (session.post(CASES, json=complaint(**{link: question})) for question in (asked, false))
		assert (yes.status_code, words(yes)) == (no.status_code, words(no))
		assert hidden["case"] not in yes.text and not yes.ok


def test_a_file_of_a_hidden_case_is_not_had_by_naming_its_address(http, hidden):
	for kind in READERS[:-1]:
		session = http(reader_of(kind, hidden))
		before = frappe.db.count("File")
		for answer in (
			session.post(f"{RESOURCE}/File", json={"file_url": hidden["url"], "is_private": 1}),
			session.post(f"{RPC}/upload_file", data={"file_url": hidden["url"], "is_private": 1}),
		):
			assert_hidden(answer, hidden, status=(403, 417))
		assert_hidden(session.get(hidden["url"]), hidden, status=(403, 404))
		frappe.db.rollback()
		assert frappe.db.count("File") == before


def told_of(doctype: str, of: str, name: str, word: str) -> str:
	"""Return a row which says something of a mail, or of what was one."""
	values = {
		"Version": {
			"ref_doctype": of,
			"docname": name,
			"data": json.dumps({"changed": [["subject", word, "x"]]}),
		},
		"Deleted Document": {
			"deleted_doctype": of,
			"deleted_name": "gone",
			"data": frappe.get_doc(of, name).as_json(),
		},
	}[doctype]
	row = frappe.get_doc({"doctype": doctype, **values})
	row.insert(ignore_permissions=True)  # nobody may write a version
	return row.name


@pytest.mark.parametrize("doctype", ["Version", "Deleted Document"])
def test_what_is_told_of_a_mail_of_a_hidden_case_is_hidden_too(http, hidden, doctype):
	admin, word = http(system_manager()), frappe.generate_hash(length=16)
	mail = {"doctype": "Communication", "communication_type": "Communication", "content": word}
	inside = frappe.get_doc(
		{**mail, "reference_doctype": "Complaint", "reference_name": hidden["case"]}
	).insert()
	outside = frappe.get_doc({**mail, "content": "x"}).insert()
	secret = told_of(doctype, "Communication", inside.name, word)
	open_to_admins = told_of(doctype, "Communication", outside.name, "x")
	frappe.db.commit()
	assert word not in admin.get(f"{RESOURCE}/{doctype}/{secret}").text
	asked = {"fields": '["*"]', "filters": json.dumps([["name", "in", [secret, open_to_admins]]])}
	listed = admin.get(f"{RESOURCE}/{doctype}", params=asked)
	assert word not in listed.text and [row["name"] for row in listed.json()["data"]] == [open_to_admins]
	counted = admin.call("frappe.client.get_count", doctype=doctype, filters={"name": secret})
	assert counted == 0
	# other mails as before
	assert admin.get(f"{RESOURCE}/{doctype}/{open_to_admins}").ok
	assert admin.call("frappe.client.get_count", doctype=doctype, filters={"name": open_to_admins}) == 1


def test_a_mail_of_a_hidden_case_is_not_marked_by_a_stranger(http, hidden):
	mail = {"doctype": "Communication", "communication_type": "Communication", "content": "x"}
	mail = frappe.get_doc(
		{**mail, "reference_doctype": "Complaint", "reference_name": hidden["case"]}
	).insert()
	frappe.db.commit()
	before = frappe.db.get_value("Communication", mail.name, ("status", "email_status", "email_account"))
	for method, more in (
		("mark_as_closed_open", {"status": "Closed"}),
		("mark_as_trash", {}),
		("mark_as_spam", {"sender": "x@example.org"}),
		("move_email", {"email_account": "x"}),
	):
		asked = {"communication": mail.name, **more}
		answer = http(system_manager()).post(f"{RPC}/frappe.email.inbox.{method}", json=asked)
		assert answer.status_code == 403, words(answer)
	frappe.db.rollback()
	assert (
		frappe.db.get_value("Communication", mail.name, ("status", "email_status", "email_account")) == before
	)


def test_a_task_in_a_hidden_case_is_not_ended_by_a_stranger(http, hidden):
	task = {"doctype": "ToDo", "description": "x", "allocated_to": user_of("handler")}
	task = frappe.get_doc({**task, "reference_type": "Complaint", "reference_name": hidden["case"]}).insert()
	frappe.db.commit()
	of = {"doctype": "Complaint", "assign_to": user_of("handler")}
	for method, name in (("remove", hidden["case"]), ("remove_multiple", json.dumps([hidden["case"]]))):
		answer = http(system_manager()).post(
			f"{RPC}/frappe.desk.form.assign_to.{method}", json={**of, "name": name, "names": name}
		)
		assert not answer.ok and user_of("handler") not in answer.text, words(answer)
	frappe.db.rollback()
	assert frappe.db.get_value("ToDo", task.name, "status") == "Open"


@pytest.mark.parametrize("kind", ["Sales User", "System Manager", "person complained about, as a user"])
def test_the_timeline_of_a_contact_shows_no_mail_of_a_case(http, hidden, kind):
	"""Frappe links every mail to the contacts of its addresses, and shows a contact's mails to who may read the contact."""
	address, word = f"{unique('maria')}@example.org", unique("zebra")
	emails = [{"email_id": address, "is_primary": 1}]
	contact = frappe.get_doc({"doctype": "Contact", "first_name": "Maria", "email_ids": emails}).insert()
	mails = {}
	for what, case in (("written", hidden["case"]), ("set aside", hidden["case"]), ("other", None)):
		mail = {"doctype": "Communication", "communication_medium": "Email", "content": f"{word} {what}"}
		of = {"reference_doctype": case and "Complaint", "reference_name": case}
		way = {"sent_or_received": "Sent" if what == "written" else "Received", "recipients": address}
		mails[what] = frappe.get_doc({**mail, **of, **way, "sender": address}).insert()
	relinked = frappe.get_doc({**mail, **way, "content": f"{word} relinked", "sender": address}).insert()
	frappe.db.commit()
	asked = {"name": relinked.name, "reference_doctype": "Complaint", "reference_name": hidden["case"]}
	assert http("Administrator").post(f"{RPC}/frappe.email.relink", json=asked).ok
	reader = (
		reader_of(kind, hidden)
		if kind != "Sales User"
		else make_user(kind, email="test-sales@example.com").name
	)
	for method in ("getdoc", "get_communications"):
		form = {"doctype": "Contact", "name": contact.name}
		shown = http(reader).get(f"{RPC}/frappe.desk.form.load.{method}", params=form).text
		assert [what for what in (*mails, "relinked") if f"{word} {what}" in shown] in (["other"], []), shown
	if kind == "Sales User":
		assert f"{word} other" in shown


def test_mails_of_cases_from_before_leave_the_timelines_by_the_patch(hidden):
	links = [{"link_doctype": "User", "link_name": "Guest"}]
	of = {"reference_doctype": "Complaint", "reference_name": hidden["case"]}
	mail = {"doctype": "Communication", "content": "x", "timeline_links": links}
	mails = [frappe.get_doc({**mail, **more}).insert() for more in (of, {})]
	mails[0].db_set(of)
	row = frappe.get_doc(mails[1].timeline_links[0].as_dict())
	row.update({"name": None, "parent": mails[0].name}).db_insert()
	frappe.get_attr("iso10002.patches.mails_leave_timelines.execute")()
	left = frappe.get_all("Communication Link", {"link_name": "Guest"}, pluck="parent")
	assert [str(mail.name) in map(str, left) for mail in mails] == [False, True]
