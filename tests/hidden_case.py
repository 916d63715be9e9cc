"""A case full of one rare word, the users who must not see it, and what no answer to them may say."""

from __future__ import annotations

from typing import Any

import frappe
from factories import make_party, make_user, take, unique, user_of
from over_http import register, system_manager, user_without_a_role

from iso10002 import roles


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
