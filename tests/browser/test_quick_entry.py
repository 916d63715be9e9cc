"""Recording on the phone: what may be the same case is shown while typing, and then what to tell the complainant."""

import frappe
from factories import make_complaint, make_party, unique, user_of
from playwright.sync_api import expect


def test_likeness_is_shown_while_typing_and_what_to_tell_after_saving(people):
	email = f"{unique('q')}@example.org"
	case = make_complaint(as_user=user_of("handler")).name
	make_party(case, email=email)
	frappe.db.commit()
	handler = people("handler").new()
	handler.fill({"email": email})
	hint = handler.page.locator(".iso-likeness")
	expect(hint).to_contain_text(case)
	expect(hint).to_contain_text("same e-mail address")
	handler.fill({"channel": "Phone", "full_name": "Quick Caller", "description": "The parcel is late."})
	handler.picture("quick-entry-likeness")
	handler.save()
	expect(hint).to_contain_text("What to tell the complainant")
	expect(hint).to_contain_text(handler.name)
	expect(hint).to_contain_text("You will have our answer by")
	handler.picture("quick-entry-told")
	hint.get_by_role("button", name="New receipt code").click()
	handler.page.locator(".modal.show .btn-primary:visible").click()
	expect(handler.page.locator(".msgprint:visible")).to_contain_text("-")
