"""The Email Templates letters to the complainant start from. Seeded once, the admin's afterwards."""

import frappe

_GREETING = "<p>Dear {{ name or 'Sir or Madam' }},</p>"
_CLOSE = (
	"{% if contact %}<p>If you have questions, please contact:<br>{{ contact }}</p>{% endif %}"
	"<p>Please give your reference <b>{{ reference }}</b>.</p>"
)
_WAYS = (
	"{% if further_ways %}<p><b>What you can do if you do not agree</b><br>{{ further_ways }}</p>{% endif %}"
)
_POINTS = (
	"<ul>{% for point in points %}<li>{{ point.allegation }}<br><b>{{ point.outcome }}</b><br>"
	"{{ point.finding }}</li>{% endfor %}</ul>"
)
_REMEDIES = (
	"{% if remedies %}<p><b>What we do</b></p><ul>{% for row in remedies %}<li>{{ row.remedy }}"
	"{% if row.details %}: {{ row.details }}{% endif %}{% if row.due_on %} ({{ row.due_on }}){% endif %}"
	"</li>{% endfor %}</ul>{% endif %}"
)

# purpose: (subject, body)
LETTERS = {
	"Acknowledgement": (
		"We have received your complaint {{ reference }}",
		f"{_GREETING}<p>we received your complaint on {{{{ received_on }}}}. Thank you for telling us.</p>"
		"{% if process %}<p>{{ process }}</p>{% endif %}"
		"<p>You will have our answer by {{ answer_by }} at the latest. If we need more time, we will tell you "
		f"why.</p>{_WAYS}{_CLOSE}",
	),
	"Update": (
		"Your complaint {{ reference }}: where it stands",
		f"{_GREETING}<p>we are still working on your complaint. Where it stands: {{{{ stage }}}}.</p>"
		f"<p>You will have our answer by {{{{ answer_by }}}}.</p>{_CLOSE}",
	),
	"Reminder": (
		"Your complaint {{ reference }}: may we have your answer?",
		f"{_GREETING}<p>we have told you our decision and would like to know whether you accept it.</p>{_WAYS}{_CLOSE}",
	),
	"Decision": (
		"Our decision on your complaint {{ reference }}",
		f"{_GREETING}<p>we have looked into your complaint of {{{{ received_on }}}}.</p>"
		"<p><b>Our decision: {{ decision }}</b></p><p>{{ decision_reasons }}</p>"
		f"{_POINTS}{_REMEDIES}<p>Please let us know whether you accept this decision.</p>{_WAYS}{_CLOSE}",
	),
	"Short Answer": (
		"Your complaint {{ reference }} is settled",
		f"{_GREETING}<p>you complained on {{{{ received_on }}}}. We have put it right at once: "
		f"{{{{ immediate_action }}}}</p>{_REMEDIES}{_WAYS}{_CLOSE}",
	),
	"Review Decision": (
		"The review of your complaint {{ reference }}",
		f"{_GREETING}<p>you asked us to review our decision. Somebody who had no part in it before has done so.</p>"
		"<p><b>Outcome: {{ review_outcome }}</b></p><p>{{ review_reasons }}</p>"
		f"{_REMEDIES}{_WAYS}{_CLOSE}",
	),
	"Closing": (
		"Your complaint {{ reference }} is closed",
		f"{_GREETING}<p>we have closed your complaint.</p>{_WAYS}{_CLOSE}",
	),
}


def seed_letters() -> None:
	"""Create the templates that are missing, and name them in settings that name none yet."""
	settings = frappe.get_doc("ISO10002 Settings")
	if settings.letters:
		return
	for purpose, (subject, body) in LETTERS.items():
		name = template_name(purpose)
		if not frappe.db.exists("Email Template", name):
			template = frappe.new_doc("Email Template")
			template.update({"name": name, "subject": subject, "use_html": 1, "response_html": body})
			template.insert(ignore_permissions=True)  # safe: runs at installation
		settings.append("letters", {"purpose": purpose, "email_template": name})
	settings.email_channel = "E-mail" if frappe.db.exists("Complaint Channel", "E-mail") else None
	settings.flags.ignore_permissions = True  # safe: runs at installation
	settings.save()


def remove_letters() -> None:
	"""Delete the templates the app brought."""
	for purpose in LETTERS:
		frappe.delete_doc_if_exists("Email Template", template_name(purpose), force=True)


def template_name(purpose: str) -> str:
	"""Return the name of the seeded template for a purpose."""
	return f"Complaint: {purpose}"
