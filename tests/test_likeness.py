"""Cases that may be the same are found while a new one is typed, among those the user may see."""

import frappe
from factories import acting_as, make_complaint, make_party, unique, user_of

from iso10002.handling.likeness import like


def test_the_same_person_order_or_words_are_found_with_the_reason():
	email, number = f"{unique('l')}@example.org", unique("ORD")
	case = make_complaint(
		product_reference=number, description="The escalator squeaked unbearably yesterday."
	).name
	make_party(case, email=email, phone="+995 32 111", full_name="Lali Unique-Name")
	with acting_as(user_of("handler")):
		assert [row["name"] for row in like(email=email)] == [case]
		assert "same e-mail" in like(email=email)[0]["why"]
		assert [row["name"] for row in like(number=number)] == [case]
		found = like(email=email, number=number, words="An escalator that squeaked unbearably")
		assert "similar words" in found[0]["why"] and "same number" in found[0]["why"]
		assert like(email="x", words="it was so", number="1") == [] and like() == []


def test_what_the_user_may_not_see_is_not_found(http):
	email = f"{unique('l')}@example.org"
	case = make_complaint().name
	make_party(case, email=email)
	with acting_as(user_of("intake")):
		assert like(email=email) == []  # recorded by somebody else
	for user in ("Guest", user_of("executive")):
		answer = http(user).get("/api/method/iso10002.handling.likeness.like", params={"email": email})
		assert answer.status_code in (403, 417)  # early versions of Frappe say 417
	assert frappe.db.exists("Complaint", case)
