"""Files: their list, their content, and rows that name somebody else's content."""

import io

import frappe

from iso10002.confidentiality.leak_check.people import Visitor
from iso10002.confidentiality.leak_check.registry import Leak, NotApplicable, road
from iso10002.confidentiality.leak_check.world import World


@road("Download by the address", "access rule, asked for the document a file is attached to")
def download(visitor: Visitor, world: World) -> None:
	for name, address in world.case_of(visitor).files.items():
		visitor.get(address)
		visitor.get("/api/method/frappe.core.doctype.file.file.download_file", file_url=address)
		visitor.get("/api/method/frappe.utils.file_manager.download_file", file_url=address)
		visitor.get(f"/api/resource/File/{name}")
		visitor.get(address.replace("/private/files/", "/files/"))


@road("List of files, search for files, images of a document", "guard: rows about a case are seen with it")
def file_list(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	visitor.get("/api/resource/File", fields=["*"], **world.recent())
	api = "/api/method/frappe.core.api.file"
	visitor.get(f"{api}.get_files_by_search_text", text=world.mark)
	visitor.get(f"{api}.get_files_in_folder", folder="Home/Attachments", page_length="500")
	visitor.post(f"{api}.get_attached_images", doctype="Complaint", names=[case])
	for name in world.case_of(visitor).files:
		packed = visitor.post(f"{api}.zip_files", files=frappe.as_json([name], indent=None))
		if packed.ok and visitor is not world.cleared:  # the content is in no text
			raise Leak(f"{name} is packed for download")


@road(
	"A file of one's own that names the address of another", "guard: File, before_insert and has_permission"
)
def file_alias(visitor: Visitor, world: World) -> None:
	for address in world.case_of(visitor).files.values():
		for written in (address, address.replace("/private/", "/private/../private/")):
			visitor.post("/api/resource/File", file_url=written, is_private=1, file_name="x.txt")
			visitor.send("/api/method/upload_file", file_url=written, is_private="1")
		visitor.get(address)


@road("Attaching a file to the case", "access rule; guard: File", proof=False)
def attach(visitor: Visitor, world: World) -> None:
	case = world.case_of(visitor).name
	visitor.send(
		"/api/method/upload_file",
		file=(io.BytesIO(b"leak check"), "leak-check.txt"),
		doctype="Complaint",
		docname=case,
		is_private="1",
	)
	visitor.post(
		"/api/resource/File",
		file_name="leak-check.txt",
		content="leak check",
		attached_to_doctype="Complaint",
		attached_to_name=case,
	)
	frappe.db.commit()
	if visitor is not world.cleared and frappe.db.exists(
		"File", {"attached_to_name": case, "owner": visitor.user}
	):
		raise Leak("a file was attached to the hidden case")


@road(
	"Who uploaded a file keeps it after losing sight of the case",
	"guard: files of a case belong to nobody",
	proof=False,
)
def uploader(visitor: Visitor, world: World) -> None:
	if visitor.user == "Guest":
		raise NotApplicable("a guest owns no file")
	case = world.case_of(visitor).name
	frappe.set_user(visitor.user)
	try:
		file = frappe.new_doc("File")
		file.update(
			{
				"file_name": "leak-check-own.txt",
				"content": f"{world.mark} own",
				"is_private": 1,
				"attached_to_doctype": "Complaint",
				"attached_to_name": case,
			}
		)
		# safe: as if it had been uploaded while the user could still see the case; removed again
		file.insert(ignore_permissions=True)
	finally:
		frappe.set_user("Administrator")
	frappe.db.commit()
	visitor.get(file.file_url)
	visitor.get(f"/api/resource/File/{file.name}")
	visitor.get("/api/resource/File", fields=["*"], **world.recent())


@road(
	"Attaching the file of a case to something else",
	"guard: endpoints look at what a request names",
	proof=False,
)
def attach_elsewhere(visitor: Visitor, world: World) -> None:
	if visitor is world.cleared:
		return
	mail = {"subject": "x", "content": "x", "recipients": "x@leak-check.invalid", "send_email": 0}
	for name, address in world.case_of(visitor).files.items():
		attachments = frappe.as_json([name], indent=None)
		make = "frappe.core.doctype.communication.email.make"
		visitor.call(make, **mail, attachments=attachments)
		visitor.call(
			"frappe.utils.file_manager.add_attachments",
			doctype="User",
			name=visitor.user,
			attachments=attachments,
		)
		visitor.get(address)
		frappe.db.commit()
		if copies := frappe.get_all("File", {"file_url": address, "name": ["!=", name]}, pluck="name"):
			frappe.db.delete("File", {"name": ["in", copies]})
			frappe.db.commit()
			raise Leak("the file of the case is attached to something else as well")
