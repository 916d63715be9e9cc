"""What the check looks for: cases full of one word that exists nowhere else, hidden from every visitor.

Everything is written past validation and hooks: copies as they may be left from a time before the guards, and no
mail, webhook or number series of the site is touched.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

import frappe
from frappe.utils import add_months, now_datetime

from iso10002.confidentiality.conditions import ABOUT
from iso10002.confidentiality.grants import CONFLICT_OF_INTEREST
from iso10002.confidentiality.leak_check import host_records
from iso10002.confidentiality.leak_check.filling import filled, in_a_year, write
from iso10002.confidentiality.leak_check.people import VISITORS, Visitor, make_visitors
from iso10002.confidentiality.leak_check.web import Answer
from iso10002.confidentiality.rule import (
	CASE_DOCTYPES,
	HANGS_ON_CASE,
	PERSON_COMPLAINED_ABOUT,
	RESTRICTED,
	ROLES_AT,
	ROWS_OF,
	STANDARD,
)

PREFIX = "LEAK-CHECK-"
ASSESSED = "Investigating"
# Why a case is hidden from the visitors: some of them meet it in this, some in that case.
REASONS = ("restricted", "complained about", "conflict", "denied", "expired")
# Begins every marked word, so that what a killed run left is found again.
MARK = "zqleakcheck"
# What is also left about a mail of each case, and so about the case at second hand.
SECOND_HAND = ("Access Log", "Comment", "Deleted Document", "Version")
# How many of the DocTypes that hang on a case one visitor asks for on each road.
SOME = 2


def also_hanging() -> list[str]:
	"""Return the DocTypes beyond the access rule's own table that this app narrows by the case they name."""
	hooks = frappe.get_hooks("permission_query_conditions")
	known = {*CASE_DOCTYPES, *ABOUT}
	return sorted(
		doctype
		for doctype, paths in hooks.items()
		if doctype not in known
		and paths[-1].startswith("iso10002.")
		and frappe.get_meta(doctype).has_field("complaint")
	)


@dataclass
class Case:
	"""A hidden case: its reference, and the name of one document of each DocType that hangs on it."""

	reason: str
	name: str
	documents: dict[str, str] = field(default_factory=dict)
	files: dict[str, str] = field(default_factory=dict)
	traces: dict[str, str | int] = field(default_factory=dict)
	second_hand: list[tuple[str, str | int]] = field(default_factory=list)
	host_records: dict[str, str] = field(default_factory=dict)


@dataclass
class World:
	"""All that was made for one run."""

	mark: str
	visitors: list[Visitor]
	cases: list[Case]
	started: str = field(default_factory=lambda: str(now_datetime()))
	linked: Case | None = None
	own: dict[str, str] = field(default_factory=dict)
	# parties of that case with a protected identity, by visitor
	protected: dict[str, list[str]] = field(default_factory=dict)

	@property
	def cleared(self) -> Visitor:
		return self.visitors[0]

	def recent(self) -> dict:
		"""Return what narrows a list to what was made since the check began, without a limit.

		All hidden documents are among it; the others of a large site say nothing, and would be fetched many hundred times.
		"""
		return {"filters": [["creation", ">=", self.started]], "limit_page_length": 0}

	def case_of(self, visitor: Visitor) -> Case:
		"""Return the hidden case this visitor asks for by name; each reason is met by some visitors."""
		return self.cases[self.visitors.index(visitor) % len(self.cases)]

	def documents_for(self, visitor: Visitor) -> dict[str, str]:
		"""Return the documents a visitor asks for by name: the case, a party, and some of the others.

		All are under one rule and all are asked for in process; over HTTP each is asked for by several visitors.
		"""
		documents = self.case_of(visitor).documents
		return {doctype: documents[doctype] for doctype in self.doctypes_for(visitor)}

	def doctypes_for(self, visitor: Visitor) -> list[str]:
		"""Return the DocTypes a visitor asks for: Complaint, Complaint Party, and some of the others."""
		others = sorted({*CASE_DOCTYPES, *also_hanging()} - {"Complaint", "Complaint Party"})
		start = self.visitors.index(visitor) * SOME
		return [
			"Complaint",
			"Complaint Party",
			*(others[(start + number) % len(others)] for number in range(SOME)),
		]

	def own_of(self, visitor: Visitor) -> str:
		"""Return a case the visitor registered, with every link there is to one more hidden case."""
		return self.own[visitor.label]

	def words(self) -> list[str]:
		"""Return what must not be seen: the word, and the names of the cases and of all that hangs on them.

		Not the name of `linked`: whoever has a case of one's own knows what it refers to.
		"""
		names = []
		for case in self.cases:
			# but the number of a file: random, and noted in the log of downloads an admin reads
			traces = [name for doctype, name in case.traces.items() if doctype != "File"]
			names += [case.name, *case.documents.values(), *traces]
		# numbers that Frappe counts up are in every text
		return [self.mark, *(name for name in names if isinstance(name, str))]


def make(site: str, labels: Iterable[str] = tuple(VISITORS)) -> World:
	"""Make the users with these labels and the cases, and commit them."""
	mark = f"{MARK}{frappe.generate_hash(length=10)}"
	visitors = make_visitors(site, labels)
	world = World(mark, visitors, [])
	for number, reason in enumerate(REASONS, start=1):
		world.cases.append(_hidden_case(world, reason, f"{PREFIX}{number:03}"))
	world.linked = _hidden_case(world, REASONS[0], f"{PREFIX}099")
	for number, visitor in enumerate(visitors, start=100):
		own = world.own[visitor.label] = _own_case(world, visitor, f"{PREFIX}{number:03}")
		roles = ("Complainant", PERSON_COMPLAINED_ABOUT)
		world.protected[visitor.label] = [_protected(world, own, role) for role in roles]
	frappe.db.commit()
	return world


def _hidden_case(world: World, reason: str, name: str) -> Case:
	case = Case(reason, name)
	doc = filled(
		"Complaint",
		world.mark,
		**_required(world),
		confidentiality_level=RESTRICTED if reason in ("restricted", "expired") else STANDARD,
	)
	if reason == "denied":
		doc.received_on = add_months(doc.received_on, -1)  # in a month that is over
	doc.append("allegations", {"allegation": f"{world.mark} allegation", "finding": f"{world.mark} finding"})
	doc.append("remedies", {"details": f"{world.mark} details"})
	write(doc, name)
	case.documents = {"Complaint": name}
	for row in doc.get_all_children():
		case.documents[row.doctype] = row.name
	for doctype in (*(key for key, link in HANGS_ON_CASE.items() if link == "complaint"), *also_hanging()):
		if doctype != "Complaint Access":
			_hang(world, case, doctype)
	case.documents["Complaint Access"] = _grant(world, case, world.cleared.user, "Allow")
	for visitor in world.visitors[1:]:
		if visitor.user != "Guest":
			_hide(world, case, visitor)
	case.host_records = host_records.make(name)
	_attach(world, case)
	_leave_traces(world, case)
	return case


def _hang(world: World, case: Case, doctype: str) -> None:
	"""Hang a document on a case, with a row in each of its tables."""
	links = {"complaint": case.name}
	if frappe.get_meta(doctype).has_field("event"):
		links["event"] = "Contact"
	doc = filled(doctype, world.mark, **links)
	for df in doc.meta.get_table_fields():
		if df.options in ROWS_OF:
			doc.append(df.fieldname, filled(df.options, world.mark).as_dict(no_default_fields=True))
	for df in doc.meta.get("fields", {"fieldtype": "Link", "options": "User", "reqd": 1}):
		doc.set(df.fieldname, "Administrator")
	write(doc)
	case.documents[doctype] = doc.name
	for row in doc.get_all_children():
		case.documents[row.doctype] = row.name


def _hide(world: World, case: Case, visitor: Visitor) -> None:
	"""Hide a case from one visitor, in the way the case is about; where the level does it, only if it would not."""
	user = visitor.user
	if case.reason == "complained about":
		party = filled("Complaint Party", world.mark, complaint=case.name, role=PERSON_COMPLAINED_ABOUT)
		write(party.update({"linked_doctype": "User", "linked_name": user, "email": user}))
	elif case.reason == "conflict":
		_grant(world, case, user, "Deny", capacity=CONFLICT_OF_INTEREST, granted_by=user)
	elif case.reason == "denied":
		_grant(world, case, user, "Deny")
	else:
		if case.reason == "expired":
			_grant(world, case, user, "Allow", valid_until="2001-01-01")
		if ROLES_AT[RESTRICTED] & set(VISITORS[visitor.label]):
			_grant(world, case, user, "Deny")


def _grant(world: World, case: Case, user: str, access: str, **more: object) -> str:
	row = frappe.new_doc("Complaint Access")
	row.update({"complaint": case.name, "access": access, "user": user, "reason": world.mark, **more})
	return write(row).name


def _own_case(world: World, visitor: Visitor, name: str) -> str:
	"""Make a case the visitor may see where the role allows any, that links to the hidden one wherever it can."""
	hidden = world.linked.name
	doc = frappe.new_doc("Complaint")
	doc.update(
		{
			**_required(world),
			"confidentiality_level": STANDARD,
			"description": "Leak check",
			"assessed_on": None,
			"status": "Received",
			"case_doctype": "Complaint",
			"reference_doctype": "Complaint",
			"reference_name": hidden,
			"received_by": visitor.user,
		}
	)
	for link in ("previous_complaint", "about_handling_of", "duplicate_of"):
		doc.set(link, hidden)
	write(doc, name, owner=visitor.user)
	return name


def _protected(world: World, case: str, role: str) -> str:
	"""Name somebody in a case, as a protected identity is stored: a label in the party, the words apart."""
	party = frappe.new_doc("Complaint Party")
	party.update({"complaint": case, "role": role, "full_name": role, "identity": "Confidential"})
	write(party)
	write(
		filled("Complaint Identity", world.mark, complaint=case, party=party.name, role=role), name=party.name
	)
	return party.name


def _required(world: World) -> dict:
	now = now_datetime()
	values = {
		"channel": frappe.db.get_value("Complaint Channel", {}) or "Leak check",
		"received_on": now,
		"received_by": "Administrator",
		"assessed_on": now,
		"status": ASSESSED,
		"stage_since": now,
		"language": None,
	}
	# JSON the panel of the case reads
	return {**values, "closing_record": None, "stages_passed": None, "workflow_state": None}


def _attach(world: World, case: Case) -> None:
	"""Attach a file to the case and to its evidence, as an upload stores it."""
	for doctype in ("Complaint", "Complaint Evidence"):
		stored = f"{frappe.generate_hash(length=20)}.txt"
		with open(frappe.get_site_path("private", "files", stored), "w") as file:
			file.write(f"{world.mark} content")
		doc = frappe.new_doc("File")
		doc.update(
			{
				"file_name": f"{world.mark}.txt",
				"file_url": f"/private/files/{stored}",
				"is_private": 1,
				"folder": "Home/Attachments",
				"attached_to_doctype": doctype,
				"attached_to_name": case.documents[doctype],
			}
		)
		write(doc)
		case.files[doc.name] = doc.file_url
		case.traces["File"] = doc.name


def _leave_traces(world: World, case: Case) -> None:
	"""Leave what Frappe keeps about a document elsewhere, one of each kind."""
	for doctype, (kind, name) in ABOUT.items():
		if doctype == "File" or not frappe.db.table_exists(doctype):
			continue
		about = {kind: "Complaint", name: case.name}
		doc = filled(doctype, world.mark, **about, **_trace_values(world, doctype))
		case.traces[doctype] = write(doc, owner=world.cleared.user).name
		if doctype == "Communication":
			doc = filled(doctype, world.mark, **about, **_trace_values(world, doctype))
			doc.update({"communication_medium": "Email", "sender": f"{world.mark}@leak-check.invalid"})
			write(doc, owner=world.cleared.user)
	for doctype in SECOND_HAND:
		kind, name = ABOUT[doctype]
		about = {kind: "Communication", name: case.traces["Communication"]}
		doc = filled(doctype, world.mark, **{**_trace_values(world, doctype), **about})
		if doctype == "Deleted Document":
			kept = {"reference_doctype": "Complaint", "reference_name": case.name, "content": world.mark}
			doc.update({name: "deleted-mail", "data": frappe.as_json(kept)})
		case.second_hand.append((doctype, write(doc, owner=world.cleared.user).name))


def _trace_values(world: World, doctype: str) -> dict:
	cleared = world.cleared.user
	return {
		"Comment": {"comment_type": "Comment", "content": f"<div>{world.mark}</div>", "published": 1},
		"Communication": {"communication_type": "Communication", "communication_medium": "Phone"},
		"Deleted Document": {"data": frappe.as_json({"description": world.mark}), "restored": 0},
		"DocShare": {"user": cleared, "read": 1, "everyone": 0},
		"Document Follow": {"user": cleared},
		"Document Share Key": {"expires_on": in_a_year(), "key": f"key{frappe.generate_hash(length=20)}"},
		"Email Queue": {"status": "Sent", "message": f"Subject: {world.mark}\n\n{world.mark}"},
		"Notification Log": {"for_user": cleared, "from_user": "Administrator", "type": "Mention"},
		"Tag Link": {"tag": f"{PREFIX}tag"},
		"ToDo": {"allocated_to": cleared, "status": "Open", "assigned_by": cleared},
		"Version": {"data": frappe.as_json({"changed": [["description", world.mark, world.mark]]})},
		"Workflow Action": {"status": "Open", "user": None},
	}.get(doctype, {})


def seen_by(world: World, answer: Answer) -> str | None:
	"""Return what an answer shows of the hidden cases that was not in the question itself.

	A refusal may name the number of the case it refuses: numbers are given without gaps and are no secret.
	"""
	for word in world.words() if answer.ok else [world.mark]:
		if word in answer.text and word not in answer.sent:
			return word
	return None


def remove_content(files: list[str]) -> None:
	"""Remove the stored content of private files by their addresses."""
	for url in files:
		path = frappe.get_site_path("private", "files", os.path.basename(url))
		if url.startswith("/private/files/") and os.path.exists(path):
			os.remove(path)
