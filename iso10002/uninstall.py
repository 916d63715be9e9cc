"""The mirror image of install: nothing of the app stays behind on the site."""

import frappe

from iso10002.integrations import hosts
from iso10002.setup.desk import remove_desk
from iso10002.setup.document_workflows import remove_document_workflows
from iso10002.setup.letters import remove_letters
from iso10002.setup.mailed_report import remove_mailed_reports
from iso10002.setup.roles import remove_roles
from iso10002.setup.workflow import remove_workflow


def before_uninstall() -> None:
	"""Delete the workflows, the board, the filters and what is beside hosts while their DocTypes still exist."""
	hosts.disconnect()
	remove_workflow()
	remove_document_workflows()
	remove_desk()
	remove_mailed_reports()


def after_uninstall() -> None:
	"""Delete templates, roles, counters and scheduled jobs."""
	remove_letters()
	remove_roles()
	counter = frappe.qb.DocType("Series")
	frappe.qb.from_(counter).delete().where(counter.name.like("CMP-%") | counter.name.like("DEMO-%")).run()
	job = frappe.qb.DocType("Scheduled Job Type")
	frappe.qb.from_(job).delete().where(job.method.like("iso10002.%")).run()
	frappe.db.commit()  # Frappe commits before this hook, not after it
