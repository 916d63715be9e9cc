import frappe
from frappe.query_builder.functions import Count

from iso10002.confidentiality import grants

DECLARED, LIFTED = "Conflict Declared", "Conflict Lifted"


def execute() -> None:
	"""Write the row of Complaint Access for each declared conflict of interest that was not lifted since.

	The access rule read the journal for them before, and reads these rows alone now.
	"""
	event, later = frappe.qb.DocType("Complaint Event"), frappe.qb.DocType("Complaint Event").as_("later")
	is_lifting = (later.event == LIFTED) & (later.about_user == event.user)
	is_later = (later.complaint == event.complaint) & (later.creation >= event.creation)
	standing = (
		frappe.qb.from_(event)
		.left_join(later)
		.on(is_lifting & is_later)
		.select(event.complaint, event.user)
		.where(event.event == DECLARED)
		.groupby(event.complaint, event.user, event.name)
		.having(Count(later.name) == 0)
	)
	for complaint, user in sorted(set(standing.run())):
		is_there = frappe.db.exists("User", user)  # else there is nobody to hide the case from
		if is_there and user not in grants.declared_conflicts(complaint):
			grants.deny_for_conflict(complaint, user)
