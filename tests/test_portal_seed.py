"""What a new site starts with on the complainant's side, and that it stays the admin's."""

import frappe

from iso10002.portal.languages import LANGUAGES
from iso10002.setup import masters
from iso10002.setup.portal import VISITORS_WORDS, WEB_CHANNEL, seed_portal


def test_every_seeded_category_has_words_a_visitor_would_use():
	names = [name for group, leaves in masters.CATEGORIES.items() for name in (group, *leaves)]
	assert set(VISITORS_WORDS) == set(names)
	assert len(set(VISITORS_WORDS.values())) == len(names)
	assert (
		frappe.db.get_value("Complaint Category", "Late delivery", "public_name")
		== VISITORS_WORDS["Late delivery"]
	)


def test_a_new_site_can_take_in_complaints_and_keeps_what_the_admin_chose(monkeypatch):
	frappe.db.delete("Singles", {"doctype": "Complaint Portal Settings"})
	frappe.clear_document_cache("Complaint Portal Settings", "Complaint Portal Settings")
	seed_portal()
	settings = frappe.get_doc("Complaint Portal Settings")
	assert (settings.web_channel, settings.most_files, settings.open) == (WEB_CHANNEL, 5, 1)
	assert not settings.figures and not settings.survey and not settings.mail_with_substance
	settings.update({"open": 0, "most_files": 2})
	settings.save()
	seed_portal()
	settings.reload()
	assert (settings.open, settings.most_files) == (0, 2)
	frappe.db.rollback()
	frappe.clear_document_cache("Complaint Portal Settings", "Complaint Portal Settings")
	assert all(frappe.db.exists("Language", code) for code in LANGUAGES)


def test_a_site_whose_admin_has_no_channel_left_still_migrates():
	frappe.db.delete("Complaint Channel")
	frappe.db.delete("Singles", {"doctype": "Complaint Portal Settings"})
	frappe.clear_document_cache("Complaint Portal Settings", "Complaint Portal Settings")
	seed_portal()
	assert frappe.get_doc("Complaint Portal Settings").web_channel == WEB_CHANNEL
	frappe.db.rollback()
	frappe.clear_document_cache("Complaint Portal Settings", "Complaint Portal Settings")
