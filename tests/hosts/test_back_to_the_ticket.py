"""What a complaint writes to its ticket, when the ticket may be resolved, and which tickets are proposed as complaints."""

import frappe
import pytest
from factories import acting_as, make_user, take, unique, user_of
from host_things import make_agent, make_customer, make_hd_customer, make_issue, make_ticket
from over_http import assert_refused

from iso10002 import roles
from iso10002.integrations import back, picture, proposals, sources

pytestmark = pytest.mark.hosts

VALUES = {
	"channel": "Phone",
	"description": "It leaks.",
	"allegations": [{"allegation": "Leaks", "category": "Damage suffered"}],
}
NOTE = "The request is being looked at."


@pytest.fixture
def settings(site):
	"""settings(resolution=...): other settings of tickets, as long as the test runs."""
	changed = []

	def change(**values):
		doc = frappe.get_doc("Complaint Ticket Settings")
		doc.update(values)
		doc.save()
		frappe.db.commit()
		changed.append(True)

	yield change
	if changed:
		frappe.db.rollback()
		frappe.set_user("Administrator")
		doc = frappe.get_doc("Complaint Ticket Settings")
		doc.update(
			{
				"notes": [],
				"resolution": back.ON_ITS_OWN,
				"resolved_status": "Resolved",
				"confidential_source": "is asked about",
				"vulnerability_hint": "from the cases the reader may see",
			}
		)
		doc.save()
		frappe.db.commit()


@pytest.fixture(params=["HD Ticket", "Issue"])
def ticket(request):
	return make_ticket() if request.param == "HD Ticket" else make_issue()


def case_about(doc, **more) -> str:
	return sources.make(doc.doctype, str(doc.name), values={**VALUES, **more})["complaint"]


def notes(doc) -> list[str]:
	if doc.doctype == "HD Ticket":
		rows = frappe.get_all(
			"HD Ticket Comment", {"reference_ticket": doc.name}, ["content", "owner", "commented_by"]
		)
	else:
		about = {"reference_doctype": "Issue", "reference_name": doc.name, "comment_type": "Comment"}
		rows = frappe.get_all("Comment", about, ["content", "owner", "comment_email as commented_by"])
	assert all(row.owner == row.commented_by == "Administrator" for row in rows), (
		"the note names who handles the case"
	)
	return [row.content for row in rows]


def resolve(doc, status: str = "Resolved"):
	doc.reload()
	doc.status = status
	doc.save()


def finish(case: str) -> None:
	take(case, "Withdraw")


# Back


def test_a_stage_the_admin_chose_is_written_as_a_neutral_note_with_its_status(ticket, settings):
	status = "Replied"
	settings(notes=[{"stage": "Acknowledged", "note": NOTE, "ticket_status": status}])
	case = case_about(ticket)
	take(case, "Acknowledge", as_user=user_of("handler"))
	back.write(case, "Acknowledged")
	assert [NOTE in content for content in notes(ticket)] == [True]
	assert case not in str(notes(ticket))
	assert frappe.db.get_value(ticket.doctype, ticket.name, "status") == status
	assert frappe.session.user == "Administrator"
	back.write(case, "Assessed")
	assert len(notes(ticket)) == 1, "a stage nobody chose was written"


def test_of_a_confidential_case_nothing_is_written_and_nothing_is_held(ticket, settings):
	settings(notes=[{"stage": "Acknowledged", "note": NOTE}], resolution=back.AFTER)
	case = case_about(ticket, confidentiality_level="Confidential")
	back.write(case, "Acknowledged")
	assert notes(ticket) == []
	resolve(ticket)


def test_a_ticket_waits_for_its_complaint_and_says_nothing_of_it(ticket, settings, http):
	settings(resolution=back.AFTER)
	case = case_about(ticket)
	frappe.db.commit()
	agent = make_agent("Support Team", email="test-waiting-agent@example.com")
	path = f"/api/resource/{ticket.doctype}/{ticket.name}"
	answer = http(agent).put(path, json={"status": "Resolved"})
	assert_refused(answer, "later", status=417)
	assert case not in answer.text and "omplaint" not in answer.json()["_server_messages"]
	assert http(agent).put(path, json={"status": "Replied"}).ok
	frappe.db.rollback()
	finish(case)
	frappe.db.commit()
	answer = http(agent).put(path, json={"status": "Resolved"})
	assert answer.ok, answer.text


def test_a_ticket_is_resolved_with_the_last_of_its_complaints(ticket, settings):
	settings(resolution=back.WITH, resolved_status="Resolved")
	first = case_about(ticket)
	second = sources.make(ticket.doctype, str(ticket.name), values=VALUES, again=True)["complaint"]
	finish(first)
	back.write(first, "Withdrawn")
	assert frappe.db.get_value(ticket.doctype, ticket.name, "status") == "Open"
	finish(second)
	back.write(second, "Withdrawn")
	assert frappe.db.get_value(ticket.doctype, ticket.name, "status") == "Resolved"
	assert frappe.db.get_value("Complaint", second, "status") == "Withdrawn", (
		"the ticket changed the complaint"
	)


def test_the_case_goes_on_when_its_ticket_is_gone_or_its_status_is_unknown(settings):
	ticket = make_ticket()
	settings(notes=[{"stage": "Acknowledged", "note": NOTE, "ticket_status": "Replied"}])
	case = case_about(ticket)
	frappe.db.set_value("Complaint Ticket Note", {"stage": "Acknowledged"}, "ticket_status", "Gone")
	frappe.clear_document_cache("Complaint Ticket Settings", "Complaint Ticket Settings")
	back.write(case, "Acknowledged")
	assert frappe.db.get_value("HD Ticket", ticket.name, "status") == "Open"
	frappe.delete_doc("HD Ticket", ticket.name)
	back.write(case, "Acknowledged")
	take(case, "Acknowledge", as_user=user_of("handler"))


@pytest.mark.parametrize(
	("values", "expected"),
	[
		({"notes": [{"stage": "Closed", "ticket_status": "Nowhere"}]}, "no such status"),
		({"notes": [{"stage": "Closed"}, {"stage": "Closed"}]}, "there already"),
		({"resolution": back.WITH, "resolved_status": "Nowhere"}, "no such status"),
		({"confidential_source": "goes to a closed team", "closed_team": "Nobody"}, "Closed team"),
	],
)
def test_settings_that_cannot_work_are_refused(values, expected):
	doc = frappe.get_doc("Complaint Ticket Settings")
	doc.update(values)
	with pytest.raises(frappe.ValidationError, match=expected):
		doc.save()


# Proposals


def make_rule(**overrides):
	return frappe.get_doc(
		{
			"doctype": "Complaint Proposal Rule",
			"title": unique("Rule"),
			"source_doctype": "HD Ticket",
			**overrides,
		}
	).insert()


def proposed(doc) -> str | None:
	return frappe.db.get_value(
		"Complaint Proposal", {"source_doctype": doc.doctype, "source_name": str(doc.name)}, "state"
	)


def test_words_mark_a_ticket_once_whole_words_only():
	make_rule(words="furious\nnever again")
	assert proposed(make_ticket(description="I am not infurious at all")) is None
	ticket = make_ticket(description="<p>I am <b>Furious</b>.</p>")
	assert proposed(ticket) == "Open"
	ticket.reload()
	ticket.priority = "High"
	ticket.save()
	assert frappe.db.count("Complaint Proposal", {"source_name": str(ticket.name)}) == 1
	assert proposed(make_ticket(subject="NEVER AGAIN with you")) == "Open"


def test_filters_ratings_and_reopenings_mark_a_ticket_and_all_a_rule_asks_has_to_hold():
	make_rule(filters='[["priority", "=", "Urgent"]]', words="broken")
	assert proposed(make_ticket(priority="Urgent")) is None
	assert proposed(make_ticket(priority="Urgent", subject="Broken")) == "Open"
	make_rule(rating_up_to=2)
	bad, good = make_ticket(feedback_rating=0.4), make_ticket(feedback_rating=0.6)
	assert proposed(bad) == "Open" and proposed(good) is None
	make_rule(reopened_from=2)
	ticket = make_ticket()
	for _time in range(2):
		assert proposed(ticket) is None
		resolve(ticket)
		resolve(ticket, "Open")
	assert proposed(ticket) == "Open"


def test_an_issue_is_marked_when_it_was_reopened():
	make_rule(source_doctype="Issue", reopened_from=1)
	issue = make_issue()
	resolve(issue)
	assert proposed(issue) is None
	resolve(issue, "Open")
	issue.reload()
	issue.save()  # the version of a change is written after it
	assert proposed(issue) == "Open"


def test_a_proposal_is_decided_once_and_the_complaint_says_which_rule_it_was():
	rule = make_rule(words="awful")
	ticket, other = make_ticket(subject="Awful"), make_ticket(subject="Awful too")
	name = frappe.db.get_value("Complaint Proposal", {"source_name": str(ticket.name)})
	case = proposals.accept(name, values=VALUES)["complaint"]
	assert proposed(ticket) == "Accepted"
	details = frappe.get_all(
		"Complaint Event", {"complaint": case, "event": "Proposal Accepted"}, pluck="details"
	)
	assert rule.name in details[0]
	with pytest.raises(proposals.ProposalError, match="already"):
		proposals.reject(name, "No complaint at all")
	second = frappe.db.get_value("Complaint Proposal", {"source_name": str(other.name)})
	for reason in ("", "no", None):
		with pytest.raises(proposals.ProposalError, match="Reason"):
			proposals.reject(second, reason)
	proposals.reject(second, "A question about opening hours")
	assert proposed(other) == "Rejected"
	other.reload()
	other.save()
	assert proposed(other) == "Rejected", "a rejected ticket was proposed again"


def test_who_decides_has_the_right_here_and_reads_the_ticket(http):
	make_rule(words="dreadful")
	ticket = make_ticket(subject="Dreadful", raised_by="somebody@example.net")
	name = frappe.db.get_value("Complaint Proposal", {"source_name": str(ticket.name)})
	frappe.db.commit()
	agent = make_agent(email="test-agent-only@example.com")
	both = make_agent(roles.INTAKE, email="test-front-desk@example.com")
	for user in (agent, user_of("intake")):
		for method, more in (("accept", {"values": VALUES}), ("reject", {"reason": "No complaint"})):
			answer = http(user).post(
				f"/api/method/{proposals.__name__}.{method}", json={"proposal": name, **more}
			)
			assert_refused(answer, status=403)
	record = {"doctype": "HD Ticket", "name": str(ticket.name)}
	assert "proposal" not in http(agent).call(f"{sources.__name__}.beside", **record)
	assert http(both).call(f"{sources.__name__}.beside", **record)["proposal"]["name"] == name
	assert http(agent).get("/api/resource/Complaint Proposal").status_code == 403
	http(both).call(f"{proposals.__name__}.reject", proposal=name, reason="No complaint")


def test_an_accepted_proposal_is_not_seen_where_its_case_is_hidden(http):
	make_rule(words="horrid")
	ticket = make_ticket(subject="Horrid")
	case = case_about(ticket)
	frappe.db.set_value("Complaint", case, "confidentiality_level", "Restricted")
	frappe.db.commit()
	name = frappe.db.get_value("Complaint Proposal", {"source_name": str(ticket.name)})
	for user in (user_of("handler"), user_of("intake"), user_of("manager")):
		session = http(user)
		rows = session.get("/api/resource/Complaint Proposal", params={"limit_page_length": 0}).json()["data"]
		assert name not in [row["name"] for row in rows]
		assert session.get(f"/api/resource/Complaint Proposal/{name}").status_code == 403


def test_a_rule_that_breaks_does_not_break_tickets():
	rule = make_rule(filters='[["priority", "=", "Urgent"]]')
	frappe.db.set_value("Complaint Proposal Rule", rule.name, "filters", '[["nothing", "=", 1]]')
	frappe.clear_document_cache("Complaint Proposal Rule", rule.name)
	assert proposed(make_ticket(priority="Urgent")) is None


@pytest.mark.parametrize(
	"values",
	[
		{},
		{"filters": "priority = Urgent"},
		{"filters": '[["nothing", "=", 1]]'},
		{"filters": '[["priority", "like a", "x"]]'},
		{"filters": '{"priority": "Urgent"}'},
		{"rating_up_to": 6},
	],
)
def test_a_rule_that_cannot_work_is_refused(values):
	with pytest.raises(frappe.ValidationError):
		make_rule(**values)


def test_a_ticket_with_a_proposal_can_be_deleted():
	make_rule(words="ghastly")
	open_one, decided = make_ticket(subject="Ghastly"), make_ticket(subject="Ghastly too")
	name = frappe.db.get_value("Complaint Proposal", {"source_name": str(decided.name)})
	proposals.reject(name, "No complaint")
	for ticket in (open_one, decided):
		frappe.delete_doc("HD Ticket", ticket.name)
	assert frappe.db.get_value("Complaint Proposal", name, ["state", "source_name"]) == ("Rejected", None)


# The customer's picture


def test_the_picture_shows_the_reader_what_the_reader_may_see(http, settings):
	customer = make_customer()
	first = sources.make(
		"Customer", customer.name, values={**VALUES, "product_or_service": "Kettle", "vulnerable": 1}
	)
	second = sources.make("Customer", customer.name, values={**VALUES, "product_or_service": "Kettle"})
	finish(second["complaint"])
	reader = make_agent("Sales User", roles.HANDLER, email="test-sales-handler@example.com")
	frappe.db.commit()
	ask = {"doctype": "Customer", "name": customer.name}
	found = http(reader).call(f"{picture.__name__}.of", **ask)
	assert (found["open"], found["past"], found["often"], found["vulnerable"]) == (1, 1, ["Kettle", 2], True)
	settings(vulnerability_hint="never")
	assert http(reader).call(f"{picture.__name__}.of", **ask)["vulnerable"] is False
	settings(vulnerability_hint="from the cases the reader may see")
	frappe.db.set_value("Complaint", first["complaint"], "confidentiality_level", "Restricted")
	frappe.db.commit()
	found = http(reader).call(f"{picture.__name__}.of", **ask)
	assert (found["open"], found["past"], found["often"], found["vulnerable"]) == (0, 1, None, False)
	seller = make_user("Sales User", email="test-seller@example.com").name
	nothing = {
		"open": 0,
		"past": 0,
		"decided": 0,
		"upheld": 0,
		"days": None,
		"often": None,
		"vulnerable": False,
	}
	assert http(seller).call(f"{picture.__name__}.of", **ask) == nothing
	answer = http(user_of("handler")).post(f"/api/method/{picture.__name__}.of", json=ask)
	assert_refused(answer, status=403)
	assert_refused(
		http(reader).post(f"/api/method/{picture.__name__}.of", json={"doctype": "User", "name": "x"})
	)


def test_a_customer_of_helpdesk_has_a_picture_too():
	customer = make_hd_customer()
	sources.make("HD Customer", customer.name, values=VALUES)
	with acting_as(make_agent(roles.HANDLER, email="test-agent-handler@example.com")):
		assert picture.of("HD Customer", customer.name)["open"] == 1
