"""Where Helpdesk keeps what was said in a ticket, and how a ticket is closed to a team."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr

TEXTS = (
	"subject",
	"description",
	"resolution_details",
	"feedback_extra",
	"summary",
	"raised_by",
	"contact",
	"customer",
)


def with_copies(ticket: Document) -> list[Document]:
	"""Return the ticket and those that were merged into it: Helpdesk copies what they say."""
	merged = frappe.get_all("HD Ticket", {"merged_with": ticket.name}, pluck="name")
	return [ticket, *(frappe.get_doc("HD Ticket", name) for name in merged)]


def words(ticket: Document) -> list[tuple[str, str]]:
	"""Return what the ticket says, each with a label: its texts, whoever wrote, and the notes of agents."""
	said = [(ticket.meta.get_label(field), ticket.get(field)) for field in TEXTS if ticket.get(field)]
	notes = frappe.get_all(
		"HD Ticket Comment",
		{"reference_ticket": ticket.name},
		["creation", "commented_by", "content"],
		order_by="creation",
	)
	return said + [(f"{row.creation} {row.commented_by}", row.content) for row in notes]


def empty(ticket: Document) -> None:
	"""Leave a neutral line in the ticket; its number, status, team and times stay."""
	line = _("This request is handled elsewhere.")
	values = {
		**dict.fromkeys(TEXTS),
		"raised_by": "",  # Helpdesk's page breaks without any value
		"subject": line,
		"description": f"<p>{line}</p>",
		"_user_tags": None,
		"_comments": None,
	}
	frappe.db.set_value("HD Ticket", ticket.name, values, update_modified=False)
	frappe.db.delete("HD Ticket Comment", {"reference_ticket": ticket.name})
	frappe.db.delete("HD Notification", {"reference_ticket": ticket.name})
	frappe.db.delete("HD Ticket Activity", {"ticket": ticket.name, "action": ["like", "set contact%"]})
	frappe.db.set_value(
		"ToDo", {"reference_type": "HD Ticket", "reference_name": cstr(ticket.name)}, "description", line
	)
	_forget_in_search(ticket)


def can_be_closed(ticket: Document, team: str | None) -> bool:
	"""Whether only a team would read the ticket: Helpdesk restricts tickets by team, and this one sees no others."""
	restricts = frappe.db.get_single_value("HD Settings", "restrict_tickets_by_agent_group")
	return bool(restricts and team and ticket.doctype == "HD Ticket" and frappe.db.exists("HD Team", team))


def close_to_team(ticket: Document, team: str) -> None:
	"""Give the ticket to a team and to nobody else."""
	frappe.db.set_value(
		"HD Ticket", ticket.name, {"agent_group": team, "_assign": None}, update_modified=False
	)
	todo = {"reference_type": "HD Ticket", "reference_name": cstr(ticket.name), "status": "Open"}
	frappe.db.set_value("ToDo", todo, "status", "Cancelled")
	frappe.db.delete("DocShare", {"share_doctype": "HD Ticket", "share_name": cstr(ticket.name)})
	frappe.clear_document_cache("HD Ticket", ticket.name)


def _forget_in_search(ticket: Document) -> None:
	"""Have the index of Helpdesk's search made anew from what the ticket says now."""
	try:
		from frappe.search.sqlite_search import update_doc_index
	except ImportError:  # early versions of Frappe 15 have no such index
		return
	update_doc_index(frappe.get_doc("HD Ticket", ticket.name))
