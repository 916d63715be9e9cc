"""Functions of ERPNext that take any document, or make a record of any e-mail: not of a hidden case."""

import frappe
import pytest
from factories import complaint_in, make_user, user_of
from host_things import make_agent
from over_http import assert_refused

pytestmark = pytest.mark.hosts

ACTIVITIES = "/api/method/erpnext.crm.utils.get_open_activities"
MADE_OF_MAIL = {
	"Issue": "erpnext.support.doctype.issue.issue.make_issue_from_communication",
	"Lead": "erpnext.crm.doctype.lead.lead.make_lead_from_communication",
	"Opportunity": "erpnext.crm.doctype.opportunity.opportunity.make_opportunity_from_communication",
}
SECRET = "Theodora Quill"


@pytest.fixture
def case(site) -> str:
	name = complaint_in("Assessed")
	task = {"doctype": "ToDo", "description": SECRET, "allocated_to": user_of("handler")}
	frappe.get_doc({**task, "reference_type": "Complaint", "reference_name": name}).insert()
	frappe.db.commit()
	return name


def make_mail(case: str | None) -> str:
	values = {
		"doctype": "Communication",
		"communication_medium": "Email",
		"sent_or_received": "Sent",
		"subject": SECRET,
		"content": SECRET,
		"sender": "theodora.quill@example.org",
	}
	if case:
		values.update(reference_doctype="Complaint", reference_name=case)
	name = frappe.get_doc(values).insert().name
	frappe.db.commit()
	return name


def outsiders() -> list[str]:
	return [make_agent(), make_user("Sales User", "Support Team", email="test-sales-only@example.com").name]


def test_the_tasks_of_a_case_are_not_among_the_activities_erpnext_lists(http, case):
	about = {"ref_doctype": "Complaint", "ref_docname": case}
	for user in outsiders():
		answer = http(user).post(ACTIVITIES, json=about)
		assert_refused(answer, "may not see", status=403)
		assert SECRET not in answer.text
	assert SECRET in http(user_of("handler")).post(ACTIVITIES, json=about).text


def test_no_record_is_made_of_a_mail_of_a_hidden_case(http, case):
	mail, other = make_mail(case), make_mail(None)
	for kind, method in MADE_OF_MAIL.items():
		for user in outsiders():
			for more in ({}, {"ignore_communication_links": 1}):
				answer = http(user).post(f"/api/method/{method}", json={"communication": mail, **more})
				assert_refused(answer, "may not see", status=403)
		frappe.db.rollback()
		assert not frappe.db.exists(kind, {"owner": ("in", outsiders())})
	assert frappe.db.get_value("Communication", mail, "reference_name") == case
	agent = outsiders()[1]
	made = http(agent).post(f"/api/method/{MADE_OF_MAIL['Issue']}", json={"communication": other})
	assert made.ok, made.text
	frappe.db.rollback()
	assert frappe.db.get_value("Issue", made.json()["message"], "subject") == SECRET
	frappe.delete_doc("Issue", made.json()["message"], force=True)
	frappe.db.commit()
