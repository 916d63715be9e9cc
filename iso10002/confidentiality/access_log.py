"""The log of who opened, printed, exported, mailed or revealed what, when and for which purpose.

Rows are written by the server in the moment it happens, and never changed or deleted.

Source: ISO 10002:2018 clause 4.10.
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now

from iso10002.confidentiality.conditions import REPORTED
from iso10002.confidentiality.requests import called_function
from iso10002.confidentiality.rule import CASE_DOCTYPES, case_of

OPENED, PRINTED, EXPORTED, MAILED = "Opened", "Printed", "Exported", "Mailed"
REVEALED, REFUSED, DISPOSED, HANDED_OUT = "Revealed", "Refused", "Disposed of", "Handed out"

# Requests that answer with a whole list as a file; none of them tells a document about it.
EXPORTS = (
	"frappe.desk.reportview.export_query",
	"frappe.desk.query_report.export_query",
	"frappe.core.doctype.data_export.exporter.export_data",
)


class LoggedDocument(Document):
	"""A document of a case whose opening and printing is logged, and whose changes are told to nobody else.

	Every road by which Frappe hands out one whole document ends in `apply_fieldlevel_read_permissions`: the
	form, the REST API and `frappe.client.get`.
	"""

	def load_from_db(self) -> Document:
		loaded = super().load_from_db()
		# what the access rule asks about, whatever a request changes in the document
		self.flags.stored_in = self._case()
		return loaded

	def _validate(self) -> None:
		self._keep_rows_apart()
		super()._validate()

	def _keep_rows_apart(self) -> None:
		"""Refuse rows that are stored in another document: Frappe takes a row by its name, and would move it here.

		Raises:
			PermissionError: names the table.
		"""
		for df in self.meta.get_table_fields():
			names = [row.name for row in self.get(df.fieldname) if row.name and not row.get("__islocal")]
			table = frappe.qb.DocType(df.options)
			elsewhere = frappe.qb.from_(table).select(table.name).where(table.name.isin(names))
			if names and elsewhere.where(table.parent != self.name).run():
				frappe.throw(
					_("{0}: one of the rows belongs to another document. Enter a new one instead.").format(
						frappe.bold(_(df.label))
					),
					frappe.PermissionError,
				)

	def apply_fieldlevel_read_permissions(self) -> None:
		super().apply_fieldlevel_read_permissions()
		if not self.is_new() and not self.get_doc_before_save() and not self.flags.in_insert:
			note(OPENED, self._case(), self.doctype, self.name)

	def notify_update(self) -> None:
		"""Tell open pages of the document that it changed, as Frappe does, but not the lists: whoever has any right on
		the DocType gets what is told to a list, with the number of the document and who changed it.
		"""
		if not frappe.flags.in_patch:
			changed = {"modified": self.modified, "doctype": self.doctype, "name": self.name}
			frappe.publish_realtime(
				"doc_update", changed, doctype=self.doctype, docname=self.name, after_commit=True
			)

	def before_print(self, settings: dict | None = None) -> None:
		if not self.is_new():
			note(PRINTED, self._case(), self.doctype, self.name)

	def _case(self) -> str:
		return self.name if self.doctype == "Complaint" else self.get("complaint")


def note(
	action: str,
	complaint: str | None,
	doctype: str | None = None,
	document: str | None = None,
	purpose: str | None = None,
	details: str | None = None,
	user: str | None = None,
) -> None:
	"""Append one row to the log, with one statement and within the transaction of what it tells of.

	Args:
		action: one of the options of `Complaint Access Log.action`.
		complaint: the reference of the case; None for what concerns many.
		doctype, document: what exactly, if not the case itself.
		purpose: what the user said it was for.
		user: who; the session's user if not given.
	"""
	row = frappe.new_doc("Complaint Access Log")
	row.update(
		{
			"name": frappe.generate_hash(length=20),
			"action": action,
			"complaint": complaint,
			"document_type": doctype or "Complaint",
			"document": document or complaint,
			"purpose": purpose,
			"details": details,
			"user": user or frappe.session.user,
			"happened_on": now(),
			"address": frappe.local.request_ip if getattr(frappe.local, "request", None) else None,
		}
	)
	for field in ("creation", "modified"):
		row.set(field, row.happened_on)
	row.owner = row.modified_by = row.user
	row.db_insert()  # nothing in it comes from outside but the purpose, and no document is saved with it
	if getattr(frappe.local, "request", None) and frappe.local.request.method == "GET":
		frappe.local.flags.commit = True  # Frappe commits a GET only if told to


def refused(complaint: str | None, attempt: str, user: str | None = None) -> None:
	"""Log an attempt that is being refused; it stays logged although the refusal rolls everything back.

	Call it just before the exception is raised.

	Args:
		complaint: the reference of the case.
		attempt: what was tried and for whom, in a few words without personal data of the complainant.
		user: who tried; the session's user if not given.
	"""
	user = user or frappe.session.user

	def write() -> None:
		note(REFUSED, complaint, details=attempt, user=user)

	def write_after_rollback() -> None:
		write()
		frappe.db.commit()  # the transaction that was refused is gone; this one holds nothing but the row

	# One of the two runs: Frappe forgets the other when the transaction ends.
	frappe.db.before_commit.add(write)
	frappe.db.after_rollback.add(write_after_rollback)


def note_export() -> None:
	"""Log the export of a list or report on cases (hook `auth_hooks`), before anything is handed out.

	A refused export is rolled back with it, where Frappe does not commit in between; who may not read the DocType at
	all is refused by Frappe for certain.
	"""
	if called_function() not in EXPORTS:
		return
	doctype = frappe.form_dict.get("doctype")
	module = None
	if report := frappe.form_dict.get("report_name"):
		doctype, module = frappe.get_cached_value("Report", str(report), ["ref_doctype", "module"]) or (
			None,
			None,
		)
	if doctype not in REPORTED and module != "ISO10002":
		return
	if frappe.get_meta(doctype).istable or frappe.has_permission(doctype, "read"):
		note(EXPORTED, None, doctype, str(report or doctype)[:140], details=_asked_for())


def note_mail(communication: Document, method: str | None = None) -> None:
	"""Log a mail that goes out about a document of a case (doc_events hook of Communication, `after_insert`)."""
	sent = communication.sent_or_received == "Sent" and communication.communication_medium == "Email"
	if sent and communication.reference_doctype in CASE_DOCTYPES:
		complaint = case_of(communication.reference_doctype, communication.reference_name)
		note(MAILED, complaint, "Communication", communication.name, details=communication.subject)


def _asked_for() -> str:
	kept = ("filters", "fields", "file_format_type", "or_filters")
	return frappe.as_json({key: frappe.form_dict[key] for key in kept if frappe.form_dict.get(key)})[:5000]
