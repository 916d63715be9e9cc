"""A confidential complaint and the ticket it came from, which every agent reads: emptied, closed to a team, or asked about."""

import frappe
import pytest
from factories import acting_as, unique, user_of
from host_things import make, make_agent, make_hd_customer, make_issue, make_ticket
from over_http import assert_refused

from iso10002 import roles
from iso10002.confidentiality import levels
from iso10002.handling.errors import IntakeError
from iso10002.integrations import confidential, sources

pytestmark = pytest.mark.hosts

VALUES = {"channel": "Phone", "description": "It leaks.", "allegations": [{"allegation": "Leaks"}]}


@pytest.fixture
def by_setting(site):
	"""by_setting(way): what is done with the source of a confidential case, as long as the test runs."""

	def change(way: str, **more):
		for field, value in {"confidential_source": way, **more}.items():
			frappe.db.set_single_value("Complaint Ticket Settings", field, value)
		frappe.clear_document_cache("Complaint Ticket Settings", "Complaint Ticket Settings")
		frappe.db.commit()

	yield change
	frappe.db.rollback()
	change("is asked about")


def told_ticket(doctype: str = "HD Ticket"):
	"""Return a ticket that says a secret word everywhere a ticket can (texts, mail, note, comment, file, version), and the word."""
	secret = f"Zyx{frappe.generate_hash(length=10)}"
	if doctype == "HD Ticket":
		doc = make_ticket(
			subject=f"{secret} hit me", description=f"<p>{secret}</p>", customer=make_hd_customer().name
		)
		make(
			"HD Ticket Comment",
			reference_ticket=doc.name,
			content=f"Call {secret}",
			commented_by="Administrator",
		)
	else:
		doc = make_issue(subject=f"{secret} hit me", description=f"<p>{secret}</p>")
	about = {"reference_doctype": doctype, "reference_name": str(doc.name)}
	make(
		"Communication",
		communication_medium="Email",
		sent_or_received="Received",
		subject=secret,
		content=f"<p>{secret} again</p>",
		sender="anna@example.org",
		**about,
	)
	doc.reload()
	doc.subject = f"{secret} hit me twice"
	doc.save()
	doc.add_comment("Comment", f"About {secret}")
	file = frappe.new_doc("File")
	file.update(
		{
			"file_name": f"{secret}.txt",
			"attached_to_doctype": doctype,
			"attached_to_name": doc.name,
			"content": f"{secret} {unique()}".encode(),
			"is_private": 1,
		}
	)
	file.insert()
	frappe.db.commit()
	return doc, secret


def everything_an_agent_reads(http, agent: str, doc) -> str:
	"""Return all the server says to an agent of a ticket: records, timeline, agent page, lists of what is about it."""
	session = http(agent)
	about = [["reference_doctype", "=", doc.doctype], ["reference_name", "=", str(doc.name)]]
	asked = [
		("/api/method/frappe.desk.form.load.getdoc", {"doctype": doc.doctype, "name": doc.name}),
		(f"/api/resource/{doc.doctype}", {"fields": '["*"]', "filters": f'[["name","=","{doc.name}"]]'}),
		("/api/resource/File", {"fields": '["*"]', "limit_page_length": 0}),
		("/api/resource/Communication", {"fields": '["*"]', "filters": frappe.as_json(about)}),
		("/api/resource/Communication", {"fields": '["*"]', "limit_page_length": 0}),
		("/api/resource/Comment", {"fields": '["*"]', "filters": frappe.as_json(about)}),
		("/api/resource/Version", {"fields": '["*"]', "limit_page_length": 0}),
		("/api/resource/Notification Log", {"fields": '["*"]', "limit_page_length": 0}),
		("/api/resource/ToDo", {"fields": '["*"]', "limit_page_length": 0}),
	]
	if doc.doctype == "HD Ticket":
		where = "helpdesk.helpdesk.doctype.hd_ticket.api"
		asked += [
			(f"/api/method/{where}.get_one", {"name": doc.name}),
			(f"/api/method/{where}.get_ticket_activities", {"ticket": doc.name}),
			(f"/api/method/{where}.get_ticket_contact", {"ticket": doc.name}),
			("/api/resource/HD Ticket Comment", {"fields": '["*"]', "limit_page_length": 0}),
			("/api/resource/HD Notification", {"fields": '["*"]', "limit_page_length": 0}),
		]
	answers = [session.get(path, params=params) for path, params in asked]
	assert answers[0].ok and answers[1].ok, answers[0].text
	assert [answer.url for answer in answers if answer.status_code >= 500] == [], "a page of the host breaks"
	return "\n".join(answer.text for answer in answers)


@pytest.fixture
def agent(site) -> str:
	return make_agent("Support Team", email="test-agent-support@example.com")


@pytest.mark.parametrize("doctype", ["HD Ticket", "Issue"])
def test_an_emptied_ticket_says_nothing_to_agents_and_the_case_has_all(http, by_setting, agent, doctype):
	doc, secret = told_ticket(doctype)
	assert secret in everything_an_agent_reads(http, agent, doc)
	by_setting("is emptied")
	case = sources.make(doctype, str(doc.name), values=VALUES)["complaint"]
	assert secret in frappe.db.get_value(doctype, doc.name, "subject"), "a Standard case emptied its ticket"
	levels.change_level(case, "Restricted", "It is about a person.")
	frappe.db.commit()
	assert secret not in everything_an_agent_reads(http, agent, doc)
	assert case not in everything_an_agent_reads(http, agent, doc)
	of_case = {"attached_to_doctype": "Complaint", "attached_to_name": case}
	files = [frappe.get_doc("File", name) for name in frappe.get_all("File", of_case, pluck="name")]
	kept = "\n".join(str(file.get_content()) for file in files)
	assert f"{secret} hit me twice" in kept and f"About {secret}" in kept
	assert sum(file.file_name == f"{secret}.txt" for file in files) == 1, "the file is lost, or there twice"
	mails = frappe.get_all(
		"Communication", {"reference_doctype": "Complaint", "reference_name": case}, pluck="content"
	)
	assert any(f"{secret} again" in content for content in mails)
	if doctype == "HD Ticket":
		assert f"Call {secret}" in kept
	doc.reload()
	doc.status = "Replied"
	doc.save()


def test_a_case_that_is_confidential_from_the_start_empties_its_ticket_at_once(http, by_setting, agent):
	by_setting("is emptied")
	doc, secret = told_ticket()
	handler = make_agent(roles.HANDLER, email="test-agent-handler@example.com")
	values = {**VALUES, "confidentiality_level": "Confidential", "handler": handler}
	with acting_as(handler):
		sources.make("HD Ticket", str(doc.name), values=values)
	frappe.db.commit()
	assert secret not in everything_an_agent_reads(http, agent, doc)


def test_a_later_mail_about_an_emptied_ticket_goes_into_the_case(http, by_setting, agent):
	by_setting("is emptied")
	doc, secret = told_ticket()
	case = sources.make("HD Ticket", str(doc.name), values=VALUES)["complaint"]
	levels.change_level(case, "Confidential", "It is about a person.")
	mail = make(
		"Communication",
		communication_medium="Email",
		sent_or_received="Received",
		subject="Re",
		content=f"{secret} once more",
		sender="anna@example.org",
		reference_doctype="HD Ticket",
		reference_name=str(doc.name),
	)
	frappe.db.commit()
	stored = frappe.db.get_value("Communication", mail.name, ["reference_doctype", "reference_name"])
	assert stored == ("Complaint", case)
	assert secret not in everything_an_agent_reads(http, agent, doc)


def test_merged_tickets_are_emptied_too(by_setting):
	by_setting("is emptied")
	(doc, _secret), (merged, secret) = told_ticket(), told_ticket()
	frappe.db.set_value("HD Ticket", merged.name, {"is_merged": 1, "merged_with": doc.name})
	case = sources.make("HD Ticket", str(doc.name), values=VALUES)["complaint"]
	levels.change_level(case, "Confidential", "It is about a person.")
	assert secret not in frappe.db.get_value("HD Ticket", merged.name, "subject")


def test_a_closed_team_is_all_who_read_the_ticket(http, by_setting, agent):
	member = make_agent(email="test-closed-member@example.com")
	if not frappe.db.exists("HD Team", "Test Closed"):
		make("HD Team", team_name="Test Closed", users=[{"user": member}])
	if not frappe.db.exists("HD Team", "Test Open"):
		make("HD Team", team_name="Test Open", users=[{"user": agent}])
	doc, _secret = told_ticket()
	frappe.db.set_single_value("HD Settings", "restrict_tickets_by_agent_group", 1)
	frappe.clear_document_cache("HD Settings", "HD Settings")
	try:
		by_setting("goes to a closed team", closed_team="Test Closed")
		case = sources.make("HD Ticket", str(doc.name), values=VALUES)["complaint"]
		levels.change_level(case, "Confidential", "It is about a person.")
		frappe.db.commit()
		path = f"/api/resource/HD Ticket/{doc.name}"
		assert http(agent).get(path).status_code == 403
		assert http(member).get(path).ok
		assert confidential.exposed(case) == {}
	finally:
		frappe.db.rollback()
		frappe.db.set_single_value("HD Settings", "restrict_tickets_by_agent_group", 0)
		frappe.clear_document_cache("HD Settings", "HD Settings")
		frappe.db.commit()


def test_a_team_that_closes_nothing_out_is_not_offered_and_the_form_asks(by_setting):
	by_setting("goes to a closed team", closed_team="Nobody")
	doc, _secret = told_ticket()
	case = sources.make("HD Ticket", str(doc.name), values=VALUES)["complaint"]
	assert confidential.exposed(case) == {}, "a Standard case asks"
	levels.change_level(case, "Confidential", "It is about a person.")
	assert confidential.exposed(case)["ways"] == [confidential.EMPTIED, confidential.LEFT]


def test_the_answer_to_the_question_is_noted_and_asked_again_at_the_next_level():
	doc, secret = told_ticket()
	case = sources.make("HD Ticket", str(doc.name), values=VALUES)["complaint"]
	with pytest.raises(IntakeError, match="nothing to be done"):
		confidential.deal_with(case, confidential.EMPTIED)
	levels.change_level(case, "Confidential", "It is about a person.")
	with pytest.raises(IntakeError, match="Choose"):
		confidential.deal_with(case, "burnt")
	confidential.deal_with(case, confidential.LEFT)
	assert confidential.exposed(case) == {}
	levels.change_level(case, "Restricted", "It is about a superior.")
	assert confidential.exposed(case)["name"] == str(doc.name)
	confidential.deal_with(case, confidential.EMPTIED)
	assert secret not in frappe.db.get_value("HD Ticket", doc.name, "subject")


def test_only_who_may_change_case_and_ticket_empties_it(http, agent):
	doc, secret = told_ticket()
	case = sources.make("HD Ticket", str(doc.name), values=VALUES)["complaint"]
	levels.change_level(case, "Confidential", "It is about a person.")
	frappe.db.set_value("HD Ticket", doc.name, "raised_by", "somebody@example.net")
	frappe.db.commit()
	for user in (agent, user_of("handler"), user_of("manager"), user_of("auditor")):
		answer = http(user).post(
			f"/api/method/{confidential.__name__}.deal_with",
			json={"complaint": case, "way": confidential.EMPTIED},
		)
		assert_refused(answer, status=403)
	answer = http(agent).get(f"/api/method/{confidential.__name__}.exposed", params={"complaint": case})
	assert_refused(answer, status=403)
	frappe.db.rollback()
	assert secret in frappe.db.get_value("HD Ticket", doc.name, "subject")
