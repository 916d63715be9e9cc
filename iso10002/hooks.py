from iso10002.confidentiality.conditions import ABOUT as _ABOUT
from iso10002.confidentiality.rule import CASE_DOCTYPES as _CASE_DOCTYPES
from iso10002.integrations.kinds import PERSONS as _PERSONS
from iso10002.integrations.kinds import SOURCES as _SOURCES
from iso10002.integrations.kinds import TICKETS as _TICKETS

app_name = "iso10002"
app_title = "ISO 10002"
app_publisher = "iso10002 contributors"
app_description = "Complaint handling after ISO 10002:2018 for any Frappe site"
app_email = "hello@iso10002.example"
app_license = "MIT"

before_install = "iso10002.install.before_install"
after_install = "iso10002.install.after_install"
before_uninstall = "iso10002.uninstall.before_uninstall"
after_uninstall = "iso10002.uninstall.after_uninstall"

# ERPNext and Helpdesk may come and go at any time
after_app_install = "iso10002.integrations.hosts.arrived"
before_app_uninstall = "iso10002.integrations.hosts.leaving"
after_migrate = "iso10002.integrations.hosts.connect"
extend_bootinfo = "iso10002.integrations.hosts.tell_desk"

add_to_apps_screen = [
	{
		"name": "iso10002",
		"logo": "/assets/iso10002/images/logo.svg",
		"title": "ISO 10002",
		"route": "/app/iso-10002",
		"has_permission": "iso10002.handling.queue.may_use_app",
	}
]

doctype_js = {
	"Complaint": [
		f"public/js/complaint/{name}.js"
		for name in (
			"common",
			"icons",
			"panel",
			"steps",
			"points",
			"remedies",
			"intake",
			"source",
			"parties",
			"confidentiality",
			"corrections",
			"handover",
			"deadlines",
			"documents",
			"letters",
			"portal",
			"likeness",
			"improvements",
			"timeline",
		)
	]
}

override_doctype_class = {
	"Access Log": "iso10002.confidentiality.guards.pages.AccessLogWithoutPages",
	"Assignment Rule": "iso10002.handling.assignment_rule.CaseAssignmentRule",
	"Personal Data Deletion Request": "iso10002.confidentiality.personal_requests.DeletionUnlessHeld",
	"Personal Data Download Request": "iso10002.confidentiality.personal_requests.DownloadWithoutCases",
}

# Frappe 16; in 15 a has_permission hook does it
extend_doctype_class = {
	"Notification": ["iso10002.confidentiality.guards.previews.TriedNotification"],
	"Webhook": ["iso10002.confidentiality.guards.previews.TriedWebhook"],
}

# What print formats may call, beside what Frappe gives them.
jinja = {
	"methods": [
		"iso10002.handling.papers.iso10002_letter",
		"iso10002.handling.papers.iso10002_case_paper",
		"iso10002.analytics.pack_files.iso10002_management_paper",
	]
}

permission_query_conditions = {
	"Complaint": "iso10002.confidentiality.rule.case_condition",
	**{
		doctype: f"iso10002.confidentiality.conditions.{name}_condition"
		for doctype, name in {
			"Complaint Allegation": "allegation",
			"Complaint Remedy": "remedy",
			"Complaint Party": "party",
			"Complaint Access": "access_row",
			"Complaint Access Log": "log",
			"Complaint Identity": "identity",
			"Complaint Event": "event",
			"Complaint Clock": "clock",
			"Complaint Clock Notice": "clock_notice",
			"Complaint Investigation": "investigation",
			"Complaint Investigation Step": "step",
			"Complaint Inquiry": "inquiry",
			"Complaint Interview": "interview",
			"Complaint Investigation Evidence": "relied_evidence",
			"Complaint Finding": "finding",
			"Complaint Investigation Cause": "cause",
			"Complaint Review": "review",
			"Complaint Referral": "referral",
			"Complaint Evidence": "evidence",
			"Complaint Survey": "survey",
			"Complaint Receipt": "receipt",
			# rows of Frappe about a case; all others stay as they are
			"Communication": "communication",
			"Comment": "comment",
			"File": "file",
			"ToDo": "todo",
			"Version": "version",
			"Notification Log": "notification_log",
			"Tag Link": "tag_link",
			"View Log": "view_log",
			"Document Follow": "document_follow",
			"DocShare": "docshare",
			"Document Share Key": "share_key",
			"Workflow Action": "workflow_action",
			"Activity Log": "activity_log",
			"Access Log": "access_log",
			"Deleted Document": "deleted_document",
			"Email Queue": "email_queue",
			"Email Unsubscribe": "unsubscribe",
			"Energy Point Log": "energy_point",
			"Error Log": "error_log",
			"Integration Request": "integration_request",
			"Milestone": "milestone",
			"Submission Queue": "submission",
			"Communication Link": "communication_link",
			"Email Queue Recipient": "email_recipient",
			"Prepared Report": "prepared_report",
		}.items()
	},
	"Complaint Disposal": "iso10002.confidentiality.retention.disposal_condition",
	"Complaint Disposal Case": "iso10002.confidentiality.retention.disposal_case_condition",
	"Complaint Mail": "iso10002.confidentiality.conditions.mail_condition",
	"Complaint Proposal": "iso10002.integrations.proposals.condition",
}

has_permission = {
	"Complaint": "iso10002.confidentiality.rule.may_open_case",
	"Complaint Disposal": "iso10002.confidentiality.retention.may_open_disposal",
	"Complaint Mail": "iso10002.confidentiality.conditions.may_open_mail",
	"Complaint Proposal": "iso10002.integrations.proposals.may_open",
	**dict.fromkeys(
		(
			"Complaint Party",
			"Complaint Access",
			"Complaint Access Log",
			"Complaint Identity",
			"Complaint Event",
			"Complaint Clock",
			"Complaint Clock Notice",
			"Complaint Investigation",
			"Complaint Review",
			"Complaint Referral",
			"Complaint Evidence",
			"Complaint Survey",
			"Complaint Receipt",
		),
		"iso10002.confidentiality.rule.may_open_hanging",
	),
	**dict.fromkeys(_ABOUT, "iso10002.confidentiality.conditions.may_open_about"),
	**dict.fromkeys(("Audit Trail", "Webhook"), "iso10002.confidentiality.guards.previews.may_preview"),
	"Document Naming Settings": "iso10002.confidentiality.guards.previews.may_try_series",
	"File": "iso10002.confidentiality.files.may_use_file",
	"Prepared Report": "iso10002.confidentiality.conditions.may_open_prepared_report",
}

page_renderer = ["iso10002.portal.pages.PortalPage"]

before_request = [
	"iso10002.confidentiality.requests.refuse_expanded_cases",
	"iso10002.portal.mail_reading.watch",
]
before_job = ["iso10002.confidentiality.shares.close", "iso10002.portal.mail_reading.watch"]
# with an API key, only then is it known who asks
auth_hooks = [
	"iso10002.confidentiality.guards.endpoints.guard_request",
	"iso10002.confidentiality.access_log.note_export",
]

override_whitelisted_methods = {
	"frappe.client.get_count": "iso10002.confidentiality.guards.answers.get_count",
	"frappe.desk.doctype.kanban_board.kanban_board.update_order_for_single_card": (
		"iso10002.confidentiality.guards.boards.update_order_for_single_card"
	),
	"frappe.desk.form.linked_with.get": "iso10002.confidentiality.guards.answers.get",
	"frappe.desk.form.linked_with.get_submitted_linked_docs": (
		"iso10002.confidentiality.guards.answers.get_submitted_linked_docs"
	),
	"frappe.desk.listview.get_group_by_count": "iso10002.confidentiality.guards.answers.get_group_by_count",
	"frappe.desk.notifications.get_open_count": "iso10002.confidentiality.guards.answers.get_open_count",
	"frappe.workflow.doctype.workflow.workflow.get_workflow_state_count": (
		"iso10002.confidentiality.guards.answers.get_workflow_state_count"
	),
	"frappe.email.relink": "iso10002.confidentiality.guards.answers.relink",
	"frappe.utils.print_format.download_pdf": "iso10002.handling.paper_pages.download_pdf",
	"frappe.utils.global_search.search": "iso10002.confidentiality.guards.answers.search",
}

# Records a complaint may come from: their forms lead to it, as far as the reader may see it
doctype_js.update(dict.fromkeys((*_SOURCES, "Complaint Proposal"), "public/js/sources.js"))
doctype_js["Complaint"].append("public/js/quality.js")
doctype_js["Complaint Improvement"] = "public/js/quality.js"
override_doctype_dashboards = {
	name: f"iso10002.integrations.connections.{name.lower().replace(' ', '_')}"
	for name in _SOURCES
	if name not in _PERSONS
}

standard_queries = dict.fromkeys(
	sorted(_CASE_DOCTYPES), "iso10002.confidentiality.guards.link_search.documents_of_cases"
)

# Documents of ERPNext that carry out a remedy: looked up by an index, read back by a job. Not their submission alone
# counts: an order is carried out when it is delivered.
_of_remedies = {
	"after_insert": "iso10002.integrations.erpnext.readback.follow_amendment",
	"on_change": "iso10002.integrations.erpnext.readback.follow",
	"on_trash": "iso10002.integrations.erpnext.readback.follow_deletion",
}

# Records of ERPNext's quality management an improvement may have.
_of_improvements = {
	"on_change": "iso10002.integrations.erpnext.quality.follow",
	"on_trash": "iso10002.integrations.erpnext.quality.follow_deletion",
}

# Records of ERPNext a complaint may link to.
_of_words = {"on_trash": "iso10002.integrations.erpnext.fields.keep_in_words"}

doc_events = {
	# tickets of the hosts
	**{
		name: {
			"before_validate": "iso10002.integrations.back.hold_open",
			"on_update": "iso10002.integrations.proposals.look",
			"on_trash": "iso10002.integrations.proposals.forget",
		}
		for name in _TICKETS
	},
	"*": {"on_trash": "iso10002.handling.references.keep_in_words"},
	**dict.fromkeys(
		("Delivery Note", "Journal Entry", "Payment Entry", "Sales Invoice", "Sales Order"), _of_remedies
	),
	**dict.fromkeys(("Non Conformance", "Quality Action"), _of_improvements),
	"Complaint Improvement": {"validate": "iso10002.integrations.erpnext.quality.protect"},
	**dict.fromkeys(
		("Batch", "Branch", "Company", "Department", "Item", "Serial No", "Territory"), _of_words
	),
	**{
		doctype: {"validate": "iso10002.confidentiality.guards.configuration.refuse_problem"}
		for doctype in (
			"Auto Email Report",
			"Auto Repeat",
			"Custom Field",
			"Document Naming Rule",
			"Energy Point Rule",
			"Milestone Tracker",
			"Notification",
			"Property Setter",
			"Web Form",
		)
	},
	"Comment": {"before_insert": "iso10002.confidentiality.guards.messages.check_comment"},
	"Communication": {
		"before_insert": "iso10002.confidentiality.guards.messages.check_communication",
		"validate": "iso10002.confidentiality.guards.messages.leave_timelines",
		"after_insert": [
			"iso10002.confidentiality.guards.messages.tell_of_stranger",
			"iso10002.confidentiality.access_log.note_mail",
			"iso10002.integrations.confidential.follow",
		],
		"on_update": "iso10002.portal.mailbox.sort_mail",
	},
	"Complaint": {
		"before_validate": "iso10002.integrations.erpnext.fields.fill_in",
		"validate": "iso10002.integrations.confidential.validate_source",
		"after_insert": [
			"iso10002.integrations.sources.take_over",
			"iso10002.integrations.proposals.settle",
			"iso10002.integrations.confidential.on_insert",
		],
	},
	"Complaint Event": {
		"after_insert": ["iso10002.portal.news.on_event", "iso10002.integrations.back.on_event"]
	},
	"DocType": {"validate": "iso10002.confidentiality.guards.configuration.refuse_doctype"},
	"DocShare": {"before_validate": "iso10002.confidentiality.guards.grants.refuse_share"},
	"Document Follow": {
		"validate": "iso10002.confidentiality.guards.grants.refuse_follow",
		"after_insert": "iso10002.confidentiality.guards.grants.drop_follow",
	},
	"Document Share Key": {"before_insert": "iso10002.confidentiality.guards.grants.refuse_share_key"},
	"Email Account": {"validate": "iso10002.portal.mailbox.make_no_contacts"},
	"File": {
		"before_insert": "iso10002.confidentiality.files.take_in_case_file",
		"before_validate": [
			"iso10002.handling.evidence.protect_file",
			"iso10002.confidentiality.files.hold_case_file",
		],
		"on_trash": "iso10002.handling.evidence.protect_file",
	},
	"Kanban Board": {"validate": "iso10002.confidentiality.guards.boards.forget_order"},
	"Notification Log": {
		"before_insert": "iso10002.confidentiality.guards.messages.blank_notice",
		"after_insert": "iso10002.confidentiality.guards.messages.notice_is_written",
	},
	"Tag Link": {"validate": "iso10002.confidentiality.guards.grants.refuse_tag"},
	"ToDo": {
		"validate": "iso10002.handling.assignment.validate_todo",
		"after_insert": "iso10002.handling.assignment.take_over",
	},
	"Workflow": {
		"validate": [
			"iso10002.handling.workflows.validate_workflow_mapping",
			"iso10002.confidentiality.guards.configuration.refuse_problem",
		],
		"on_update": "iso10002.handling.workflows.align_states",
	},
}

doc_events["Email Queue"] = {"before_insert": "iso10002.confidentiality.guards.messages.withhold_mail"}
for _doctype in _ABOUT:
	_of = doc_events.setdefault(_doctype, {})
	for _event in ("before_insert", "before_validate", "before_change", "on_trash"):
		_others = _of.get(_event, [])
		# last: some of the others take a row out of a case
		_of[_event] = [
			*([_others] if isinstance(_others, str) else _others),
			"iso10002.confidentiality.guards.messages.keep_silent",
		]

scheduler_events = {
	"cron": {"*/5 * * * *": ["iso10002.handling.clocks.sweep.run"]},
	"hourly": ["iso10002.confidentiality.grants.tidy_expired"],
	"monthly": ["iso10002.confidentiality.retention.propose"],
	"daily": [
		"iso10002.integrations.erpnext.readback.catch_up",
		"iso10002.handling.intake.prepare_series",
		"iso10002.handling.clocks.running_out.warn_of_calendars",
		"iso10002.portal.survey.invite",
	],
}

# What Frappe's Personal Data Deletion Request takes away: a party by its e-mail address, and the copies in texts.
_personal_fields = [
	"full_name",
	"organisation",
	"linked_name",
	"email",
	"phone",
	"address",
	"postal_code",
	"city",
]
user_data_fields = [
	{
		"doctype": "Complaint Party",
		"filter_by": "email",
		"redact_fields": [*_personal_fields, "circumstances", "assistance_needed", "assistance_given"],
	},
	{"doctype": "Complaint Identity", "filter_by": "email", "redact_fields": _personal_fields},
	*(
		{"doctype": doctype, "partial": True, "strict": True}
		for doctype in (
			"Complaint",
			"Complaint Allegation",
			"Complaint Remedy",
			"Complaint Event",
			"Complaint Investigation",
			"Complaint Interview",
			"Complaint Finding",
			"Complaint Inquiry",
			"Complaint Review",
			"Complaint Referral",
			"Complaint Evidence",
			"Complaint Access Log",
		)
	),
]

# Who reports to whom: functions (user, persons complained about) -> bool. Other apps may add theirs.
iso10002_reporting_line = ["iso10002.integrations.erpnext.employees.in_line_with"]

# By what a user may be named as a person complained about: functions (user, Names). Other apps may add theirs.
iso10002_names_of = ["iso10002.integrations.erpnext.employees.add_names"]
