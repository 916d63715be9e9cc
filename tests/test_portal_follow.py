"""Following the own case without an account: who gets in, what is shown, and what a complainant can do."""

import re
import uuid

import frappe
import pytest
from factories import acting_as, complaint_in, make_party, make_user, status_of, take, unique, user_of
from portal_visitor import Visitor

from iso10002 import roles
from iso10002.handling import events, receipts
from iso10002.handling import stages as stage
from iso10002.portal import messages, status


@pytest.fixture
def visitor(site):
	frappe.db.commit()
	return Visitor()


@pytest.fixture
def case_in(visitor):
	"""case_in(stage): a case in that stage, open in the visitor's browser."""

	def open_case(target: str, **overrides) -> str:
		case = complaint_in(target, **overrides)
		with acting_as(user_of("handler")):
			code = receipts.new_code(case)
		frappe.db.commit()
		assert visitor.open_case(case, code).status_code == 200
		return case

	return open_case


# Who gets in


def test_reference_and_receipt_code_open_the_case_that_was_handed_in(visitor):
	answer = visitor.hand_in(description="The lift is out of order.")
	answer = visitor.hand_in(description="The lift is out of order.", anonymous="1")
	page = visitor.open_case(answer.reference.lower(), answer.code)
	assert page.status_code == 200 and answer.reference in page.text
	assert "key=" not in page.url and answer.reference not in page.url
	assert page.headers["Cache-Control"].startswith("no-") or "no-store" in page.headers["Cache-Control"]
	visitor.act("leave")
	assert 'name="code"' in visitor.get("/complaint/status").text


def test_a_wrong_code_and_an_unknown_reference_are_answered_alike(visitor):
	case = visitor.hand_in().reference
	answers = [visitor.open_case(reference, "0000-0000-0000-0000") for reference in (case, "CMP-1999-00001")]
	assert {answer.status_code for answer in answers} == {403}
	plain = [answer.text.replace(case, "X").replace("CMP-1999-00001", "X") for answer in answers]
	plain = [re.sub(r'nonce="[^"]+"', "", text) for text in plain]
	assert plain[0] == plain[1]


def test_guessing_is_stopped_by_address(visitor, portal_settings):
	portal_settings(codes_an_hour=3)
	answer = visitor.hand_in()
	for reference in (answer.reference, "CMP-1999-00001", "CMP-1999-00002"):
		assert visitor.open_case(reference, "0000").status_code == 403
	assert visitor.open_case(answer.reference, answer.code).status_code == 429
	visitor.reset_limits()
	assert visitor.open_case(answer.reference, answer.code).status_code == 200


def test_nobody_keeps_a_complainant_out_by_guessing_elsewhere(visitor, portal_settings):
	portal_settings(codes_an_hour=3)
	answer = visitor.hand_in()
	stranger = Visitor()
	for number in range(2 * 3):
		stranger.headers["X-Forwarded-For"] = f"10.1.{number // 2}.7"
		assert stranger.open_case(answer.reference, "0000").status_code == 403
	assert visitor.open_case(answer.reference, answer.code).status_code == 200
	assert receipts.CODE_LENGTH * (len(receipts.ALPHABET) - 1).bit_length() >= 80  # nobody guesses that


def test_a_signed_link_opens_its_case_and_no_other_until_it_ends(visitor, freezer=None):
	case, other = complaint_in(stage.RECEIVED), complaint_in(stage.RECEIVED)
	link = receipts.link(case)
	path = link[link.index("/complaint") :]
	receipts.link(other)
	late = receipts.sign("link", case, 1_000_000_000)
	survey = receipts.sign("survey", case, 4_000_000_000)
	frappe.db.commit()
	page = visitor.get(path)
	assert page.status_code == 200 and case in page.text and "key=" not in page.url
	for wrong in (path.replace(case, other), path[:-1], f"/complaint/status?case={case}&key={late}"):
		assert Visitor().get(wrong).status_code == 403
	assert Visitor().get(f"/complaint/status?case={case}&key={survey}").status_code == 403


def test_a_new_code_ends_the_old_one_and_needs_the_right_to_write(visitor, http):
	answer = visitor.hand_in()
	method = "/api/method/iso10002.handling.receipts.new_code"
	for user in ("Guest", user_of("auditor"), user_of("executive")):
		assert http(user).post(method, json={"complaint": answer.reference}).status_code == 403
	code = http(user_of("handler")).call("iso10002.handling.receipts.new_code", complaint=answer.reference)
	assert visitor.open_case(answer.reference, answer.code).status_code == 403
	assert visitor.open_case(answer.reference, code).status_code == 200


def test_a_code_ends_when_who_gave_it_out_may_not_see_the_case_any_more(visitor, http):
	accused = make_user(roles.HANDLER, email=f"{unique('accused')}@example.com").name
	case, mine = complaint_in(stage.ACKNOWLEDGED), complaint_in(stage.ACKNOWLEDGED)
	frappe.db.commit()
	code = http(accused).call("iso10002.handling.receipts.new_code", complaint=case)
	others = http(user_of("handler")).call("iso10002.handling.receipts.new_code", complaint=mine)
	link = receipts.link(case)
	for name in (case, mine):
		make_party(name, role="Person complained about", full_name="X", email=accused)
	frappe.db.commit()
	assert visitor.open_case(case, code).status_code == 403
	assert visitor.open_case(mine, others).status_code == 200
	assert Visitor().get(link[link.index("/complaint") :]).status_code == 200
	assert events.count(case, "Receipt Ended") == 1 and not events.count(mine, "Receipt Ended")
	code = http(user_of("handler")).call("iso10002.handling.receipts.new_code", complaint=case)
	make_party(case, role="Person complained about", full_name="Y", email="y@example.org")
	frappe.db.commit()
	assert visitor.open_case(case, code).status_code == 200


# What is shown


def test_nothing_internal_is_ever_in_the_page_or_its_json(visitor, case_in):
	"""Every text field of the case and of all that hangs on it is marked; only what is listed may appear."""
	case = complaint_in(stage.COMMUNICATED)
	make_party(case, role="Person complained about", full_name="Karl Staff", email="karl@example.org")
	make_party(case, role="Witness", full_name="Wilma", email="wilma@example.org")
	with acting_as(user_of("handler")):
		from iso10002.handling.contacts import record_contact

		record_contact(case, "Phone", "SECRETcontact: she sounded drunk")
	marks = mark_everything(case)
	code = receipts.new_code(case)
	frappe.db.commit()
	visitor.open_case(case, code)
	for target in (stage.COMMUNICATED, stage.REJECTED, stage.RECEIVED, stage.INVESTIGATING, stage.APPROVED):
		frappe.db.set_value("Complaint", case, "status", target, update_modified=False)
		frappe.db.commit()
		page = visitor.get("/complaint/status").text
		shown = {mark for mark in marks if mark in page or mark in frappe.as_json(status.view(case))}
		allowed = LISTED if target in status.TOLD else {"Complaint.response_due"}
		assert {marks[mark] for mark in shown} <= allowed, target
		for word in ("Karl", "karl@", "Wilma", "SECRET", user_of("handler"), user_of("investigator")):
			assert word not in page, (target, word)
	assert {"Complaint.decision_reasons", "Complaint Allegation.finding"} <= LISTED


# What a letter may tell as well (see letters._facts), and what the complainant said.
LISTED = {
	"Complaint.communication_text",
	"Complaint.decision_reasons",
	"Complaint.further_ways",
	"Complaint.acceptance_words",
	"Complaint Allegation.allegation",
	"Complaint Allegation.finding",
}


def mark_everything(case: str) -> dict[str, str]:
	"""Write a mark of its own into every text field of the case and of its records; return field by mark."""
	from iso10002.confidentiality.rule import HANGS_ON_CASE

	marks = {}
	for doctype, field in {"Complaint": "name", **HANGS_ON_CASE}.items():
		for name in frappe.get_all(doctype, {field: case}, pluck="name"):
			for df in frappe.get_meta(doctype).fields:
				if df.fieldtype in ("Small Text", "Text", "Long Text") or (
					df.fieldtype == "Data" and df.fieldname not in ("from_stage", "to_stage", "sha256")
				):
					if df.fieldname in ("stages_passed", "details", field):
						continue
					mark = f"MARK{uuid.uuid4().hex[:12]}"
					marks[mark] = f"{doctype}.{df.fieldname}"
					frappe.db.set_value(doctype, name, df.fieldname, mark, update_modified=False)
	assert len(marks) > 30
	return marks


def test_the_status_page_asks_the_database_at_most_ten_times(monkeypatch):
	case = complaint_in(stage.COMMUNICATED)
	status.view(case)  # caches
	statements = []
	plain = frappe.db.sql
	monkeypatch.setattr(frappe.db, "sql", lambda *a, **k: (statements.append(a[0]), plain(*a, **k))[1])
	status.view(case)
	assert len(statements) <= 10, statements


def test_steps_show_what_was_passed_with_dates_and_what_is_to_come(visitor, case_in):
	case = case_in(stage.INVESTIGATING)
	steps = status.view(case)["steps"]
	assert [(row["step"], row["state"]) for row in steps] == [
		("received", "done"),
		("acknowledged", "done"),
		("looked_into", "now"),
		("decided", "coming"),
		("closed", "coming"),
	]
	assert steps[0]["on"] and not steps[-1]["on"]
	page = visitor.get("/complaint/status").text
	assert 'aria-current="step"' in page and "You will have our answer by" in page


def test_a_reopened_or_withdrawn_case_shows_its_way(visitor, case_in):
	case = complaint_in(stage.CLOSED)
	assert [row["state"] for row in status.view(case)["steps"]][-1] == "now"
	take(case, "Reopen", reopening_reason="New facts", **{})
	assert {row["step"]: row["state"] for row in status.view(case)["steps"]}["looked_into"] == "now"
	take(case, "Withdraw")
	steps = status.view(case)["steps"]
	assert (steps[-1]["step"], steps[-1]["state"]) == ("withdrawn", "now")
	assert status.view(case)["may"]["withdraw"] is False


# What a complainant can do


def test_messages_go_both_ways_with_files(visitor, case_in, http, fresh):
	case = case_in(stage.ACKNOWLEDGED)
	answer = visitor.act("write", files=[("bill.txt", b"the bill")], message="Here is <b>the bill</b>.")
	assert "Your message was sent" in answer.text and "&lt;b&gt;the bill&lt;/b&gt;" in answer.text
	fresh()
	found = next(row for row in events.timeline(case) if row.event == "Message Received")
	assert (found.remark, found.channel, found.user) == ("Here is <b>the bill</b>.", "Web form", "Guest")
	http(user_of("handler")).call("iso10002.portal.messages.send", complaint=case, text="Thank you.")
	page = visitor.get("/complaint/status").text
	assert "Thank you." in page
	file = re.search(r"/complaint/status\?file=\w+", page)[0]
	download = visitor.get(file)
	assert download.content == b"the bill" and download.headers["X-Content-Type-Options"] == "nosniff"
	assert "attachment" in download.headers["Content-Disposition"]
	evidence = frappe.get_doc({"doctype": "File", "file_name": "x.txt", "content": "inside", "is_private": 1})
	evidence.update({"attached_to_doctype": "Complaint", "attached_to_name": case})
	evidence.insert()
	frappe.db.commit()
	assert visitor.get(f"/complaint/status?file={evidence.name}").status_code == 404
	assert Visitor().get(file).content != b"the bill"


def test_files_of_the_case_go_to_the_complainant_with_a_message_and_no_others(visitor, case_in, http):
	case, other = case_in(stage.ACKNOWLEDGED), complaint_in(stage.ACKNOWLEDGED)
	bill, inside, foreign = (
		make_file(*row) for row in ((case, "bill.txt"), (case, "notes.txt"), (other, "foreign.txt"))
	)
	frappe.db.commit()
	agent, send = http(user_of("handler")), "/api/method/iso10002.portal.messages.send"
	message = {"complaint": case, "text": "Here is the bill."}
	for wrong in ([foreign], ["no file"], "{}", [["x"]], "no json"):
		refused = agent.post(send, json={**message, "files": wrong})
		assert refused.status_code == 417 and "Files" in refused.text, wrong
	assert "Here is the bill." not in visitor.get("/complaint/status").text
	agent.call("iso10002.portal.messages.send", **message, files=[bill])
	page = visitor.get("/complaint/status").text
	assert ">bill.txt</a>" in page and "notes.txt" not in page
	assert visitor.get(f"/complaint/status?file={bill}").content == b"text of bill.txt"
	assert visitor.get(f"/complaint/status?file={inside}").status_code == 404
	frappe.delete_doc("File", bill)
	frappe.db.commit()
	assert visitor.get(f"/complaint/status?file={bill}").status_code == 404


def make_file(case: str, name: str) -> str:
	file = frappe.get_doc(
		{"doctype": "File", "file_name": name, "content": f"text of {name}", "is_private": 1}
	)
	file.update({"attached_to_doctype": "Complaint", "attached_to_name": case})
	return file.insert().name


def test_only_who_may_write_the_case_writes_to_the_complainant(http):
	case = complaint_in(stage.ACKNOWLEDGED)
	frappe.db.commit()
	for user in ("Guest", user_of("auditor"), user_of("executive")):
		answer = http(user).post(
			"/api/method/iso10002.portal.messages.send", json={"complaint": case, "text": "x"}
		)
		assert answer.status_code == 403
	with pytest.raises(frappe.ValidationError, match="write"), acting_as(user_of("handler")):
		messages.send(case, "  ")


@pytest.mark.parametrize(("answer", "expected"), (("accept", stage.ACCEPTED), ("reject", stage.REJECTED)))
def test_the_decision_is_answered_with_words_through_the_stages(visitor, case_in, fresh, answer, expected):
	case = case_in(stage.COMMUNICATED)
	assert "choose one" in visitor.act("answer").text
	page = visitor.act("answer", answer=answer, words="My words")
	assert "Your answer was recorded" in page.text and "My words" in page.text
	fresh()
	assert status_of(case) == expected
	doc = frappe.get_doc("Complaint", case)
	assert (doc.acceptance_words, str(doc.acceptance_on)) == ("My words", frappe.utils.nowdate())
	assert events.count(case, expected) == 1
	assert frappe.db.exists("Notification Log", {"document_name": case, "for_user": user_of("handler")})
	assert visitor.act("answer", answer=answer).status_code == 409  # once


def test_a_review_is_asked_for_once_after_a_rejection(visitor, case_in, fresh):
	case = case_in(stage.COMMUNICATED)
	assert visitor.act("review", grounds="Unfair").status_code == 409
	visitor.act("answer", answer="reject")
	assert visitor.act("review").status_code == 422
	assert "request for a review was recorded" in visitor.act("review", grounds="Nobody called me.").text
	fresh()
	doc = frappe.get_doc("Complaint", case)
	assert (doc.review_request, doc.review_grounds, doc.status) == (
		"Asked for",
		"Nobody called me.",
		stage.REJECTED,
	)
	assert events.count(case, "Review Requested") == 1
	assert visitor.act("review", grounds="Again").status_code == 409
	take(case, "Review", as_user=user_of("handler"), review_grounds="Nobody called me.")


def test_a_complaint_is_withdrawn_at_once_unless_safety_is_concerned(visitor, case_in, fresh):
	case = case_in(stage.ASSESSED)
	frappe.db.set_value("Complaint", case, "safety_implication", "Yes")
	frappe.db.commit()
	assert "somebody looks at it first" in visitor.act("withdraw", reason="Settled").text
	fresh()
	assert status_of(case) == stage.ASSESSED and events.count(case, "Withdrawal Requested") == 1
	other = case_in(stage.ACKNOWLEDGED)
	assert "was withdrawn" in visitor.act("withdraw", reason="Settled").text
	fresh()
	assert status_of(other) == stage.WITHDRAWN
	assert frappe.db.get_value("Complaint", other, "ending_reason") == "Settled"
	assert visitor.act("withdraw").status_code == 409


def test_nothing_is_done_without_the_open_case_and_its_token(visitor, case_in, fresh):
	case = case_in(stage.COMMUNICATED)
	data = {"action": "answer", "answer": "accept", "token": "x" * 64}
	assert visitor.post("/complaint/status", data=data).status_code == 400
	assert Visitor().post("/complaint/status", data=data).status_code == 403
	forged = Visitor()
	forged.cookies.set("complaint_case", f"{case}|9999999999.{'0' * 40}", path="/complaint")
	assert forged.post("/complaint/status", data=data).status_code == 403
	assert visitor.act("delete").status_code == 400
	fresh()
	assert status_of(case) == stage.COMMUNICATED
