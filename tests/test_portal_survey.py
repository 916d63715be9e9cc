"""The survey after closing, and the public figures: asked once, read only together, nothing small shown."""

import re

import frappe
import pytest
from factories import acting_as, complaint_in, make_complaint, make_party, unique, user_of
from frappe.utils import nowdate
from portal_visitor import Visitor

from iso10002.handling import stages as stage
from iso10002.portal import figures, survey


@pytest.fixture(autouse=True)
def outgoing(monkeypatch):
	monkeypatch.setitem(frappe.local.conf, "mail_server", "127.0.0.1")
	monkeypatch.setitem(frappe.local.conf, "mail_login", "office@example.com")
	frappe.local.outgoing_email_account = {}


@pytest.fixture
def visitor(site):
	frappe.db.commit()
	return Visitor()


def an_invitation(respondent: str = "Complainant", complaint: str | None = None) -> str:
	case = complaint or unique("C")
	values = {"complaint": case, "party": "x", "respondent": respondent, "sent_on": nowdate()}
	doc = frappe.get_doc({"doctype": "Complaint Survey", **values}).insert()
	frappe.db.commit()
	return doc.name


def path_of(name: str) -> str:
	link = survey.link(name)
	return link[link.index("/complaint") :]


def answer(visitor, name: str, **values):
	id_, key = re.search(r"id=(\w+)&key=(.+)", path_of(name)).groups()
	return visitor.post("/complaint/survey", data={"id": id_, "key": key, **values})


@pytest.mark.parametrize("key", ["²", "٣.x", "9" * 5000, "1", "", "9999999999.x"])
def test_a_link_of_something_else_is_refused_in_words(visitor, key):
	for asked in (
		visitor.get("/complaint/survey", params={"id": "x", "key": key}),
		visitor.post("/complaint/survey", data={"id": "x", "key": key}),
	):
		assert asked.status_code == 403 and "does not work any more" in asked.text


def test_who_is_asked_follows_the_settings_and_nobody_is_asked_twice(portal_settings):
	frappe.db.delete("Complaint Survey")
	case = complaint_in(stage.CLOSED)
	address, staff = f"{unique('c')}@example.org", f"{unique('s')}@example.org"
	make_party(case, email=address)
	make_party(case, role="Person complained about", full_name="K", email=staff)
	survey.invite()
	assert not frappe.db.exists("Complaint Survey", {"complaint": case})
	portal_settings(survey=1, survey_people=1, survey_after_days=0, survey_share=100)
	frappe.local.outgoing_email_account = {}
	survey.invite()
	survey.invite()
	asked = frappe.get_all("Complaint Survey", {"complaint": case}, pluck="respondent")
	assert sorted(asked) == ["Complainant", "Person complained about"]
	for to in (address, staff):
		assert frappe.db.count("Email Queue Recipient", {"recipient": to}) == 1
	frappe.db.delete("Complaint Survey")
	frappe.db.commit()


def test_the_sample_is_random_and_the_same_for_a_case():
	cases = [f"CMP-2026-{number:05}" for number in range(2000)]
	drawn = [survey.is_drawn(case, 25) for case in cases]
	assert drawn == [survey.is_drawn(case, 25) for case in cases]
	assert 400 < sum(drawn) < 600
	assert not any(survey.is_drawn(case, 0) for case in cases) and all(survey.is_drawn(c, 100) for c in cases)


def test_an_answer_is_given_once_by_its_link_only(visitor, fresh):
	name = an_invitation()
	page = visitor.get(path_of(name))
	assert page.status_code == 200 and page.text.count("<fieldset") == 5
	assert visitor.get(path_of(name)[:-1]).status_code == 403
	assert answer(visitor, name).status_code == 422
	assert (
		"recorded" in answer(visitor, name, access="5", outcome="1", words="<b>slow</b>", treatment="99").text
	)
	answer(visitor, name, access="1")
	fresh()
	row = frappe.get_doc("Complaint Survey", name)
	assert (row.access, row.outcome, row.treatment) == (5, 1, 0)
	assert visitor.get(path_of(an_invitation("Person complained about"))).text.count("<fieldset") == 2


def test_results_are_given_from_five_answers_on_without_any_case(visitor, http):
	frappe.db.delete("Complaint Survey")
	names = [an_invitation(complaint=make_complaint().name) for _number in range(5)]
	for name in names[:4]:
		answer(visitor, name, access="4", words="Fine")
	frappe.db.commit()
	method = "iso10002.portal.survey.results"
	found = http(user_of("manager")).call(method, http="GET")["Complainant"]
	assert found == {"invited": 5, "answered": None}, "not even how many answered"
	answer(visitor, names[4], access="2", outcome="3")
	found = http(user_of("executive")).call(method, http="GET")["Complainant"]
	assert (found["answered"], found["means"]["access"], found["means"]["outcome"]) == (5, 3.6, None)
	assert "words" not in found, "words may name people"
	assert http(user_of("manager")).call(method, http="GET")["Complainant"]["words"] == ["Fine"] * 4
	hidden = frappe.db.get_value("Complaint Survey", names[0], "complaint")
	make_party(hidden, role="Person complained about", linked_doctype="User", linked_name=user_of("manager"))
	frappe.db.commit()
	found = http(user_of("manager")).call(method, http="GET")["Complainant"]
	assert found == {"invited": 4, "answered": None}, "four are left on cases one may see"
	for user in (user_of("handler"), "Guest"):
		assert http(user).get(f"/api/method/{method}").status_code == 403
	with acting_as(user_of("manager")):
		assert not frappe.has_permission("Complaint Survey", "read")


def test_figures_are_published_only_when_switched_on(visitor, portal_settings):
	assert visitor.get("/complaint/figures").status_code == 404
	portal_settings(figures=1)
	page = visitor.get("/complaint/figures")
	assert page.status_code == 200 and "By quarter" in page.text
	with pytest.raises(frappe.ValidationError, match="3 or more"):
		portal_settings(figures_smallest=1)
	frappe.db.rollback()


def test_public_categories_are_hidden_so_that_nothing_can_be_worked_out():
	def shown(**numbers: int) -> list[tuple[str, str]]:
		rows = {(f"No {name}",): {"received": figures.Cell(number)} for name, number in numbers.items()}
		return figures._categories(figures.Figures(("category",), ("received",), rows), 5)

	assert shown(price=9, quality=8) == [("No price", "9"), ("No quality", "8")]
	assert shown(price=9, quality=2, other=7) == [("No price", "9"), ("No other", "–"), ("No quality", "–")]
	assert shown(price=20, quality=1, other=2, safety=6) == shown(price=20, quality=2, other=1, safety=6)
	assert shown(price=9, quality=2) == [], "nothing is left, so no category is named"


def test_public_numbers_and_shares_of_a_few_are_not_told():
	cell = figures.Cell
	shown = figures._shown
	assert "fewer" in shown("received", {"received": cell(3)}, 5)
	assert shown("received", {"received": cell(12)}, 5) == "12"
	assert shown("upheld_share", {"upheld": cell(2), "decided": cell(20)}, 5) == "–"
	assert shown("upheld_share", {"upheld": cell(10), "decided": cell(20)}, 5) == "50 %"
