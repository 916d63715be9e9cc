"""Handing in a complaint without an account: what is asked, what is taken, and what is kept from whom."""

import io
import re

import frappe
import pytest
import requests
from factories import unique, user_of
from portal_visitor import Visitor

from iso10002.handling import letters, receipts


@pytest.fixture
def visitor(site):
	frappe.db.commit()
	return Visitor()


def party(case: str, role: str = "Complainant"):
	return frappe.get_doc("Complaint Party", {"complaint": case, "role": role})


def test_only_what_happened_and_a_way_to_reach_are_asked(visitor, fresh):
	answer = visitor.hand_in(description="The lift has been out of order for a week.", email="v@example.org")
	assert answer.status_code == 200, answer.text[:2000]
	fresh()
	case = frappe.get_doc("Complaint", answer.reference)
	assert case.description == "The lift has been out of order for a week."
	assert (case.channel, case.status, case.language) == ("Web form", "Received", "en")
	assert case.allegations[0].allegation == case.description
	assert party(case.name).email == "v@example.org"


def test_everything_annex_c_asks_for_arrives_where_it_belongs(visitor, fresh):
	answer = visitor.hand_in(
		description="The washing machine leaks.\nIt ruined the floor.",
		category="Defective product",
		problem_date="2026-01-05",
		happened_before="Yes",
		product="Washing machine",
		product_reference="A-17",
		unit="Branch North",
		remedy_requested="Yes",
		remedy_sought="A new one",
		name="Nino Beridze",
		phone="+995 32 200 00 00",
		address="Rustaveli 1",
		postal_code="0108",
		city="Tbilisi",
		country="Georgia",
		assistance="Large print",
		representative_name="Giorgi Maisuradze",
		representative_email="g@example.org",
		authority="Lawyer",
		may_disclose="1",
		lang="ka",
	)
	fresh()
	case = frappe.get_doc("Complaint", answer.reference)
	assert case.allegations[0].allegation == "The washing machine leaks."
	assert case.allegations[0].category == "Defective product"
	assert (case.product_or_service, case.product_reference) == ("Washing machine", "A-17")
	assert (case.remedy_requested, case.happened_before) == ("Yes", "Yes")
	complainant, representative = party(case.name), party(case.name, "Representative")
	assert (complainant.full_name, complainant.country) == ("Nino Beridze", "Georgia")
	assert complainant.consent_to_disclose and complainant.assistance_needed == "Large print"
	assert (representative.email, representative.authority) == ("g@example.org", "Lawyer")


def test_who_asks_for_it_is_kept_apart_from_the_case(visitor, fresh):
	answer = visitor.hand_in(
		description="He shouted.", name="Tamar T", email="tamar@example.org", protect_name="1"
	)
	fresh()
	shown = party(answer.reference)
	assert shown.identity == "Confidential" and not shown.email and "Tamar" not in shown.full_name
	assert letters.addressee(frappe.get_doc("Complaint", answer.reference)).email == "tamar@example.org"


def test_a_complaint_without_a_name_has_no_party_and_can_be_followed(visitor, fresh):
	assert "way to reach you" in visitor.hand_in(description="Somebody is bullied here.").text
	answer = visitor.hand_in(description="Somebody is bullied here.", anonymous="1")
	fresh()
	assert not frappe.db.exists("Complaint Party", {"complaint": answer.reference})
	assert receipts.opens(answer.reference, answer.code)


def test_the_receipt_code_is_shown_once_and_stored_only_as_a_hash(visitor, fresh):
	answer = visitor.hand_in()
	fresh()
	assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", answer.code)
	row = frappe.get_doc("Complaint Receipt", {"complaint": answer.reference}).as_dict()
	plain = answer.code.replace("-", "")
	assert not [value for value in row.values() if plain in str(value).replace("-", "")]
	assert receipts.opens(answer.reference, answer.code.lower().replace("-", " "))
	assert not receipts.opens(answer.reference, answer.code[:-1] + ("0" if answer.code[-1] != "0" else "1"))
	assert not receipts.opens("CMP-1999-00001", answer.code)


def test_mistakes_are_named_by_field_and_nothing_is_written_or_lost(visitor, fresh):
	before = frappe.db.count("Complaint")
	answer = visitor.hand_in(
		description="<b>Rude</b> driver",
		email="not an address",
		phone="call me",
		problem_date="2099-01-01",
		category="No such thing",
		country="Atlantis",
		product="x" * 200,
	)
	assert answer.status_code == 422
	for field in ("email", "phone", "problem_date", "category", "country", "product"):
		assert f'id="{field}-error"' in answer.text, field
	assert "&lt;b&gt;Rude&lt;/b&gt; driver" in answer.text and "<b>Rude" not in answer.text
	fresh()
	assert frappe.db.count("Complaint") == before


def test_what_is_not_asked_for_cannot_be_set(visitor, fresh):
	answer = visitor.hand_in(
		status="Closed", handler=user_of("handler"), priority="Low", naming_series="X", name_of="x", owner="x"
	)
	fresh()
	case = frappe.get_doc("Complaint", answer.reference)
	assert (case.status, case.handler, case.priority) == ("Received", None, None) or not case.priority
	assert case.name.startswith("CMP-")


def test_a_form_sent_twice_makes_one_complaint(visitor, fresh):
	form = visitor.form()
	first = visitor.send_form(form)
	second = visitor.send_form(form)
	assert (first.reference, first.code) == (second.reference, second.code)
	other = visitor.send_form({**form, "description": "Something else."})
	assert other.status_code == 422 and "another complaint" in other.text


def test_files_are_private_neutral_in_name_and_checked_by_content(visitor, fresh):
	answer = visitor.hand_in(files=[("my letter.txt", b"Dear all, this is what happened.")])
	fresh()
	file = frappe.get_doc("File", {"attached_to_name": answer.reference})
	assert file.is_private and file.file_name.startswith(answer.reference) and "letter" not in file.file_name
	assert frappe.db.get_value("Complaint", answer.reference, "enclosures") == "my letter.txt"
	assert requests.get(visitor.url + file.file_url, timeout=30).status_code in (403, 404)
	before = frappe.db.count("Complaint"), frappe.db.count("File")
	for name, content, words in (
		("run.exe", b"MZ" + b"\0" * 200, "not accepted"),
		("picture.png", b"<html><script>alert(1)</script></html>", "not what its name says"),
		("empty.txt", b"", "empty"),
		("large.txt", b"a" * (5 * 2**20 + 1), "larger than"),
	):
		refused = visitor.hand_in(files=[(name, content)])
		assert refused.status_code == 422 and words in refused.text, (name, refused.text[:500])
	many = visitor.hand_in(files=[(f"{number}.txt", b"text") for number in range(6)])
	assert "At most 5 files" in many.text
	fresh()
	assert (frappe.db.count("Complaint"), frappe.db.count("File")) == before


def test_the_page_is_one_answer_below_100_kb_that_loads_nothing_else(visitor):
	page = visitor.get("/complaint")
	assert len(page.content) < 100_000
	assert not re.search(r"(src|href)=[\"'](https?:)?//", page.text)
	assert "<script src" not in page.text and 'rel="stylesheet"' not in page.text
	policy = page.headers["Content-Security-Policy"]
	assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
	assert page.headers["X-Content-Type-Options"] == "nosniff"
	assert page.headers["Referrer-Policy"] == "no-referrer"


def test_a_closed_page_takes_nothing(visitor, portal_settings):
	form = visitor.form()
	portal_settings(open=0)
	assert visitor.get("/complaint").status_code == 404
	assert visitor.send_form(form).status_code == 404


def test_handing_in_costs_at_most_twice_what_an_agent_costs(monkeypatch):
	from iso10002.portal import take_in

	def statements(run) -> int:
		run()  # caches
		count = 0
		plain = frappe.db.sql

		def counting(*args, **kwargs):
			nonlocal count
			count += 1
			return plain(*args, **kwargs)

		with monkeypatch.context() as patch:
			patch.setattr(frappe.db, "sql", counting)
			run()
		return count

	def agent():
		frappe.get_doc(
			{
				"doctype": "Complaint",
				"channel": "Phone",
				"description": "It leaks.",
				"allegations": [{"allegation": "It leaks.", "category": "Defective product"}],
				"parties": [{"role": "Complainant", "full_name": "A", "email": "a@example.org"}],
			}
		).insert()

	def guest():
		tidy = take_in.clean(
			{
				"description": "It leaks.",
				"category": "Defective product",
				"name": "A",
				"email": "a@example.org",
			}
		)
		take_in.take_in(tidy, [], channel="Web form", language="en", key=unique("key"))

	by_agent = statements(agent)
	assert statements(guest) <= 2 * by_agent


# Machines and strangers


def test_a_form_needs_its_own_token_its_time_and_an_empty_trap(visitor, fresh):
	before = frappe.db.count("Complaint")
	form = visitor.form(age=0)
	assert "very fast" in visitor.send_form(form).text
	assert "very fast" in visitor.send_form(visitor.form(age=25 * 3600)).text
	assert "has to stay empty" in visitor.send_form({**visitor.form(), "website": "http://spam.example"}).text
	for token in ("", "1.2.3", visitor.form()["token"][:-1] + "x"):
		answer = visitor.send_form({**visitor.form(), "token": token})
		assert answer.status_code == 400 and "cookies" in answer.text
	stranger = Visitor()
	stranger.get("/complaint")
	assert stranger.send_form(visitor.form()).status_code == 400  # another browser's token
	fresh()
	assert frappe.db.count("Complaint") == before
	assert (
		"The lift" in visitor.send_form({**visitor.form(age=0), "description": "The lift"}).text
	)  # nothing is lost


def test_an_address_hands_in_only_so_many_complaints_an_hour(visitor, portal_settings, fresh):
	portal_settings(complaints_an_hour=2)
	assert visitor.hand_in().status_code == 200
	assert visitor.hand_in().status_code == 200
	assert visitor.hand_in().status_code == 429
	assert visitor.get("/complaint").status_code == 200


def test_a_thousand_hostile_requests_leave_nothing_behind(visitor, fresh):
	"""Straight into the application, as a web server hands them on."""
	from frappe.app import application
	from werkzeug.test import Client

	before = {doctype: frappe.db.count(doctype) for doctype in ("Complaint", "File", "Complaint Receipt")}
	files = len(list(private_files()))
	visitor.reset_limits()
	frappe.destroy()  # each request connects anew; a connection left open would hold on to what it has read
	client = Client(application)
	hostile = (
		{},
		{"description": "x", "email": "a@example.org"},
		{"description": "x" * 100_000, "token": "0.0.0"},
		{"description": "' or 1=1 --", "token": "a" * 500, "website": "x"},
		{"description": "{{ 7*7 }}", "token": "9" * 400 + ".a.b", "files": (io.BytesIO(b"MZ" * 50), "a.exe")},
		{"description": "\0\ud7ff", "token": "-1.x.y", "category": "../../etc/passwd"},
	)
	seen = set()
	for number in range(1000):
		data = {
			key: (io.BytesIO(b"MZ" * 50), "a.exe") if key == "files" else value
			for key, value in hostile[number % len(hostile)].items()
		}
		answer = client.post(
			"/complaint",
			data=data,
			headers={"Host": visitor.site, "X-Frappe-Site-Name": visitor.site},
		)
		seen.add(answer.status_code)
	frappe.init(visitor.site, sites_path=visitor.sites)
	frappe.connect()
	assert seen <= {400, 429} and 429 in seen
	assert before == {doctype: frappe.db.count(doctype) for doctype in before}
	assert files == len(list(private_files()))
	assert visitor.get("/complaint").status_code == 200
	visitor.reset_limits()


def private_files():
	from pathlib import Path

	for folder in ("private", "public"):
		yield from Path(frappe.get_site_path(folder, "files")).glob("*")
