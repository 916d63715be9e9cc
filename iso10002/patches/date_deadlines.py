"""Deadlines from before each said at which of its due times figures count it."""

import frappe
from frappe.query_builder.functions import Coalesce


def execute() -> None:
	"""Enter the first due time it missed, else the last one; what is entered already stays."""
	clock = frappe.qb.DocType("Complaint Clock")
	(
		frappe.qb.update(clock)
		.set(clock.counts_on, Coalesce(clock.breached_on, clock.due_on))
		.where(clock.counts_on.isnull())
		.where(clock.due_on.isnotnull())
		.run()
	)
