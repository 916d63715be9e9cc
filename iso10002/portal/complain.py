"""The page where a complaint is handed in: /complaint."""

import frappe
from frappe.utils import strip_html
from werkzeug.wrappers import Response

from iso10002.handling.errors import IntakeError
from iso10002.portal import languages, pages, protection, take_in, uploads
from iso10002.portal.languages import _


def page() -> Response:
	"""Show the form, or take in what was sent by it."""
	settings = protection.settings()
	if not settings.open:
		return pages.message_page(
			_("Complaints cannot be handed in here at present"),
			_("Please contact us in another way."),
			404,
			contact=frappe.get_cached_doc("ISO10002 Settings").contact,
		)
	if frappe.local.request.method == "POST":
		return _take()
	return _form()


def _take() -> Response:
	settings, where = protection.settings(), protection.address()
	protection.spend("attempt", where, settings.complaints_an_hour * protection.ATTEMPTS)
	form = frappe.local.request.form
	try:
		key = protection.check_form(form.get("token"), form.get(protection.TRAP))
	except protection.Refused as refused:
		# what was written is shown again, to be sent once more
		return _form(form, {"": pages._advice(refused)}, refused.status)
	if protection.spent("complaint", where, settings.complaints_an_hour):
		raise protection.Refused("busy", 429)
	try:
		tidy = take_in.clean(form)
		files = uploads.read(frappe.local.request.files.getlist("files"))
		taken = take_in.take_in(
			tidy, files, channel=settings.web_channel, language=frappe.local.lang, key=key
		)
	except take_in.FormError as error:
		return _form(form, error.errors, 422)
	except uploads.FileTypeError as error:
		return _form(form, {"files": strip_html(str(error))}, 422)
	except IntakeError as error:
		frappe.db.rollback()
		return _form(form, {"": strip_html(str(error))}, 422)
	if not taken.again:
		protection.note("complaint", where)
	return pages.send(
		"received",
		reference=taken.reference,
		code=taken.code,
		may_mail=bool(tidy["email"] or tidy["representative_email"]),
		contact=frappe.get_cached_doc("ISO10002 Settings").contact,
	)


def _form(values: dict | None = None, errors: dict[str, str] | None = None, status: int = 200) -> Response:
	mark = protection.visitor()
	allowed = frappe.get_cached_doc("ISO10002 Settings").allowed_file_types or ""
	return pages.send(
		"complaint",
		status,
		{protection.VISITOR: (mark, protection.LATEST)},
		token=protection.form_token(mark),
		trap=protection.TRAP,
		values={field: (values or {}).get(field) or "" for field in (*take_in.FIELDS, *take_in.TICKS)},
		errors=errors or {},
		most={field: most for field, (_part, _target, most) in take_in.FIELDS.items()},
		together=uploads.together(),
		categories=_categories(),
		countries=languages.countries(frappe.local.lang),
		authorities=take_in.authorities(),
		today=frappe.utils.nowdate(),
		file_types=", ".join(part.strip() for part in allowed.split(",") if part.strip()),
		accept=",".join(f".{part.strip()}" for part in allowed.split(",") if part.strip()),
		process=frappe.get_cached_doc("ISO10002 Settings").process_text,
	)


def _categories() -> list[dict]:
	"""Return the categories a visitor may choose, in groups, in the visitor's words where there are some."""
	rows = frappe.get_all(
		"Complaint Category",
		filters={"disabled": 0},
		fields=["name", "public_name", "parent_complaint_category", "is_group"],
		order_by="lft asc",
	)
	groups: dict[str, dict] = {}
	for row in rows:
		label = _(row.public_name or row.name)
		if row.is_group:
			groups[row.name] = {"label": label, "options": []}
			continue
		group = groups.setdefault(row.parent_complaint_category or row.name, {"label": "", "options": []})
		group["options"].append((row.name, label))
	return [group for group in groups.values() if group["options"]]
