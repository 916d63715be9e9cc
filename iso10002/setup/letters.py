"""The Email Templates letters to the complainant start from. Seeded once, the admin's afterwards."""

import frappe

# A template is written in English; each sentence in `_("...")` is shown in the language of its reader.
_GREETING = """<p>{{ _("Dear {0},").format(name) if name else _("Dear Sir or Madam,") }}</p>"""
_CLOSE = (
	"""{% if contact %}<p>{{ _("If you have questions, please contact:") }}<br>{{ contact }}</p>{% endif %}"""
	"""<p>{{ _("Please give your reference: {0}").format(reference) }}</p>"""
)
_LINK = """{% if link %}<p>{{ _("Here you can follow your complaint and write to us:") }}<br>{{ link }}</p>{% endif %}"""
_WAYS = (
	"""{% if further_ways %}<p><b>{{ _("What you can do if you do not agree") }}</b><br>{{ further_ways }}</p>"""
	"""{% endif %}"""
)
_POINTS = (
	"<ul>{% for point in points %}<li>{{ point.allegation }}<br><b>{{ point.outcome }}</b><br>"
	"{{ point.finding }}</li>{% endfor %}</ul>"
)
_REMEDIES = (
	"""{% if remedies %}<p><b>{{ _("What we do") }}</b></p><ul>{% for row in remedies %}<li>{{ row.remedy }}"""
	"{% if row.details %}: {{ row.details }}{% endif %}{% if row.due_on %} ({{ row.due_on }}){% endif %}"
	"</li>{% endfor %}</ul>{% endif %}"
)


def _said(text: str, *values: str) -> str:
	"""Return the template code for one translated sentence."""
	filled = f".format({', '.join(values)})" if values else ""
	return f'{{{{ _("{text}"){filled} }}}}'


def _paragraphs(*sentences: str) -> str:
	return "".join(f"<p>{sentence}</p>" for sentence in sentences)


def _if_due(text: str) -> str:
	"""Return the paragraph on the day of the answer; there is none while no deadline runs."""
	return f"{{% if answer_by %}}{_paragraphs(_said(text, 'answer_by'))}{{% endif %}}"


# Purposes that came after the first release; a patch brings them.
LATER = ("News", "Survey")
# purpose: (subject, body)
LETTERS = {
	"Acknowledgement": (
		_said("We have received your complaint {0}", "reference"),
		_GREETING
		+ _paragraphs(_said("we received your complaint on {0}. Thank you for telling us.", "received_on"))
		+ "{% if process %}<p>{{ process }}</p>{% endif %}"
		+ _if_due(
			"You will have our answer by {0} at the latest. If we need more time, we will tell you why."
		)
		+ _LINK
		+ _WAYS
		+ _CLOSE,
	),
	"Update": (
		_said("Your complaint {0}: where it stands", "reference"),
		_GREETING
		+ _paragraphs(_said("we are still working on your complaint. Where it stands: {0}.", "stage"))
		+ _if_due("You will have our answer by {0}.")
		+ _LINK
		+ _CLOSE,
	),
	"Reminder": (
		_said("Your complaint {0}: may we have your answer?", "reference"),
		_GREETING
		+ _paragraphs(_said("we have told you our decision and would like to know whether you accept it."))
		+ _LINK
		+ _WAYS
		+ _CLOSE,
	),
	"Decision": (
		_said("Our decision on your complaint {0}", "reference"),
		_GREETING
		+ _paragraphs(
			_said("we have looked into your complaint of {0}.", "received_on"),
			"<b>" + _said("Our decision: {0}", "decision") + "</b>",
			"{{ decision_reasons }}",
		)
		+ _POINTS
		+ _REMEDIES
		+ _paragraphs(_said("Please let us know whether you accept this decision."))
		+ _LINK
		+ _WAYS
		+ _CLOSE,
	),
	"Short Answer": (
		_said("Your complaint {0} is settled", "reference"),
		_GREETING
		+ _paragraphs(
			_said(
				"you complained on {0}. We have put it right at once: {1}", "received_on", "immediate_action"
			)
		)
		+ _REMEDIES
		+ _WAYS
		+ _CLOSE,
	),
	"Review Decision": (
		_said("The review of your complaint {0}", "reference"),
		_GREETING
		+ _paragraphs(
			_said("you asked us to review our decision. Somebody who had no part in it before has done so."),
			"<b>" + _said("Outcome: {0}", "review_outcome") + "</b>",
			"{{ review_reasons }}",
		)
		+ _REMEDIES
		+ _WAYS
		+ _CLOSE,
	),
	"Closing": (
		_said("Your complaint {0} is closed", "reference"),
		_GREETING + _paragraphs(_said("we have closed your complaint.")) + _WAYS + _CLOSE,
	),
	"News": (
		_said("There is news on your complaint {0}", "reference"),
		_GREETING
		+ _paragraphs(_said("there is news on your complaint."))
		+ "{% if news %}<p>{{ news }}</p>{% endif %}"
		+ _LINK
		+ _CLOSE,
	),
	"Survey": (
		_said("How did we handle your complaint {0}?", "reference"),
		_GREETING
		+ _paragraphs(
			_said("we would like to know how you felt treated. Five short questions, without your name:"),
			"{{ link }}",
		)
		+ _CLOSE,
	),
}


def seed_letters() -> None:
	"""Create the templates and name them in the settings; on a site that has some, only those that came later."""
	settings = frappe.get_doc("ISO10002 Settings")
	first = not settings.letters
	for purpose, (subject, body) in LETTERS.items():
		if not first and purpose not in LATER:
			continue  # what an admin deleted stays deleted
		if any(row.purpose == purpose for row in settings.letters):
			continue
		name = template_name(purpose)
		if not frappe.db.exists("Email Template", name):
			template = frappe.new_doc("Email Template")
			template.update({"name": name, "subject": subject, "use_html": 1, "response_html": body})
			template.insert(ignore_permissions=True)  # safe: runs at installation or in a patch
		# no language of its own: without the empty text Frappe would enter the site's, and it would serve nobody else
		settings.append("letters", {"purpose": purpose, "email_template": name, "language": ""})
	if first:
		settings.email_channel = "E-mail" if frappe.db.exists("Complaint Channel", "E-mail") else None
	settings.flags.ignore_permissions = True  # safe: runs at installation or in a patch
	settings.save()


def remove_letters() -> None:
	"""Delete the templates the app brought."""
	for purpose in LETTERS:
		frappe.delete_doc_if_exists("Email Template", template_name(purpose), force=True)


def template_name(purpose: str) -> str:
	"""Return the name of the seeded template for a purpose."""
	return f"Complaint: {purpose}"
