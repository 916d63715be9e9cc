"""The form of a complaint as a person uses it: open, fill in, press buttons. Waits for what is seen, not for times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

OPEN_DIALOG = ".modal.show .modal-dialog:visible"


class CasePage:
	"""One person's page with the form of one complaint."""

	def __init__(self, page: Page, pictures: Path | None = None):
		self.page, self.pictures = page, pictures
		self.errors: list[str] = []
		page.on("pageerror", lambda error: self.errors.append(str(error)))
		page.on("dialog", self._alerted)

	def _alerted(self, dialog: Any) -> None:
		self.errors.append(f"{dialog.type}: {dialog.message}")
		dialog.dismiss()

	# Where we are

	def open(self, case: str) -> CasePage:
		self.page.goto(f"/app/complaint/{case}")
		expect(self.panel).to_be_visible()
		self.settle()
		return self

	def new(self) -> CasePage:
		self.page.goto("/app/complaint/new")
		expect(self.field("full_name").locator("input")).to_be_visible()
		self.settle()
		return self

	@property
	def panel(self) -> Locator:
		return self.page.locator(".iso-panel:visible")

	@property
	def dialog(self) -> Locator:
		return self.page.locator(OPEN_DIALOG).last

	@property
	def name(self) -> str:
		return self.page.evaluate("cur_frm.doc.name")

	def value(self, fieldname: str) -> Any:
		return self.page.evaluate("field => cur_frm.doc[field]", fieldname)

	def settle(self) -> None:
		settle(self.page)

	def picture(self, name: str, full: bool = False) -> None:
		if self.pictures:
			self.page.wait_for_timeout(400)  # let dialogs finish sliding in
			self.page.screenshot(path=self.pictures / f"{name}.png", full_page=full)

	# Filling in

	def field(self, fieldname: str, within: Locator | None = None) -> Locator:
		where = within or self.page.locator("#page-Complaint")
		return where.locator(f'.frappe-control[data-fieldname="{fieldname}"]').first

	def fill(self, values: dict[str, str], within: Locator | None = None) -> None:
		for fieldname, value in values.items():
			fill(self.field(fieldname, within), value)

	def tab(self, label: str) -> None:
		self.page.locator(".form-tabs .nav-link:visible", has_text=label).click()

	def save(self) -> None:
		save(self.page)

	# Steps

	def press(self, action: str) -> None:
		"""Press the button of a step; one of the less frequent ones is behind a menu."""
		button = self.panel.locator(f'.iso-step[data-action="{action}"]')
		if button.evaluate("element => element.classList.contains('dropdown-item')"):
			self.panel.locator(".iso-more > button").click()
		button.click()

	def confirm(self) -> None:
		self.dialog.locator(".btn-primary:visible").click()

	def take(self, action: str, picture: str | None = None, **values: str) -> None:
		"""Take a step through its dialog, and wait for the case as it is after it."""
		before = self.value("modified")
		self.press(action)
		expect(self.dialog).to_be_visible()
		self.fill(values, self.dialog)
		if picture:
			self.picture(picture)
		self.confirm()
		self.page.wait_for_function("before => cur_frm.doc.modified !== before", arg=before)
		self.settle()

	def cancel(self) -> None:
		"""Leave the dialog by the key for it; in a link field, the key closes the list of choices first."""
		for _ in range(4):
			self.page.wait_for_timeout(400)  # while it slides in, Bootstrap ignores the key
			if not self.page.locator(".modal.show").count():
				break
			self.page.keyboard.press("Escape")
		expect(self.page.locator(".modal.show")).to_have_count(0)

	def expect_stage(self, stage: str) -> None:
		expect(self.panel.locator(".iso-now .iso-point-name")).to_have_text(stage)

	def open_items(self) -> list[str]:
		return self.panel.locator(".iso-open a").all_inner_texts()

	def menu(self, label: str) -> None:
		"""Choose something from the menu of the form."""
		self.page.locator("#page-Complaint .menu-btn-group > button").click()
		self.page.locator("#page-Complaint .menu-btn-group .dropdown-menu:visible").get_by_text(label).click()

	def message(self) -> Locator:
		return self.page.locator(".msgprint-dialog.show .msgprint, .modal.show .msgprint").last

	def close_message(self) -> None:
		self.page.locator(
			".msgprint-dialog.show .btn-modal-close, .modal.show:has(.msgprint) .btn-modal-close"
		).last.click()


def settle(page: Page) -> None:
	"""Wait until the page has no request under way and nothing covers it."""
	page.wait_for_function("window.frappe && frappe.request && frappe.request.ajax_count === 0")
	page.wait_for_function("!document.querySelector('#freeze')")


def save(page: Page) -> None:
	page.keyboard.press("Control+s")
	page.wait_for_function("!cur_frm.is_new() && !cur_frm.is_dirty()")
	settle(page)


def fill(control: Locator, value: str) -> None:
	kind = control.get_attribute("data-fieldtype")
	if kind == "Select":
		control.locator("select").select_option(value)
	elif kind == "Check":
		control.locator("input").first.set_checked(bool(value))
	elif kind == "Link":
		choose(control, value)
	elif kind == "Text Editor":
		control.locator(".ql-editor").fill(value)
	else:
		box = control.locator("input, textarea").first
		box.fill(value)
		box.press("Tab")


def choose(control: Locator, value: str) -> None:
	"""Type into a link field and take what it offers; the field has its value once Frappe has looked it up."""
	box = control.locator("input").first
	box.click()
	box.fill(value)
	option = control.locator(".awesomplete ul > *", has_text=value).first
	option.click()
	settle(control.page)
