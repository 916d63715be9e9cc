"""Personal data: periods and legal holds, disposal with an approval, a person's own record, erasure on request."""

import json
import os
from contextlib import suppress

import frappe
import pytest
from factories import acting_as, complaint_in, make_complaint, make_party, make_user, put, unique, user_of
from frappe.utils import add_months, nowdate
from frappe.website.doctype.personal_data_download_request.personal_data_download_request import get_user_data
from over_http import assert_refused

from iso10002 import roles
from iso10002.confidentiality import own_record, removal, retention
from iso10002.confidentiality.identity import IdentityError
from iso10002.confidentiality.levels import LevelError
from iso10002.confidentiality.personal_requests import is_held
from iso10002.handling import events
from iso10002.handling.panel import case_panel

DECIDE = "/api/method/iso10002.confidentiality.retention.decide"


@pytest.fixture
def periods():
	"""periods(rows): the table of the settings, for the time of a test."""

	def set_periods(*rows: dict) -> None:
		settings = frappe.get_doc("ISO10002 Settings")
		settings.set("retention_rules", [])
		settings.extend("retention_rules", list(rows))
		settings.save()

	yield set_periods
	frappe.db.rollback()
	frappe.clear_document_cache("ISO10002 Settings", "ISO10002 Settings")


def ended(months_ago: int, status: str = "Closed", **values) -> str:
	case = make_complaint().name
	day = add_months(nowdate(), -months_ago)
	closed = {"closed_on": day} if status == "Closed" else {}
	frappe.db.set_value(
		"Complaint",
		case,
		{"status": status, "stage_since": day, "received_on": add_months(day, -1), **closed, **values},
	)
	return case


def proposed(*cases: str) -> set[str]:
	"""Return which of the cases a proposal made now would remove."""
	name = retention.propose()
	return (
		{row.reference for row in frappe.get_doc("Complaint Disposal", name).cases} & set(cases)
		if name
		else set()
	)


def test_the_first_period_that_fits_says_how_long_a_case_is_kept(periods):
	periods(
		{"category": "Damage suffered", "outcome": "Upheld", "months": 120},
		{"category": "Damage suffered", "months": 24},
		{"outcome": "Not upheld", "months": 12},
	)
	long = ended(30, category="Damage suffered", decision="Upheld")
	due = ended(25, category="Damage suffered", decision="Not upheld")
	young = ended(23, category="Damage suffered")
	rejected = ended(13, category="Poor service", decision="Not upheld", status="Withdrawn")
	no_period = ended(500, category="Poor service", decision="Upheld")
	held = ended(30, category="Damage suffered", legal_hold=1)
	open_case = ended(30, category="Damage suffered", status="Rejected")
	assert proposed(long, due, young, rejected, no_period, held, open_case) == {due, rejected}
	assert proposed(due, rejected) == set()  # they are in an open proposal


def test_without_periods_nothing_is_proposed(periods):
	periods()
	ended(500)
	assert retention.propose() is None


def make_full_case(word: str) -> str:
	"""A case with a word in every place where a case has texts, and rows of Frappe about it."""
	case = ended(30)
	make_party(case, full_name=word, identity="Confidential", email=f"{word}@example.org")
	make_party(case, full_name=word, role="Witness")
	events.append(case, "Contact", channel="Phone", remark=word)
	frappe.get_doc("Complaint", case).add_comment("Comment", word)
	frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{word}.txt",
			"content": word,
			"attached_to_doctype": "Complaint",
			"attached_to_name": case,
		}
	).insert()
	mail = {"doctype": "Communication", "subject": word, "content": word}
	mail = frappe.get_doc({**mail, "reference_doctype": "Complaint", "reference_name": case}).insert()
	of_mail = {"attached_to_doctype": "Communication", "attached_to_name": mail.name}
	frappe.get_doc(
		{"doctype": "File", "file_name": f"{word}-2.txt", "content": f"{word} 2", **of_mail}
	).insert()
	for doctype, name in (("Complaint", case), ("Communication", mail.name)):
		row = frappe.new_doc("Version")
		row.update(
			{"ref_doctype": doctype, "docname": name, "data": json.dumps({"changed": [["x", word, ""]]})}
		)
		row.insert(ignore_permissions=True)
	return case


def where_is(word: str) -> set[str]:
	"""Return the tables of the database in which a word stands."""
	found = set()
	for table in (name for name in frappe.db.get_tables(cached=False) if name.startswith("tab")):
		columns = [
			row[0]
			for row in frappe.db.sql(f"show columns from `{table}`")
			if row[1].split("(")[0] in ("varchar", "text", "longtext", "mediumtext")
		]
		any_column = " or ".join(f"`{column}` like %(word)s" for column in columns)
		if columns and frappe.db.sql(
			f"select 1 from `{table}` where {any_column} limit 1", {"word": f"%{word}%"}
		):
			found.add(table)
	return found


def test_an_approved_disposal_leaves_no_word_of_the_case_but_its_figures(periods):
	periods({"months": 24})
	word = frappe.generate_hash(length=16)
	case, other = make_full_case(word), ended(1)
	frappe.db.set_value("Complaint", other, "duplicate_of", case)
	assert len(where_is(word)) >= 6
	path = frappe.get_doc("File", {"attached_to_name": case}).get_full_path()
	name = retention.propose()
	with acting_as(user_of("privacy")):
		assert retention.decide(name, "Approved", "Yearly clean-up.") == "Approved"
	retention.carry_out(name)
	assert where_is(word) == set()
	assert not frappe.db.exists("Complaint", case)
	for doctype in ("Complaint Party", "Complaint Event", "Complaint Clock", "Complaint Identity"):
		assert not frappe.db.exists(doctype, {"complaint": case})
	assert frappe.db.get_value("Complaint", other, "duplicate_of") is None
	row = next(row for row in frappe.get_doc("Complaint Disposal", name).cases if row.reference == case)
	assert (
		(row.result, row.channel, row.files) == ("Removed", "Phone", 2) and row.records > 5 and row.days > 20
	)
	assert frappe.db.exists("Complaint Access Log", {"action": "Disposed of", "document": case})
	assert os.path.exists(path)  # the content goes with the commit
	frappe.db.rollback()


def test_a_case_that_may_not_go_any_more_is_kept(periods):
	periods({"months": 24})
	held, reopened, due = ended(30), ended(30), ended(30)
	name = retention.propose()
	frappe.db.set_value("Complaint", held, "legal_hold", 1)
	frappe.db.set_value("Complaint", reopened, "status", "Assessed")
	with acting_as(user_of("privacy")):
		retention.decide(name, "Approved", "Clean-up")
	retention.carry_out(name)
	results = {
		row.reference: (row.result, row.kept_because)
		for row in frappe.get_doc("Complaint Disposal", name).cases
	}
	assert results[held] == ("Kept", "It is under a legal hold.")
	assert results[reopened][0] == "Kept" and results[due] == ("Removed", None)
	assert frappe.db.exists("Complaint", held) and frappe.db.exists("Complaint", reopened)
	with pytest.raises(retention.RetentionError, match="not approved"):
		retention.carry_out(name)


def test_only_a_privacy_officer_decides_with_a_reason_and_once(periods, http, fresh):
	periods({"months": 24})
	ended(30)
	name = retention.propose()
	for user in (user_of("manager"), user_of("handler"), make_user("System Manager").name):
		with acting_as(user), pytest.raises(frappe.PermissionError):
			retention.decide(name, "Approved", "Because")
	with acting_as(user_of("privacy")):
		for decision, reason in (("Approved", " "), ("Done", "x"), ("Approved", None)):
			with pytest.raises(retention.RetentionError):
				retention.decide(name, decision, reason)
		retention.decide(name, "Rejected", "A court asks for them.")
		with pytest.raises(retention.RetentionError, match="already"):
			retention.decide(name, "Approved", "Because")
	doc = frappe.get_doc("Complaint Disposal", name)
	with pytest.raises(frappe.ValidationError):
		doc.update({"status": "Approved"}).save()
	with pytest.raises(frappe.ValidationError):
		frappe.delete_doc("Complaint Disposal", name, force=True)
	frappe.db.rollback()
	body = {"disposal": name, "decision": "Approved", "reason": "x"}
	assert_refused(http(user_of("manager")).post(DECIDE, json=body), status=403)


def shown_hold(case: str, kind: str) -> frappe._dict | None:
	"""Return what the top of the form says to this kind of reader."""
	with acting_as(user_of(kind)):
		return case_panel(frappe.get_doc("Complaint", case))["hold"]


def test_an_imported_hold_is_shown_without_who_set_it():
	case = complaint_in("Assessed")
	frappe.db.set_value("Complaint", case, "legal_hold", 1)
	assert shown_hold(case, "handler") == {"user": None, "since": None}


def test_a_legal_hold_is_set_by_its_action_only():
	case = complaint_in("Assessed")
	with acting_as(user_of("handler")):
		with pytest.raises(frappe.PermissionError):
			retention.set_legal_hold(case, 1, "Court case")
		with pytest.raises(LevelError, match="own action"):
			frappe.get_doc("Complaint", case).update({"legal_hold": 1}).save()
	with acting_as(user_of("manager")):
		with pytest.raises(retention.RetentionError, match="Reason"):
			retention.set_legal_hold(case, 1, "")
		retention.set_legal_hold(case, 1, "Court case 12/26")
		assert frappe.db.get_value("Complaint", case, ["legal_hold", "legal_hold_reason"]) == (
			1,
			"Court case 12/26",
		)
	assert shown_hold(case, "handler").user == user_of("manager")
	with acting_as(user_of("privacy")):  # the reason is another one now
		retention.set_legal_hold(case, 1, "Court case 13/26")
	assert shown_hold(case, "handler").user == user_of("privacy")
	with acting_as(user_of("manager")):
		retention.set_legal_hold(case, 0, "It is over")
	assert shown_hold(case, "handler") is None
	assert frappe.db.get_value("Complaint", case, ["legal_hold", "legal_hold_reason"]) == (0, None)
	found = frappe.get_all(
		"Complaint Event", {"complaint": case, "event": ("like", "Legal Hold%")}, pluck="event"
	)
	assert set(found) == {"Legal Hold Set", "Legal Hold Ended"}


# One's own record


def case_with_third_parties():
	case = make_complaint(
		description="Mr Brenninkmeyer shouted at me and at Wanda Witness, wanda@example.net.",
		allegations=[
			{"allegation": "Bert Brenninkmeyer was rude to Maria Muster", "category": "Poor service"}
		],
	).name
	mine = make_party(case, identity="Confidential", full_name="Maria Muster", email="maria@example.org")
	make_party(
		case,
		role="Person complained about",
		full_name="Bert Brenninkmeyer",
		identity="Confidential",
		email=None,
	)
	make_party(case, role="Witness", full_name="Wanda Witness", email="wanda@example.net")
	details = {"party": mine.name, "subject": "News", "message": "Dear Maria Muster, we asked Wanda Witness."}
	events.append(case, "Contact", channel="Phone", remark="internal note", details=details)
	return case, mine


def test_the_own_record_tells_nothing_of_others():
	case, mine = case_with_third_parties()
	handler = make_user(roles.HANDLER, email=f"{unique('clerk')}@example.com".lower(), first_name="Zacharias")
	frappe.db.set_value(
		"Complaint", case, {"handler": handler.name, "decision_reasons": "Zacharias decided so."}
	)
	found = own_record.record(frappe.get_doc("Complaint Party", mine.name))
	text = json.dumps(found, default=str, ensure_ascii=False)
	for word in ("Brenninkmeyer", "Wanda", "wanda@example.net", "Zacharias", "internal note", handler.name):
		assert word not in text, word
	assert found["you"]["full_name"] == "Maria Muster" and found["you"]["email"] == "maria@example.org"
	assert "shouted at me" in found["complaint"]["description"]
	assert "Maria Muster" in found["points"][0]["allegation"]
	assert found["letters"][0]["message"].startswith("Dear Maria Muster, we asked")


def test_the_own_record_is_handed_out_by_manager_and_privacy_officer_and_logged(http, fresh):
	case, mine = case_with_third_parties()
	concerned = frappe.db.get_value("Complaint Party", {"complaint": case, "role": "Person complained about"})
	fresh()
	method = "/api/method/iso10002.confidentiality.own_record.download"
	body = {"party": mine.name, "purpose": "Request of 3 March, passport seen"}
	for kind in ("handler", "investigator", "intake", "auditor"):
		assert_refused(http(user_of(kind)).post(method, json=body), status=403)
	officer = http(user_of("privacy"))
	assert_refused(officer.post(method, json={**body, "purpose": ""}), "Purpose")
	assert_refused(officer.post(method, json={**body, "party": concerned}), "people who complained")
	answer = officer.post(method, json=body)
	assert answer.ok and f"{case}.json" in answer.headers["Content-Disposition"]
	assert answer.json()["reference"] == case and "Brenninkmeyer" not in answer.text
	fresh()
	row = frappe.get_last_doc("Complaint Access Log", {"complaint": case, "action": "Handed out"})
	assert (row.user, row.purpose) == (officer.user, body["purpose"])
	with acting_as(user_of("privacy")), pytest.raises(IdentityError):
		own_record.download(mine.name, None)


# Erasure on request


def test_a_deletion_request_covers_parties_protected_identities_and_texts():
	person = make_user(
		email=f"{unique('theo')}@example.org".lower(), first_name="Theodora", last_name="Quillmeier"
	)
	open_case, protected_case = (
		make_complaint(description=f"I am Theodora Quillmeier, {person.name}."),
		make_complaint(),
	)
	values = {"full_name": "Theodora Quillmeier", "email": person.name, "phone": "+49 30 7"}
	make_party(open_case.name, **values)
	make_party(protected_case.name, identity="Confidential", **values)
	other = make_party(
		protected_case.name, role="Witness", full_name="Wanda Witness", email="wanda@example.net"
	)
	events.append(open_case.name, "Contact", channel="Phone", remark=f"Called {person.name}")
	request = frappe.get_doc({"doctype": "Personal Data Deletion Request", "email": person.name})
	request.name = "deleted-user-1@example.com"
	request.db_insert()  # inserting it would send a mail
	request._anonymize_data()
	ours = {
		table for table in where_is("Quillmeier") | where_is(person.name) if table.startswith("tabComplaint")
	}
	assert ours == set()
	assert frappe.db.get_value("Complaint Party", other.name, "full_name") == "Wanda Witness"


def test_a_deletion_request_waits_while_a_case_of_the_person_is_under_a_legal_hold():
	address = f"{unique('theo')}@example.org".lower()
	case = make_complaint().name
	party = make_party(case, identity="Confidential", full_name="Theo", email=address)
	request = frappe.get_doc({"doctype": "Personal Data Deletion Request", "email": address})
	request.update({"status": "Pending Approval", "name": unique("request")})
	request.db_insert()  # inserting it would send a mail
	frappe.db.set_value("Complaint", case, "legal_hold", 1)
	request.trigger_data_deletion()
	assert request.status == "On Hold"
	assert frappe.db.get_value("Complaint Identity", party.name, "email") == address
	frappe.db.set_value("Complaint", case, "legal_hold", 0)
	assert not is_held(address)
	with acting_as(user_of("privacy")), pytest.raises(frappe.PermissionError):
		request.trigger_data_deletion()


def test_frappes_download_of_personal_data_says_nothing_of_cases():
	clerk = make_user(roles.INTAKE, email=f"{unique('clerk')}@example.com".lower()).name
	case = make_complaint(as_user=clerk, description="The walrus bit me.").name
	make_party(case, role="Person complained about", email=clerk, full_name="Carla Clerk")
	request = frappe.get_doc({"doctype": "Personal Data Download Request", "user": clerk})
	request.update({"user_name": "Carla", "name": unique("request")})
	note = {"export_from": "Complaint", "reference_document": case, "method": f"Export {case}"}
	put("Access Log", user=clerk, owner=clerk, **note)
	put("Access Log", user=clerk, owner=clerk, export_from="Note", method="Export of notes")
	collected = get_user_data(clerk)
	assert "walrus" in collected and "Carla Clerk" in collected
	with suppress(frappe.OutgoingEmailError):  # the file is there before the mail
		request.generate_file_and_send_mail(collected)
	file = frappe.get_last_doc("File", {"attached_to_name": request.name})
	content = str(file.get_content())
	assert (
		"Export of notes" in content
		and '"Complaint' not in content
		and "walrus" not in content
		and case not in content
	)


def test_removing_takes_nothing_of_other_cases():
	one, other = make_full_case(unique("one")), make_full_case(unique("two"))
	before = {
		doctype: frappe.db.count(doctype, {"complaint": other})
		for doctype in ("Complaint Party", "Complaint Event", "Complaint Clock", "Complaint Identity")
	}
	removal.remove_case(one)
	assert before == {doctype: frappe.db.count(doctype, {"complaint": other}) for doctype in before}
	assert frappe.db.exists("File", {"attached_to_name": other}) and frappe.db.exists("Complaint", other)
	frappe.db.rollback()
