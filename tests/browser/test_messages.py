"""Writing to the complainant from the case, and what the survey says, as people click through it."""

import frappe
from factories import complaint_in, unique, user_of
from playwright.sync_api import expect

from iso10002.handling import stages as stage
from iso10002.portal import status


def test_a_handler_writes_to_the_complainant_with_a_file_of_the_case(people, fresh):
	case = complaint_in(stage.ACKNOWLEDGED)
	for name in ("bill.txt", "notes.txt"):
		file = frappe.get_doc({"doctype": "File", "file_name": name, "content": unique(), "is_private": 1})
		file.update({"attached_to_doctype": "Complaint", "attached_to_name": case}).insert()
	frappe.db.commit()
	handler = people("handler").open(case)
	handler.menu("Write to the complainant")
	handler.fill({"text": "Here is the bill."}, handler.dialog)
	handler.dialog.get_by_label("bill.txt").check()
	handler.dialog.get_by_role("button", name="Attach another file").click()
	chooser = handler.page.locator(".file-uploader")
	expect(chooser).to_be_visible()
	chooser.locator("input[type=file]").set_input_files(
		{"name": "receipt.txt", "mimeType": "text/plain", "buffer": b"the receipt"}
	)
	handler.page.locator(".modal.show:has(.file-uploader) .btn-modal-primary").click()
	expect(chooser).to_have_count(0)
	expect(handler.dialog.get_by_label("receipt.txt")).to_be_checked()
	expect(handler.dialog.get_by_label("bill.txt")).to_be_checked()
	handler.picture("message-with-files")
	handler.confirm()
	history = handler.page.locator(".iso-event", has_text="Here is the bill.")
	handler.tab("History")
	expect(history.get_by_role("link", name="bill.txt")).to_be_visible()
	handler.picture("message-in-history")
	fresh()
	(message,) = status.view(case)["messages"]
	assert sorted(file["name"] for file in message["files"]) == ["bill.txt", "receipt.txt"]


def test_a_manager_reads_means_and_words_of_the_survey(desk, site, screenshots):
	page = desk(user_of("manager"), viewport=(1366, 900))
	page.goto("/app/query-report/Complaint Satisfaction")
	page.get_by_role("button", name="Means and words").click()
	said = page.locator(".modal.show .msgprint")
	expect(said).to_contain_text("Complainant")
	page.wait_for_timeout(400)
	page.screenshot(path=screenshots / "survey-means.png")
