"""Files of the record a complaint comes from: copied into the case by the road of all its files, never shared with it."""

import frappe
from frappe.model.document import Document
from frappe.utils import cstr, strip_html

from iso10002.confidentiality.files import FileTypeError, validate_kind

MOST_MEGABYTES = 25


def offered(doc: Document) -> list[dict]:
	"""Return the files of a record and of its e-mails: `name`, `file_name`, and `refused` (why) if it cannot be taken."""
	rows = []
	for file in _files_of(doc):
		row = {"name": file.name, "file_name": file.file_name}
		try:
			_content(file)
		except (FileTypeError, OSError, frappe.ValidationError) as error:
			frappe.clear_last_message()
			row["refused"] = strip_html(str(error)) or frappe._("It cannot be read.")
		rows.append(row)
	return rows


def take(case: str, doc: Document, names: list) -> tuple[int, list[str]]:
	"""Copy files of a record into a case as the session's user.

	Args:
		case: the reference.
		doc: the record; the user may read it.
		names: the files to copy; those that do not belong to the record are left.

	Returns:
		How many were copied, and the names of those that could not be.
	"""
	files = {file.name: file for file in _files_of(doc)}
	taken, left = 0, [cstr(name) for name in names if cstr(name) not in files]
	for name in dict.fromkeys(map(cstr, names)):
		if name not in files:
			continue
		try:
			content = _content(files[name])
		except (FileTypeError, OSError, frappe.ValidationError):
			frappe.clear_last_message()
			left.append(name)
			continue
		copy = frappe.new_doc("File")
		copy.update(
			{
				"file_name": files[name].file_name,
				"attached_to_doctype": "Complaint",
				"attached_to_name": case,
				"is_private": 1,
				"content": content,
			}
		)
		copy.insert(
			ignore_permissions=True
		)  # safe: the right to register the case and to read the record was checked
		taken += 1
	return taken, left


def _files_of(doc: Document) -> list[Document]:
	"""Return the files of a record and of the communications about it, each content once."""
	first = {row.file_url: row.name for row in reversed(_rows_of(doc))}
	return [frappe.get_doc("File", name) for name in reversed(list(first.values()))]


def _rows_of(doc: Document) -> list[frappe._dict]:
	mails = frappe.get_all(
		"Communication",
		filters={"reference_doctype": doc.doctype, "reference_name": cstr(doc.name)},
		pluck="name",
	)
	rows = []
	for doctype, names in ((doc.doctype, [cstr(doc.name)]), ("Communication", mails)):
		if names:
			filters = {"attached_to_doctype": doctype, "attached_to_name": ["in", names], "is_folder": 0}
			rows += frappe.get_all("File", filters=filters, fields=["name", "file_url"], order_by="creation")
	return rows


def _content(file: Document) -> bytes:
	"""Return the content of a file that may become a file of a case.

	Raises:
		FileTypeError: of a kind that is not accepted, kept elsewhere, or too large.
		OSError: it is not there.
	"""
	if file.is_remote_file:
		raise FileTypeError(frappe._("It is kept on another site."))
	if (file.file_size or 0) > MOST_MEGABYTES * 2**20:
		raise FileTypeError(frappe._("It is larger than {0} MB.").format(MOST_MEGABYTES))
	content = file.get_content() or b""
	content = content.encode() if isinstance(content, str) else content
	probe = frappe.new_doc("File")
	probe.update({"file_name": file.file_name, "content": content})
	validate_kind(probe)
	return content


def same_content(doc: Document, name: str) -> list[str]:
	"""Return the files of a record and its e-mails with the same stored content as one of them, itself included."""
	url = frappe.db.get_value("File", name, "file_url")
	return [row.name for row in _rows_of(doc) if row.file_url == url]


def is_held(case: str, name: str) -> bool:
	"""Whether a case has a copy of a file already, by its name and size."""
	same = frappe.db.get_value("File", name, ["file_name", "file_size"], as_dict=True)
	return bool(
		frappe.db.exists("File", {"attached_to_doctype": "Complaint", "attached_to_name": case, **same})
	)
