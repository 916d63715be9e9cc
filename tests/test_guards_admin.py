"""What an admin of a site may set up says, copies and lists no words of a case; all else works as it did."""

from __future__ import annotations

import email
import json
from collections.abc import Iterator

import frappe
import pytest
from factories import make_complaint, make_party, make_user, put, unique, user_of
from frappe.email.doctype.notification.notification import evaluate_alert
from over_http import assert_refused, register, system_manager, words
from test_guards_settings import notification

from iso10002 import roles
from iso10002.confidentiality.conditions import listed
from iso10002.confidentiality.guards.configuration import notification_problem
from iso10002.confidentiality.rule import IDENTITY, PERSON_COMPLAINED_ABOUT

API = "/api/resource"


@pytest.fixture(autouse=True)
def no_notifications() -> Iterator[None]:
	"""Frappe remembers which Notifications there are; those of a test are gone after it."""
	yield
	frappe.db.rollback()
	frappe.clear_cache()


@pytest.fixture
def case() -> str:
	return make_complaint(as_user=user_of("intake")).name


@pytest.fixture
def blind(case) -> str:
	"""A handler who is complained about in the case."""
	user = make_user(roles.HANDLER, email=f"{unique('blind')}@example.com").name
	make_party(case, role=PERSON_COMPLAINED_ABOUT, full_name="X", linked_doctype="User", linked_name=user)
	return user


def about(doctype: str, name: str, word: str):
	"""Return a new comment on a document."""
	of = {"reference_doctype": doctype, "reference_name": name}
	return frappe.get_doc({"doctype": "Comment", "comment_type": "Info", "content": word, **of})


def task(doctype: str, name: str, word: str):
	of = {"reference_type": doctype, "reference_name": name, "allocated_to": user_of("handler")}
	return frappe.get_doc({"doctype": "ToDo", "description": word, **of})


def note() -> str:
	values = {"title": unique("note"), "content": "x", "public": 1}
	return frappe.get_doc({"doctype": "Note", **values}).insert().name


def sent(word: str) -> list[dict]:
	"""Return the mails that wait to be sent, and the notices, with a word in them."""
	mails = frappe.get_all("Email Queue", {"message": ("like", f"%{word}%")}, ["name", "reference_doctype"])
	logs = frappe.get_all("Notification Log", {"email_content": ("like", f"%{word}%")}, ["name", "for_user"])
	return mails + logs


# Notifications on what Frappe writes about a case


@pytest.fixture
def outgoing() -> Iterator[None]:
	"""An Email Account by which mails go out, so that Frappe writes them into its queue."""
	if not frappe.db.exists("Email Account", {"default_outgoing": 1}):
		put(
			"Email Account",
			email_id="out@example.com",
			email_account_name="Out",
			default_outgoing=1,
			enable_outgoing=1,
			smtp_server="localhost",
			no_smtp_authentication=1,
		)
	yield
	frappe.db.rollback()
	frappe.db.delete("Email Account", {"email_account_name": "Out"})
	frappe.db.commit()


def telling(doctype: str, **values):
	"""Return a Notification that tells the words of a row to whoever the admin likes."""
	return notification(
		doctype,
		**{
			"subject": "{{ doc.content or doc.description }}",
			"message": "{{ doc.content or doc.description }}",
			"recipients": [{"receiver_by_role": "System Manager", "cc": "admin@example.net"}],
			"send_system_notification": 1,
			"enabled": 1,
			**values,
		},
	)


@pytest.mark.parametrize("row", [about, task])
def test_a_notification_on_a_row_about_a_case_is_not_sent_and_any_other_is(case, outgoing, row):
	word, other = unique("walrus"), unique("otter")
	telling(row("Complaint", case, word).doctype).insert()
	row("Complaint", case, word).insert()
	row("Note", note(), other).insert()
	assert not sent(word)
	assert sent(other)


def test_no_notification_asks_a_row_about_a_case_whether_a_word_is_in_it(case, outgoing):
	word = unique("walrus")
	telling("Comment", condition=f"'{word}' in (doc.content or '')", message="It is.").insert()
	before = frappe.db.count("Email Queue"), frappe.db.count("Notification Log")
	row = about("Complaint", case, word).insert()
	about("Comment", row.name, word).insert()
	row.save()
	row.db_set("content", f"{word} {word}")
	assert (frappe.db.count("Email Queue"), frappe.db.count("Notification Log")) == before
	about("Note", note(), word).insert()
	assert frappe.db.count("Email Queue") > before[0]


def test_no_text_message_tells_of_a_row_about_a_case(case, monkeypatch):
	told = []
	monkeypatch.setattr(
		"frappe.email.doctype.notification.notification.send_sms", lambda **values: told.append(values["msg"])
	)
	telling("Comment", channel="SMS", message="{{ doc.content }}").insert()
	word, other = unique("walrus"), unique("otter")
	about("Complaint", case, word).insert()
	about("Note", note(), other).insert()
	assert told == [other]


def test_a_notification_of_the_day_on_a_row_about_a_case_loses_its_words(case, blind, outgoing, monkeypatch):
	word, other = unique("walrus"), unique("otter")
	who = [{"cc": f"{user_of('handler')}, {blind}, admin@example.net"}]
	daily = telling("ToDo", event="Days After", date_changed="date", days_in_advance=1, recipients=who)
	daily.insert()
	# notices are written at once, and no mail goes out
	frappe.flags.in_test = True
	monkeypatch.setattr(frappe, "in_test", True, raising=False)  # Frappe 16
	for row in (task("Complaint", case, word).insert(), task("Note", note(), other).insert()):
		evaluate_alert(row, daily.name, daily.event)
		queue = frappe.get_last_doc("Email Queue")
		assert (queue.reference_doctype, queue.reference_name) == ("ToDo", row.name)
		to = {line.recipient for line in queue.recipients}
		if row.reference_type == "Complaint":
			assert to == {user_of("handler")} and "was withheld" in _plain(queue)
			assert "example.net" not in queue.message and blind not in queue.message
		else:
			assert to == {user_of("handler"), blind, "admin@example.net"} and other in _plain(queue)
	told = frappe.get_all("Notification Log", {"email_content": ("like", f"%{word}%")}, pluck="for_user")
	assert told == [user_of("handler")]
	assert len(sent(other)) > 1


def _plain(queue) -> str:
	message = email.message_from_string(queue.message)
	parts = [part for part in message.walk() if not part.is_multipart()]
	return "".join(part.get_payload(decode=True).decode() for part in parts)


def test_a_mail_written_from_a_task_of_a_case_keeps_its_words(case, outgoing):
	word = unique("walrus")
	row = task("Complaint", case, word).insert()
	mail = frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"subject": word,
			"content": word,
			"sent_or_received": "Sent",
			"reference_doctype": "ToDo",
			"reference_name": row.name,
		}
	).insert()
	of = {"reference_doctype": "ToDo", "reference_name": row.name, "communication": mail.name}
	frappe.sendmail(recipients=["maria@example.org"], subject=word, message=word, **of)
	assert word in _plain(frappe.get_last_doc("Email Queue"))


def test_a_notice_with_a_mail_about_what_one_may_not_see_is_only_blank(case, blind, outgoing):
	row = task("Complaint", case, "The words").insert()
	for doctype, name in (("Complaint", case), ("ToDo", row.name)):
		values = {"for_user": blind, "subject": "The words", "email_content": "The words", "type": "Mention"}
		log = frappe.get_doc({"doctype": "Notification Log", "document_type": doctype, **values})
		log.document_name = name
		log.insert(ignore_permissions=True)
		assert "words" not in f"{log.subject}{log.email_content}" and not log.document_name
	assert not sent("The words")


def test_an_admin_reads_no_comment_of_a_case_by_a_notification(http, outgoing):
	word, other = unique("walrus"), unique("otter")
	admin, case, document = http(system_manager()), register(http), note()
	answer = admin.post(f"{API}/Notification", json=telling("Comment").as_dict(convert_dates_to_str=True))
	assert answer.ok, words(answer)
	frappe.db.commit()
	name = answer.json()["data"]["name"]
	try:
		handler = http(user_of("handler"))
		for doctype, of, text in (("Complaint", case, word), ("Note", document, other)):
			body = {"reference_doctype": doctype, "reference_name": of, "content": text}
			by = {"comment_email": user_of("handler"), "comment_by": "X"}
			answer = handler.post("/api/method/frappe.desk.form.utils.add_comment", json={**body, **by})
			assert answer.ok, words(answer)
		frappe.db.rollback()
		assert not sent(word) and sent(other)
	finally:
		frappe.delete_doc("Notification", name, force=True)
		frappe.db.commit()


# Notifications on a case: what they ask


@pytest.mark.parametrize(
	"condition",
	[
		"'walrus' in doc.description",
		"doc['description'].startswith('a')",
		"(doc.get('description') or '') > 'm'",
		"doc.get('status', doc.description)",
		"[x for x in doc.allegations]",
		"str(doc)",
		"(lambda x: x.description)(doc)",
		"doc.status == 'Closed' and doc.handler == 'x@example.com'",
		"doc.get(*['description'])",
		"doc\uff0edescription",
		"frappe.db.get_value('Complaint', doc.name, 'description')",
	],
)
def test_the_condition_of_a_notification_on_a_case_asks_for_nothing_but_stage_and_deadlines(condition):
	stated = notification()
	stated.condition = condition
	assert "Condition" in notification_problem(stated)
	of_recipient = notification(recipients=[{"receiver_by_role": roles.MANAGER, "condition": condition}])
	assert "Condition" in notification_problem(of_recipient)


def test_a_condition_on_stage_and_deadlines_is_taken_and_one_on_something_else_may_ask_anything():
	for condition in (
		"doc.status == 'Closed'",
		"doc['status'] in ('Closed', 'Received') and doc.get('priority') == 'High'",
		"frappe.utils.getdate(doc.response_due or nowdate()) < frappe.utils.getdate(nowdate())",
		"(doc.status or '').lower() != 'closed'",
	):
		notification(condition=condition).insert()
	notification("Note", condition="'walrus' in (doc.content or '')").insert()


def test_a_notification_on_a_case_waits_for_no_other_change_than_of_stage_and_deadlines():
	for values in (
		{"event": "Value Change", "value_changed": "description"},
		{"event": "Days After", "date_changed": "assessed_on", "days_in_advance": 1},
		{"event": "Minutes After", "datetime_changed": "assessed_on"},
	):
		assert "asks for nothing" in notification_problem(notification(**values))
	assert "Filters" in notification_problem(notification(filters='[["description", "like", "%a%"]]'))
	assert "Filters" in notification_problem(
		notification(filters='[["Complaint", "description", "like", "%a%"]]')
	)
	for values in (
		{"event": "Value Change", "value_changed": "status"},
		{"event": "Days After", "date_changed": "response_due", "days_in_advance": 1},
		{"event": "Days After", "date_changed": "modified", "days_in_advance": 9},
		{"filters": '[["status", "=", "Closed"]]'},
	):
		notification(**values).insert()
	notification("Note", event="Value Change", value_changed="content").insert()


def test_a_notification_changes_nothing_in_a_case_attaches_nothing_and_names_nobody_by_its_words():
	for values, named in (
		({"set_property_after_alert": "description", "property_value": "x"}, "Set Property After Alert"),
		({"attach_files": "All"}, "Attach"),
		({"recipients": [{"cc": "{{ doc.description }}@example.net"}]}, "CC"),
		({"recipients": [{"bcc": "{{ doc.description }}@example.net"}]}, "BCC"),
	):
		assert named in notification_problem(notification(**values))
		assert named in notification_problem(notification("Complaint Mail", **values))
	set_after = {"set_property_after_alert": "public", "property_value": "1"}
	notification("Note", **set_after, recipients=[{"cc": "{{ doc.title }}@example.net"}]).insert()


def test_an_admin_asks_no_case_by_a_notification(http):
	admin = http(system_manager())
	for values in (
		{"condition": "'walrus' in (doc.description or '')"},
		{"event": "Value Change", "value_changed": "description"},
		{"set_property_after_alert": "description", "property_value": "x"},
	):
		body = notification(**values).as_dict(convert_dates_to_str=True)
		assert_refused(admin.post(f"{API}/Notification", json=body), "complaint")


# Protected identities and rows of mails, by the rights an admin gives


def test_no_right_an_admin_gives_opens_a_protected_identity(http):
	word = unique("walrus")
	case = register(http)
	frappe.db.set_value("Complaint", case, "handler", user_of("handler"))
	party = make_party(case, as_user=user_of("handler"), full_name=word, identity="Confidential").name
	frappe.db.commit()
	assert frappe.db.get_value(IDENTITY, {"party": party}, "full_name") == word
	admin, handler = http(system_manager()), http(user_of("handler"))
	rights = {"parent": IDENTITY, "role": roles.HANDLER, "permlevel": 0}
	manager = "/api/method/frappe.core.page.permission_manager.permission_manager"
	assert admin.post(f"{manager}.add", json=rights).ok
	try:
		for right in ("read", "write", "create", "report", "export"):
			asked = {**rights, "doctype": IDENTITY, "ptype": right, "value": 1}
			assert admin.post(f"{manager}.update", json=asked).ok
		fields = json.dumps(["*"])
		for answer in (
			handler.get(f"{API}/{IDENTITY}", params={"fields": fields}),
			handler.get(f"{API}/{IDENTITY}/{party}"),
			handler.get("/api/method/frappe.client.get_list", params={"doctype": IDENTITY, "fields": fields}),
			handler.get("/api/method/frappe.client.get_count", params={"doctype": IDENTITY}),
			handler.post(
				"/api/method/frappe.desk.reportview.get", json={"doctype": IDENTITY, "fields": fields}
			),
			handler.put(f"{API}/{IDENTITY}/{party}", json={"city": "X"}),
		):
			assert word not in answer.text and '"message":1' not in answer.text, answer.text[:500]
		assert not handler.get(f"{API}/{IDENTITY}/{party}").ok
		revealed = handler.call(
			"iso10002.confidentiality.identity.reveal", party=party, purpose="To answer the complainant"
		)
		assert word in json.dumps(revealed)
	finally:
		frappe.db.rollback()
		frappe.db.delete("Custom DocPerm", {"parent": IDENTITY})
		frappe.db.commit()
		frappe.clear_cache(doctype=IDENTITY)


def mail_about(doctype: str, name: str, address: str) -> tuple[str, str]:
	"""Return a mail about a document and its row in the queue, to one address."""
	of = {"reference_doctype": doctype, "reference_name": name}
	to = [{"recipient": address, "status": "Sent"}]
	queue = frappe.get_doc(
		{"doctype": "Email Queue", "message": "x", "status": "Sent", "recipients": to, **of}
	).insert()
	mail = frappe.get_doc(
		{
			"doctype": "Communication",
			"subject": "x",
			"content": "x",
			"communication_medium": "Phone",
			**of,
		}
	).insert()
	link = frappe.new_doc("Communication Link", parent=mail.name, parenttype="Communication", idx=1)
	link.update({"parentfield": "timeline_links", "link_doctype": "User", "link_name": user_of("handler")})
	link.db_insert()  # as from before; new mails of a case are on no time line
	return queue.name, mail.name


def linked_to(doctype: str, name: str) -> str:
	"""Return a mail about nothing, with a link in its time line."""
	link = {"link_doctype": doctype, "link_name": name}
	values = {"subject": "x", "content": "x", "communication_medium": "Phone", "timeline_links": [link]}
	return frappe.get_doc({"doctype": "Communication", **values}).insert().name


def test_rows_of_mails_about_a_hidden_case_are_not_listed_and_those_of_others_are(http):
	case, document = register(http), note()
	hidden = mail_about("Complaint", case, "walrus@example.net")
	shown = mail_about("Note", document, "otter@example.net")
	nowhere = linked_to("Complaint", case), linked_to("Note", document)
	frappe.db.commit()
	admin = http(system_manager())
	for doctype, parent, at in (
		("Email Queue Recipient", "Email Queue", 0),
		("Communication Link", "Communication", 1),
	):
		names = [str(hidden[at]), str(shown[at]), *(nowhere if at else ())]
		filters = json.dumps([["parent", "in", names]])
		asked = {"parent": parent, "filters": filters, "fields": '["parent"]', "limit_page_length": 0}
		answer = admin.get(f"{API}/{doctype}", params=asked)
		assert answer.ok, words(answer)
		rows = answer.json()["data"]
		assert {row["parent"] for row in rows} == {str(shown[at]), *([nowhere[1]] if at else [])}
		row = frappe.db.get_value(doctype, {"parent": str(hidden[at])})
		assert not admin.get(f"{API}/{doctype}/{row}").ok
		kind = frappe.qb.DocType(doctype)
		for user, sees in ((user_of("handler"), True), (system_manager(), False)):
			of = frappe.qb.from_(kind).select(kind.parent).where(kind.parent == str(hidden[at]))
			assert bool(of.where(listed(doctype, user)).run()) == sees
