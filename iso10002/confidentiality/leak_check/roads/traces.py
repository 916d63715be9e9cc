"""What Frappe keeps about a document elsewhere: tasks, versions, logs, deleted documents."""

from iso10002.confidentiality.conditions import ABOUT
from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import road
from iso10002.confidentiality.leak_check.world import World

SEEN_WITH_IT = "guard: rows about a case are seen with it"


@road("Tasks, versions, views, shares, follows, mails, logs: lists of all of them", SEEN_WITH_IT)
def trace_lists(visitor: Visitor, world: World) -> None:
	for doctype in sorted(world.case_of(visitor).traces):
		visitor.get(f"/api/resource/{doctype}", fields=["*"], **world.recent())
		visitor.call("frappe.desk.reportview.get", doctype=doctype, fields=["*"], **world.recent())


@road("The same, one by its name", SEEN_WITH_IT)
def trace_documents(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor)
	for doctype, name in (*case.traces.items(), *case.second_hand):
		visitor.get(f"/api/resource/{doctype}/{name}")
		visitor.get("/api/method/frappe.desk.form.load.getdoc", doctype=doctype, name=name)
		visitor.get("/api/method/frappe.client.get_value", doctype=doctype, fieldname="*", filters=name)


@road("The same, counted with a filter for the case", SEEN_WITH_IT, proof=False)
def trace_counts(visitor: Visitor, world: World) -> None:
	from iso10002.confidentiality.leak_check.roads.counting import _expect_nothing

	case = world.case_of(visitor)
	for doctype in case.traces:
		filters = [[doctype, ABOUT[doctype][1], "=", case.name]]
		if visitor is world.cleared:
			continue
		_expect_nothing(visitor, "frappe.desk.reportview.get_count", {"doctype": doctype, "filters": filters})
		_expect_nothing(visitor, "frappe.client.get_count", {"doctype": doctype, "filters": filters})


@road(
	"The page of a report somebody printed, in the log of it",
	"guard: of who may see cases, the log keeps no page",
	proof=False,
)
def printed_page(visitor: Visitor, world: World) -> None:
	method = "frappe.core.doctype.access_log.access_log.make_access_log"
	world.cleared.call(method, report_name="Complaint Register", page=f"<p>{world.mark}</p>")
	if visitor is not world.cleared:
		visitor.get("/api/resource/Access Log", fields=["*"], **world.recent())


@road("What a job that submits a document failed with", "guard: endpoints")
def submissions(visitor: Visitor, world: World) -> None:
	module = "frappe.core.doctype.submission_queue.submission_queue"
	visitor.call(f"{module}.get_latest_submissions", doctype="Complaint", docname=world.case_of(visitor).name)


@road("Restoring or reading deleted documents", SEEN_WITH_IT, proof=False)
def deleted(visitor: Visitor, world: World) -> None:
	name = world.case_of(visitor).traces["Deleted Document"]
	visitor.get(f"/api/resource/Deleted Document/{name}")
	visitor.call("frappe.core.doctype.deleted_document.deleted_document.restore", name=name)


@road("Activity, time lines of the desk and the user's page", SEEN_WITH_IT, proof=False)
def activity(visitor: Visitor, world: World) -> None:
	user = world.cleared.user
	visitor.call(
		"frappe.desk.page.user_profile.user_profile.get_energy_points_list", start=0, limit=100, user=user
	)
	visitor.call("frappe.desk.page.activity.activity.get_feed", start=0, page_length=200)
	visitor.call("frappe.desk.notifications.get_notifications")
	visitor.call("frappe.desk.notifications.get_notification_info")
	visitor.call("frappe.desk.form.load.get_user_info_for_viewers", users=[user])


@road(
	"Workflow: actions, transitions, approval of many",
	"access rule; guard: rows about a case are seen with it",
	proof=False,
)
def workflow(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	visitor.call("frappe.model.workflow.get_transitions", doc={"doctype": "Complaint", "name": case})
	visitor.call(
		"frappe.model.workflow.bulk_workflow_approval", docnames=[case], doctype="Complaint", action="Close"
	)
	visitor.call(
		"frappe.model.workflow.apply_workflow", doc={"doctype": "Complaint", "name": case}, action="Close"
	)
	visitor.get(
		"/api/method/frappe.workflow.doctype.workflow_action.workflow_action.apply_action",
		action="Close",
		doctype="Complaint",
		docname=case,
		current_state="Investigating",
	)
