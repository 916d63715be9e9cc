"""Protected identities: masked on every road, opened for a purpose by who is cleared, and logged."""

import frappe
import pytest
from factories import acting_as, complaint_in, make_access, make_complaint, make_party, make_user, user_of
from over_http import assert_refused, words

from iso10002 import roles
from iso10002.confidentiality import access_log, identity
from iso10002.confidentiality.rule import may_see
from iso10002.handling import letters

SECRET = {
	"full_name": "Ottilie Vanterpool",
	"email": "ottilie.vanterpool@example.org",
	"phone": "+49 30 774411",
	"city": "Oberwinter",
}


def protected(case: str | None = None, **overrides):
	return make_party(case or make_complaint().name, identity="Confidential", **{**SECRET, **overrides})


def in_database(word: str) -> set[str]:
	"""Return the DocTypes in whose rows a word stands, of those readers of a case get to see."""
	found = set()
	for doctype in ("Complaint", "Complaint Party", "Complaint Event", "Version", "Comment", "Communication"):
		for row in frappe.get_all(doctype, fields=["*"], order_by="creation desc", limit=300):
			if word in str(row):
				found.add(doctype)
	return found


def test_a_protected_party_says_its_role_and_nothing_else():
	party = protected()
	party.reload()
	assert party.full_name == "Complainant"
	assert not any(party.get(field) for field in identity.IDENTIFYING if field != "full_name")
	assert not any(in_database(word) for word in SECRET.values())
	assert identity.stored(party.name)["email"] == SECRET["email"]


def test_protecting_later_takes_the_name_out_of_the_versions_too():
	party = make_party(make_complaint().name, **SECRET)
	party.update({"full_name": "Ottilie Vanterpool-Ros"}).save()
	assert "Version" in in_database("Vanterpool-Ros")
	party.update({"identity": "Confidential"}).save()
	assert not in_database("Vanterpool")
	assert identity.stored(party.name)["full_name"] == "Ottilie Vanterpool-Ros"


def test_protecting_later_blacks_the_name_out_of_the_letters_in_the_journal(http):
	case = complaint_in("Acknowledged")
	party = make_party(case, **{**SECRET, "full_name": "Ottilie O'Vanterpool"})
	other = make_party(case, role="Witness", full_name="Wilma")
	with acting_as(user_of("handler")):
		letter = letters.draft(case, "Acknowledgement")
		said = f"{letter['message']}<p>Mrs O&apos;Vanterpool, we wrote to {SECRET['email']}. Wilma</p>"
		letters.keep_printed(case, "Acknowledgement", letter["subject"], said)
	other.update({"identity": "Confidential"}).save()  # a letter to somebody else stays as it was sent
	assert "Wilma" in journal(case) and "Vanterpool" in journal(case)
	party.reload()
	party.update({"identity": "Confidential"}).save()
	frappe.db.commit()
	outside = http(make_user(roles.HANDLER, email="test-handler-outside@example.com").name)
	filters = frappe.as_json({"complaint": case, "event": "Contact"})
	asked = {"fields": '["remark", "details"]', "filters": filters}
	shown = outside.get("/api/resource/Complaint Event", params=asked).text
	assert "Wilma" in shown
	for word in ("Vanterpool", "Ottilie", SECRET["email"]):
		assert word not in shown


def journal(case: str) -> str:
	return str(
		frappe.get_all("Complaint Event", {"complaint": case, "event": "Contact"}, ["remark", "details"])
	)


def test_saving_a_protected_party_again_keeps_what_is_known_and_takes_what_is_new():
	party = protected()
	doc = frappe.get_doc("Complaint Party", party.name)
	doc.update({"assistance_needed": "Large print", "phone": "+49 30 1"}).save()
	stored = identity.stored(party.name)
	assert (stored["full_name"], stored["phone"]) == (SECRET["full_name"], "+49 30 1")
	assert not frappe.db.get_value("Complaint Party", party.name, "phone")


def test_an_anonymous_complainant_has_no_name_but_may_be_reached():
	case = make_complaint().name
	with pytest.raises(identity.IdentityError, match="somebody anonymous"):
		make_party(case, **{**SECRET, "identity": "Anonymous"})
	party = make_party(case, identity="Anonymous", full_name=None, email=SECRET["email"])
	assert identity.stored(party.name)["email"] == SECRET["email"]
	later = make_party(case, role="Witness", **SECRET)
	later.update({"identity": "Anonymous"}).save()
	stored = identity.stored(later.name)
	assert stored["phone"] == SECRET["phone"] and not stored["full_name"]
	assert not in_database("Ottilie")


def test_revealing_needs_clearance_and_a_purpose_and_is_logged():
	party = protected()
	case, outsider = party.complaint, make_user(roles.HANDLER).name
	with acting_as(outsider), pytest.raises(frappe.PermissionError, match="given to"):
		identity.reveal(party.name, "To write the answer")
	for kind in ("intake", "executive", "auditor"):
		with acting_as(user_of(kind)), pytest.raises(frappe.PermissionError):
			identity.reveal(party.name, "To write the answer")
	make_access(case, user=outsider, capacity="Expert")
	with acting_as(outsider):
		for purpose in ("", "  ", "x", None, {"a": 1}):
			with pytest.raises(identity.IdentityError, match="Purpose"):
				identity.reveal(party.name, purpose)
		assert identity.reveal(party.name, "To write the answer") == SECRET
	row = frappe.get_last_doc("Complaint Access Log", {"complaint": case, "action": "Revealed"})
	assert (row.user, row.purpose, row.document) == (outsider, "To write the answer", party.name)


def test_an_identity_is_opened_for_all_only_with_consent():
	party = protected()
	with acting_as(user_of("manager")):
		with pytest.raises(identity.IdentityError, match="Open identity"):
			frappe.get_doc("Complaint Party", party.name).update({"identity": "Open"}).save()
		with pytest.raises(identity.IdentityError, match="Consent"):
			identity.open_identity(party.name, "The complainant agreed.")
		doc = frappe.get_doc("Complaint Party", party.name)
		with pytest.raises(frappe.ValidationError, match="Agreed on"):
			doc.update({"consent_to_disclose": 1, "consent_on": None}).save()
		doc.reload()
		doc.update(
			{"consent_to_disclose": 1, "consent_on": frappe.utils.nowdate(), "consent_scope": "The dealer"}
		)
		doc.save()
		identity.open_identity(party.name, "The complainant agreed.")
	doc.reload()
	assert (doc.full_name, doc.email) == (SECRET["full_name"], SECRET["email"])
	assert not frappe.db.exists("Complaint Identity", party.name)
	assert frappe.get_last_doc("Complaint Event", {"complaint": doc.complaint}).event == "Identity Opened"


def test_a_protected_person_complained_about_still_does_not_see_the_case():
	clerk = make_user(roles.HANDLER, roles.MANAGER).name
	for way in ({"email": clerk}, {"email": None, "linked_doctype": "User", "linked_name": clerk}):
		case = make_complaint().name
		assert may_see(clerk, case)
		party = make_party(case, role="Person complained about", identity="Confidential", **way)
		assert not may_see(clerk, case)
		assert frappe.db.get_value("Complaint Party", party.name, "full_name") == "Person complained about"
		with pytest.raises(frappe.ValidationError, match="complained about"):
			frappe.get_doc("Complaint", case).update({"handler": clerk}).save()


def test_a_letter_reaches_a_protected_complainant_without_showing_the_address(monkeypatch):
	monkeypatch.setitem(frappe.local.conf, "mail_server", "127.0.0.1")  # mails are queued, nothing connects
	monkeypatch.setitem(frappe.local.conf, "mail_login", "office@example.com")
	frappe.local.outgoing_email_account = {}
	case = complaint_in("Acknowledged")
	protected(case)
	with acting_as(user_of("handler")):
		draft = letters.draft(case, "Acknowledgement")
		assert not any(word in str(draft) for word in SECRET.values())
		assert "protected" in draft["recipient"]
		letters.send(case, "Update", "News", "We are looking into it.")
	queued = frappe.get_last_doc("Email Queue")
	assert [row.recipient for row in queued.recipients] == [SECRET["email"]]
	assert frappe.db.exists("Complaint Access Log", {"complaint": case, "action": access_log.MAILED})


def test_nobody_reads_the_vault():
	party = protected()
	for kind in ("handler", "manager", "privacy"):
		with acting_as(user_of(kind)):
			assert not frappe.has_permission("Complaint Identity", "read", doc=party.name)
			with pytest.raises(frappe.PermissionError):
				frappe.get_list("Complaint Identity")
	with pytest.raises(frappe.ValidationError, match="with its party"):
		frappe.get_doc("Complaint Identity", party.name).update({"email": None}).save()


def test_over_http_only_reveal_tells_who_it_is(http, fresh):
	case = complaint_in("Assessed")
	party = protected(case)
	fresh()
	session = http(user_of("investigator"))
	base = "/api/resource/Complaint Party"
	assert session.get(f"{base}/{party.name}").ok
	for road in (
		f"{base}/{party.name}",
		f'{base}?filters=[["complaint","=","{case}"]]&fields=["*"]',
		f'{base}?filters=[["email","like","ottilie%"]]',
		f"/api/resource/Complaint/{case}",
		f"/api/method/frappe.desk.form.load.getdoc?doctype=Complaint&name={case}",
		f"/api/resource/Complaint Identity/{party.name}",
		f"/printview?doctype=Complaint Party&name={party.name}",
		f"/api/method/iso10002.handling.search.parties?doctype=Complaint Party&txt=Otti&searchfield=name&start=0"
		f'&page_len=20&filters={{"complaint":"{case}"}}',
	):
		answer = session.get(road)
		shown = answer.text.replace(str(answer.request.url), "")
		assert not any(word in shown for word in SECRET.values()), (road, words(answer))
	assert not session.get(f'{base}?filters=[["email","like","ottilie%"]]').json()["data"]
	method = "/api/method/iso10002.confidentiality.identity.reveal"
	assert_refused(
		session.post(method, json={"party": party.name, "purpose": "To see"}), "given to", status=403
	)
	handler = http(user_of("handler"))
	assert_refused(handler.post(method, json={"party": party.name, "purpose": ""}), "Purpose")
	assert_refused(handler.get(method, params={"party": party.name, "purpose": "To call"}), status=403)
	found = handler.post(method, json={"party": party.name, "purpose": "To call about the parcel"})
	assert found.json()["message"] == SECRET
	fresh()
	log = frappe.get_all(
		"Complaint Access Log", {"complaint": case, "document": party.name}, ["action", "user", "purpose"]
	)
	assert {"action": "Revealed", "user": handler.user, "purpose": "To call about the parcel"} in log
	refused = frappe.get_all("Complaint Access Log", {"complaint": case, "action": "Refused"}, pluck="user")
	assert session.user in refused
