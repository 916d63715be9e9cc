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
			"intake",
			"parties",
			"corrections",
			"deadlines",
			"documents",
			"letters",
			"portal",
			"timeline",
		)
	]
}

permission_query_conditions = {
	"Complaint": "iso10002.confidentiality.rule.case_condition",
	"Complaint Allegation": "iso10002.confidentiality.rule.allegation_condition",
	"Complaint Remedy": "iso10002.confidentiality.rule.remedy_condition",
	"Complaint Party": "iso10002.confidentiality.rule.party_condition",
	"Complaint Event": "iso10002.confidentiality.rule.event_condition",
	"Complaint Clock": "iso10002.confidentiality.rule.clock_condition",
	"Complaint Clock Notice": "iso10002.confidentiality.rule.clock_notice_condition",
	"Complaint Investigation": "iso10002.confidentiality.rule.investigation_condition",
	"Complaint Investigation Step": "iso10002.confidentiality.rule.step_condition",
	"Complaint Inquiry": "iso10002.confidentiality.rule.inquiry_condition",
	"Complaint Interview": "iso10002.confidentiality.rule.interview_condition",
	"Complaint Investigation Evidence": "iso10002.confidentiality.rule.relied_evidence_condition",
	"Complaint Finding": "iso10002.confidentiality.rule.finding_condition",
	"Complaint Investigation Cause": "iso10002.confidentiality.rule.cause_condition",
	"Complaint Review": "iso10002.confidentiality.rule.review_condition",
	"Complaint Referral": "iso10002.confidentiality.rule.referral_condition",
	"Complaint Evidence": "iso10002.confidentiality.rule.evidence_condition",
	"Complaint Mail": "iso10002.portal.mailbox.mail_condition",
}

has_permission = {
	"Complaint": "iso10002.confidentiality.rule.may_open_case",
	"Complaint Party": "iso10002.confidentiality.rule.may_open_hanging",
	"Complaint Event": "iso10002.confidentiality.rule.may_open_hanging",
	"Complaint Clock": "iso10002.confidentiality.rule.may_open_hanging",
	"Complaint Clock Notice": "iso10002.confidentiality.rule.may_open_hanging",
	"Complaint Investigation": "iso10002.confidentiality.rule.may_open_hanging",
	"Complaint Review": "iso10002.confidentiality.rule.may_open_hanging",
	"Complaint Referral": "iso10002.confidentiality.rule.may_open_hanging",
	"Complaint Evidence": "iso10002.confidentiality.rule.may_open_hanging",
	"Complaint Mail": "iso10002.portal.mailbox.may_open_mail",
	"File": "iso10002.confidentiality.files.may_use_file",
}

page_renderer = ["iso10002.portal.pages.PortalPage"]

before_request = [
	"iso10002.confidentiality.requests.refuse_expanded_cases",
	"iso10002.portal.mail_headers.watch",
]
before_job = ["iso10002.portal.mail_headers.watch"]

doc_events = {
	"Communication": {"on_update": "iso10002.portal.mailbox.sort_mail"},
	"Complaint Event": {"after_insert": "iso10002.portal.news.on_event"},
	"File": {
		"before_insert": "iso10002.confidentiality.files.take_in_case_file",
		"before_validate": [
			"iso10002.handling.evidence.protect_file",
			"iso10002.confidentiality.files.hold_case_file",
		],
		"on_trash": "iso10002.handling.evidence.protect_file",
	},
	"ToDo": {"validate": "iso10002.handling.assignment.validate_todo"},
	"Workflow": {
		"validate": "iso10002.handling.workflows.validate_workflow_mapping",
		"on_update": "iso10002.handling.workflows.align_states",
	},
}

scheduler_events = {
	"cron": {"*/5 * * * *": ["iso10002.handling.clocks.sweep.run"]},
	"daily": [
		"iso10002.handling.intake.prepare_series",
		"iso10002.handling.clocks.running_out.warn_of_calendars",
	],
}

# Who reports to whom: functions (user, persons complained about) -> bool. Other apps may add theirs.
iso10002_reporting_line = ["iso10002.integrations.erpnext.employees.in_line_with"]
