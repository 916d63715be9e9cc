"""A case full of one rare word, the users who must not see it, and what no answer to them may say."""

from __future__ import annotations

import json
from typing import Any

import frappe
from case_documents import make_evidence
from factories import make_party, make_user, take, unique, user_of
from http_roads import RESOURCE, RPC, snapshot
from over_http import register, system_manager, user_without_a_role, words

from iso10002 import roles
from iso10002.confidentiality.conditions import ABOUT


def hidden_case(http: Any, secret: dict) -> dict:
	"""An assessed case full of one rare word, about a handler named as user and another one by e-mail address."""
	if secret:
		return secret
	word = unique("zebra")
	linked, addressed = (make_user(roles.HANDLER, email=f"{unique('about')}@example.com") for _ in range(2))
	case = register(
		http,
		user_of("intake"),
		description=f"The {word} bit me.",
		product_or_service=word,
		allegations=[{"allegation": f"Bitten by a {word}"}],
		parties=[{"full_name": word, "email": f"{word}@example.org"}],
	)
	about = {"role": "Person complained about", "full_name": word}
	make_party(case, **about, email=None, linked_doctype="User", linked_name=linked.name)
	make_party(case, **about, email=addressed.name.upper())
	doc = frappe.get_doc("Complaint", case)
	doc.allegations[0].category = "Discourtesy"
	doc.append("remedies", {"remedy_type": "Apology", "details": word})
	doc.save()
	take(case, "Acknowledge", acknowledgement_note=word)
	take(case, "Assess", as_user=user_of("handler"))
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{word}.txt",
			"content": f"A picture of the {word}",
			"attached_to_doctype": "Complaint",
			"attached_to_name": case,
		}
	).insert()
	frappe.db.commit()
	secret.update(
		word=word,
		case=case,
		party=frappe.db.get_value("Complaint Party", {"complaint": case}),
		event=frappe.db.get_value("Complaint Event", {"complaint": case, "event": "Acknowledged"}),
		point=doc.allegations[0].name,
		remedy=doc.remedies[0].name,
		file=file.name,
		url=file.file_url,
		linked=linked.name,
		addressed=addressed.name,
	)
	return secret


def reader_of(kind: str, hidden: dict) -> str:
	"""Return a user who must not see the hidden case."""
	return {
		"another intake": lambda: make_user(roles.INTAKE, email="test-intake-2@example.com").name,
		"its intake, after assessment": lambda: user_of("intake"),
		"executive": lambda: user_of("executive"),
		"person complained about, as a user": lambda: hidden["linked"],
		"person complained about, by address": lambda: hidden["addressed"],
		"nobody": user_without_a_role,
		"website user": lambda: make_user(email="test-website@example.com").name,
		"System Manager": system_manager,
		"Guest": lambda: "Guest",
	}[kind]()


READERS = (
	"another intake",
	"its intake, after assessment",
	"executive",
	"person complained about, as a user",
	"person complained about, by address",
	"nobody",
	"System Manager",
	"Guest",
)

# The weakest of each kind there is, for what anybody might ask.
ANYBODY = ("Guest", "website user", "nobody", "person complained about, as a user", "another intake", "System Manager")  # fmt: skip

NAMED = (
	("Complaint", "case"),
	("Complaint Party", "party"),
	("Complaint Event", "event"),
	("Complaint Allegation", "point"),
	("Complaint Remedy", "remedy"),
)


def assert_hidden(answer, hidden: dict, *more: str, status: tuple[int, ...] | None = None) -> None:
	said = f"{answer.request.url}\n{answer.request.body}\n{answer.status_code}\n{answer.text[:3000]}"
	assert answer.status_code < 500, said
	# what the reader sent himself may come back
	shown = answer.text.replace(str(answer.request.url), "")
	for word in (hidden["word"], *more):
		assert word not in shown, said
	if status:
		assert answer.status_code in status, said


# Rows about the hidden case: DocType and its field with the rare word.
ROWS = (("ToDo", "description"), ("Communication", "content"), ("Comment", "content"), ("File", "file_name"))
# DocTypes of the hidden case and of rows about it: key of the document, and a field with the rare word.
ASKED = {
	"Complaint": ("case", "description"),
	"Complaint Party": ("party", "full_name"),
	"Complaint Allegation": ("point", "allegation"),
	"Complaint Evidence": ("evidence", "description"),
	"ToDo": ("todo", "description"),
	"Communication": ("mail", "content"),
	"Comment": ("comment", "content"),
	"File": ("file", "file_name"),
}
# Where a copy of its words would be, with the field it would be in.
KEPT_IN = (
	*ROWS,
	("Complaint", "description"),
	("Complaint Allegation", "allegation"),
	("Complaint Evidence", "description"),
	("Complaint Event", "details"),
	("Complaint Party", "full_name"),
	("Complaint Remedy", "details"),
	("Email Group Member", "email"),
	("Note", "content"),
)


def with_rows(hidden: dict) -> dict:
	"""Add a task, a mail, a comment and a piece of evidence, full of the same word, and return the hidden case."""
	if "evidence" in hidden:
		return hidden
	word, case = hidden["word"], hidden["case"]
	task = {"doctype": "ToDo", "description": word, "reference_type": "Complaint", "reference_name": case}
	hidden["todo"] = frappe.get_doc({**task, "allocated_to": user_of("handler")}).insert().name
	of = {"reference_doctype": "Complaint", "reference_name": case, "content": word}
	mail = {"doctype": "Communication", "subject": word, "communication_medium": "Phone", **of}
	hidden["mail"] = frappe.get_doc({**mail, "sent_or_received": "Sent"}).insert().name
	comment = {"doctype": "Comment", "comment_type": "Comment", "comment_by": word, **of}
	hidden["comment"] = frappe.get_doc(comment).insert().name
	evidence = make_evidence(
		case, as_user=user_of("handler"), content=f"A hair of the {word}", description=word
	)
	hidden["evidence"] = evidence.name
	frappe.db.commit()
	return hidden


def all_stored(hidden: dict) -> dict:
	"""Return what the database holds of the hidden case, of the rows about it, and how often its word is anywhere."""
	found = snapshot(hidden["case"])
	for doctype, key in (
		("ToDo", "todo"),
		("Communication", "mail"),
		("Comment", "comment"),
		("File", "file"),
	):
		about = {ABOUT[doctype][1]: ("in", [hidden["case"], hidden["evidence"]])}
		found[doctype] = sorted(frappe.get_all(doctype, about, pluck="name"), key=str)
		fields = (*ABOUT[doctype], "owner", "name")
		found[doctype, key] = frappe.db.get_value(doctype, hidden[key], fields)
	found["address"] = frappe.get_all("File", {"file_url": hidden["url"]}, pluck="name")
	found["evidence"] = frappe.db.get_value("Complaint Evidence", hidden["evidence"], ("complaint", "file"))
	for doctype, field in KEPT_IN:
		found[doctype, field] = frappe.db.count(doctype, {field: ("like", f"%{hidden['word']}%")})
	return found


def said(answer: Any, *sent: str) -> tuple[int, str]:
	"""Return the status and the words of an answer, without what was sent and comes back."""
	text = words(answer)
	for part in sent:
		text = text.replace(part, "...")
	return answer.status_code, text


def assert_no_question(first: Any, second: Any, *sent: str) -> None:
	"""Assert that two answers are the same, but for what was sent: of a hidden match, and of none."""
	one, other = said(first, *sent), said(second, *sent)
	assert one == other, f"{first.request.url}\n{first.request.body}\n{one}\n{other}"


def made(session: Any, doctype: str, **values: Any) -> str:
	"""Make a document that is no complaint, and return its name."""
	answer = session.post(f"{RESOURCE}/{doctype}", json=values)
	assert answer.ok, words(answer)
	return answer.json()["data"]["name"]


def tried(session: Any, doctype: str, name: str, values: dict) -> list[Any]:
	"""Send a document of this name with other values on each road there is, and return the answers."""
	doc = {"doctype": doctype, "name": name, **values}
	bulk = "frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs"
	kind = {"doctype": doctype, "docnames": json.dumps([name]), "action": "update"}
	return [
		session.put(f"{RESOURCE}/{doctype}/{name}", json=values),
		session.put(f"/api/v2/document/{doctype}/{name}", json=values),
		session.post(
			f"{RPC}/frappe.client.set_value", json={"doctype": doctype, "name": name, "fieldname": values}
		),
		session.post(f"{RPC}/frappe.client.save", json={"doc": doc}),
		session.post(
			f"{RPC}/frappe.desk.form.save.savedocs", data={"doc": json.dumps(doc), "action": "Save"}
		),
		session.post(
			f"{RPC}/frappe.client.bulk_update",
			json={"docs": json.dumps([{"doctype": doctype, "docname": name, **values}])},
		),
		session.post(f"{RPC}/{bulk}", json={**kind, "data": json.dumps(values)}),
	]


def ask(session: Any, function: str, /, **arguments: Any) -> Any:
	return session.post(f"{RPC}/{function}", json=arguments)
