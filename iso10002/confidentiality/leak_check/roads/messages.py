"""Comments, mentions, notifications and e-mails."""

import frappe

from iso10002.confidentiality.leak_check.people import WITHOUT_DESK, Visitor
from iso10002.confidentiality.leak_check.registry import Leak, NotApplicable, road
from iso10002.confidentiality.leak_check.world import World


@road("Mention the user in a comment", "guard: only who may see the case is mentioned", proof=False)
def mention(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	content = (
		f'<div><span class="mention" data-id="{visitor.user}" data-value="x">@x</span> {world.mark}</div>'
	)
	insider = world.cleared.web
	insider.request(
		"POST",
		"/api/method/frappe.desk.form.utils.add_comment",
		json={
			"reference_doctype": "Complaint",
			"reference_name": case,
			"content": content,
			"comment_email": world.cleared.user,
			"comment_by": "x",
		},
	)
	frappe.db.commit()
	if visitor is not world.cleared and frappe.db.exists(
		"Comment", {"reference_name": case, "content": ["like", f"%{visitor.user}%"]}
	):
		raise Leak("the comment with the mention was taken")
	visitor.get("/api/resource/Notification Log", fields=["*"], **world.recent())


@road(
	"Notifications of others, and one's own about hidden cases", "guard: rows about a case are seen with it"
)
def notification_log(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	visitor.get(f"/api/resource/Notification Log/{case.traces['Notification Log']}")
	visitor.get("/api/resource/Notification Log", fields=["*"], **world.recent())
	visitor.call("frappe.desk.doctype.notification_log.notification_log.get_notification_logs", limit=200)


@road(
	"A notification that is addressed to the user in spite of all",
	"guard: notices to who may not see the case say nothing",
	proof=False,
)
def notified(visitor: Visitor, world: World) -> None:
	if visitor.user == "Guest":
		raise NotApplicable("guests get no notifications")
	log = frappe.new_doc("Notification Log")
	log.update(
		{
			"subject": f"{world.mark} notified",
			"email_content": world.mark,
			"for_user": visitor.user,
			"from_user": world.cleared.user,
			"type": "Alert",
			"document_type": "Complaint",
			"document_name": world.case_of(visitor).name,
		}
	)
	try:
		log.insert(ignore_permissions=True)  # safe: it is what is tried, and is removed again
		frappe.db.commit()
	except frappe.PermissionError:
		frappe.db.rollback()
	visitor.get("/api/resource/Notification Log", fields=["*"], **world.recent())
	visitor.get(f"/api/resource/Notification Log/{log.name}")
	frappe.db.delete("Notification Log", {"name": log.name})
	frappe.db.commit()


@road("E-mails and calls kept with a case (Communication)", "guard: rows about a case are seen with it")
def communication(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	visitor.get(f"/api/resource/Communication/{case.traces['Communication']}")
	visitor.get("/api/resource/Communication", fields=["*"], **world.recent())
	visitor.call("frappe.desk.reportview.get", doctype="Communication", fields=["*"], page_length=100)


@road("Writing an e-mail about the case", "access rule; guard: communications", proof=False)
def write_mail(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	visitor.call(
		"frappe.core.doctype.communication.email.make",
		doctype="Complaint",
		name=case,
		recipients="x@leak-check.invalid",
		subject="x",
		content="x",
		send_email=0,
		print_html="",
		print_format="Standard",
	)
	visitor.post(
		"/api/resource/Communication",
		reference_doctype="Complaint",
		reference_name=case,
		subject="x",
		content="x",
	)
	frappe.db.commit()
	if (
		frappe.db.exists("Communication", {"reference_name": case, "owner": visitor.user})
		and visitor is not world.cleared
	):
		raise Leak("a communication was attached to the hidden case")


@road(
	"A reply from an unknown sender to a mail of the case",
	"guard: set aside for a person to decide",
	proof=False,
)
def forged_reply(visitor: Visitor, world: World) -> None:
	if visitor is world.cleared:
		return  # a colleague's mail belongs to the case
	if visitor.user != "Guest":
		raise NotApplicable("whoever sends a mail is not logged in")
	case = world.case_of(visitor).name
	mail = frappe.new_doc("Communication")
	mail.update(
		{
			"subject": "Re:",
			"content": "x",
			"sender": "stranger@leak-check.invalid",
			"communication_medium": "Email",
			"communication_type": "Communication",
			"sent_or_received": "Received",
			"reference_doctype": "Complaint",
			"reference_name": case,
		}
	)
	mail.insert(ignore_permissions=True)  # safe: as Frappe stores a mail it has fetched; removed again
	kept = mail.reference_name
	frappe.db.delete("Communication", {"name": mail.name})
	frappe.db.delete("Notification Log", {"document_name": mail.name})
	frappe.db.commit()
	if kept == case:
		raise Leak("the mail of a stranger was attached to the case")


@road(
	"The mail of an Auto Repeat tried on a case", "guard: endpoints look at what a request names", proof=False
)
def repeated_mail(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	for doctype, name, field in (
		("Complaint", case.name, "description"),
		("Communication", case.traces["Communication"], "content"),
	):
		visitor.call(
			"frappe.automation.doctype.auto_repeat.auto_repeat.generate_message_preview",
			reference_dt=doctype,
			reference_doc=name,
			message=f"{{{{ doc.{field} }}}}",
			subject="x",
		)


@road(
	"A mail that was set aside because it tells of a case",
	"access rule, asked for the case it tells of",
	proof=False,
)
def mail_set_aside(visitor: Visitor, world: World) -> None:
	mail = frappe.new_doc("Complaint Mail")
	mail.update({"state": "Set aside", "about": world.case_of(visitor).name})
	mail.update(dict.fromkeys(("subject", "content", "reason"), world.mark))
	mail.insert(ignore_permissions=True)  # safe: as the mailbox stores it; removed again
	frappe.db.commit()
	visitor.get(f"/api/resource/Complaint Mail/{mail.name}")
	visitor.get("/api/resource/Complaint Mail", fields=["*"], **world.recent())
	frappe.db.delete("Complaint Mail", {"name": mail.name})
	frappe.db.commit()


@road(
	"The timeline of a contact with whom a mail of the case was exchanged",
	"guard: mails of a case leave other timelines",
	proof=False,
)
def timeline_of_a_contact(visitor: Visitor, world: World) -> None:
	address = "contact@leak-check.invalid"
	contact = frappe.get_doc({"doctype": "Contact", "first_name": "x", "email_ids": [{"email_id": address}]})
	contact.insert(ignore_permissions=True)  # safe: removed again, as the mail
	mail = frappe.new_doc("Communication")
	mail.update(
		{"subject": world.mark, "content": world.mark, "recipients": address, "sent_or_received": "Sent"}
	)
	mail.update({"communication_medium": "Email", "reference_doctype": "Complaint"})
	mail.update({"reference_name": world.case_of(visitor).name})
	mail.insert(ignore_permissions=True)  # safe: as the mailbox stores it; removed again
	frappe.db.commit()
	asked = {"doctype": "Contact", "name": contact.name}
	visitor.get("/api/method/frappe.desk.form.load.getdoc", **asked)
	visitor.get("/api/method/frappe.desk.form.load.get_communications", **asked)
	for row in (mail, *contact.email_ids, contact):
		frappe.db.delete(row.doctype, {"name": row.name})
	frappe.db.commit()


@road("Comments of the timeline", "guard: rows about a case are seen with it", proof=False)
def comments(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	visitor.get(f"/api/resource/Comment/{case.traces['Comment']}")
	visitor.get("/api/resource/Comment", fields=["*"], **world.recent())
	visitor.get("/api/resource/Complaint", fields=["name", "_comments", "_assign", "_liked_by", "_user_tags"])
	visitor.call("frappe.website.doctype.blog_post.blog_post.get_blog_list", doctype="Complaint")


@road("Realtime: subscribing to a document", "access rule: has_permission")
def realtime(visitor: Visitor, world: World) -> None:
	if _may_subscribe(visitor, "Complaint", world.case_of(visitor).name):
		raise Leak("may subscribe to what happens to the case")


def _may_subscribe(visitor: Visitor, doctype: str, name: str = "") -> bool:
	"""Ask as the server for realtime does: Frappe 15 in one of two functions, 16 in one for both."""
	api = "/api/method/frappe.realtime"
	if visitor.get(f"{api}.has_permission", doctype=doctype, name=name).ok:
		return True
	if name:
		return visitor.get(f"{api}.can_subscribe_doc", doctype=doctype, docname=name).ok
	return visitor.get(f"{api}.can_subscribe_doctype", doctype=doctype).ok


@road("Realtime: what is announced to lists and to everybody", "documents of a case tell their own page only")
def announced(visitor: Visitor, world: World) -> None:
	from frappe.realtime import get_doc_room, get_doctype_room, get_site_room, get_user_room

	case = world.case_of(visitor)
	changed = [("Complaint", case.name), ("Complaint Party", case.documents["Complaint Party"])]
	for doctype, name in (*changed, ("Comment", case.traces["Comment"])):
		frappe.get_doc(doctype, name).notify_update()
	comment = frappe.get_doc("Comment", case.traces["Comment"])
	comment.notify_change("update")
	said = list(getattr(frappe.local, "_realtime_log", []))
	frappe.db.rollback()  # nothing is sent
	rooms = {get_user_room(visitor.user), "website"}
	if visitor.label not in WITHOUT_DESK:
		rooms.add(get_site_room())
	for doctype, name in (*changed, ("Comment", comment.name)):
		if _may_subscribe(visitor, doctype):
			rooms.add(get_doctype_room(doctype))
		if _may_subscribe(visitor, doctype, name):
			rooms.add(get_doc_room(doctype, name))
	for event, message, room in said:
		text = frappe.as_json(message)
		if room in rooms and (world.mark in text or case.name in text):
			raise Leak(f"{event} in {room}: {text[:200]}")
