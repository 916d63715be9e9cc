"""Evidence (clause 4.9): taken in with source and hash, never changed, a new version beside the old one."""

import hashlib
import os

import frappe
import pytest
from case_documents import case_under_investigation, make_evidence, make_file
from factories import make_access, make_party, make_user, unique, user_of
from over_http import assert_refused, words

from iso10002 import roles
from iso10002.handling import events
from iso10002.handling.errors import DocumentError, IndependenceError
from iso10002.handling.evidence import verify
from iso10002.patches import close_grants

EVIDENCE = "/api/resource/Complaint Evidence"
ZIP = "/api/method/frappe.core.api.file.zip_files"


def path_of(doc) -> str:
	return frappe.get_site_path("private", "files", os.path.basename(doc.file))


def test_evidence_gets_a_number_size_and_the_hash_of_its_content():
	case = case_under_investigation()
	doc = make_evidence(case, content="exactly this")
	assert doc.name == f"{case}-EV-1"
	assert doc.sha256 == hashlib.sha256(b"exactly this").hexdigest()
	assert (doc.size_bytes, doc.obtained_by) == (12, user_of("investigator"))
	event = events.timeline(case)[0]
	assert event.event == "Evidence Added"


def test_the_hash_is_computed_by_the_server_whatever_the_caller_says():
	doc = make_evidence(case_under_investigation(), content="this", sha256="0" * 64, size_bytes=99)
	assert doc.sha256 == hashlib.sha256(b"this").hexdigest() and doc.size_bytes == 4


def test_a_public_file_becomes_private_and_is_attached_to_the_evidence():
	case = case_under_investigation()
	user = user_of("investigator")
	url = make_file("public photo", as_user=user, is_private=0).file_url
	doc = make_evidence(case, file=url)
	assert doc.file.startswith("/private/files/")
	files = frappe.get_all("File", {"attached_to_doctype": doc.doctype, "attached_to_name": doc.name}, ["*"])
	assert [(row.file_url, row.is_private) for row in files] == [(doc.file, 1)]


@pytest.mark.parametrize("file", [None, "/private/files/no-such-file.txt", "https://example.org/photo.txt"])
def test_evidence_without_a_file_of_this_site_is_refused(file):
	case = case_under_investigation()
	with pytest.raises((DocumentError, frappe.MandatoryError)):
		make_evidence(case, file=file)


def test_the_file_of_somebody_else_is_not_taken_as_evidence():
	case = case_under_investigation()
	url = make_file("a secret of the manager", as_user=user_of("manager")).file_url
	with pytest.raises(DocumentError, match="not there"):
		make_evidence(case, file=url)


@pytest.mark.parametrize(
	"field", ["description", "source", "obtained_on", "file", "sha256", "file_name", "size_bytes"]
)
def test_recorded_evidence_is_not_changed(field):
	doc = make_evidence(case_under_investigation())
	doc.set(field, {"obtained_on": "2020-01-01 00:00:00", "size_bytes": 1}.get(field, "another"))
	with pytest.raises(frappe.ValidationError):
		doc.save()
	assert frappe.db.get_value(doc.doctype, doc.name, "sha256") == doc.get_doc_before_save().sha256


def test_evidence_is_neither_deleted_nor_renamed():
	doc = make_evidence(case_under_investigation())
	with pytest.raises(DocumentError):
		frappe.delete_doc(doc.doctype, doc.name)
	with pytest.raises(frappe.ValidationError):
		frappe.rename_doc(doc.doctype, doc.name, "x-EV-1")


def test_a_new_version_replaces_the_latest_one_with_a_reason():
	case, other = case_under_investigation(), case_under_investigation()
	first = make_evidence(case)
	with pytest.raises(DocumentError, match="give the reason"):
		make_evidence(case, supersedes=first.name)
	with pytest.raises(DocumentError, match="of this case"):
		make_evidence(other, supersedes=first.name, supersedes_reason="Sharper.")
	second = make_evidence(case, supersedes=first.name, supersedes_reason="Sharper.")
	with pytest.raises(DocumentError, match="replaced by"):
		make_evidence(case, supersedes=first.name, supersedes_reason="Sharper still.")
	assert frappe.db.exists("Complaint Evidence", first.name)
	first.run_method("onload")
	assert first.get("__onload").superseded_by == second.name


def test_evidence_is_not_from_the_future():
	with pytest.raises(DocumentError, match="future"):
		make_evidence(case_under_investigation(), obtained_on="2099-01-01 00:00:00")


def test_a_changed_file_is_found_and_noted():
	case = case_under_investigation()
	doc = make_evidence(case)
	assert verify(doc.name)["same"]
	with open(path_of(doc), "ab") as content:
		content.write(b"!")
	assert not verify(doc.name)["same"]
	assert events.timeline(case)[0].event == "Evidence Altered"
	os.remove(path_of(doc))
	assert verify(doc.name) == {"same": False, "sha256": None, "recorded": doc.sha256}


def test_the_file_of_evidence_is_neither_deleted_nor_detached_nor_made_public():
	doc = make_evidence(case_under_investigation())
	file = frappe.get_doc("File", {"attached_to_doctype": doc.doctype, "attached_to_name": doc.name})
	with pytest.raises(DocumentError, match="is evidence"):
		frappe.delete_doc("File", file.name)
	for field, value in (("is_private", 0), ("attached_to_name", None), ("file_name", "other.txt")):
		file.reload()
		file.set(field, value)
		with pytest.raises(DocumentError, match="is evidence"):
			file.save()
	assert verify(doc.name)["same"]


def test_the_person_complained_about_adds_no_evidence():
	case = case_under_investigation()
	clerk = make_user(roles.INVESTIGATOR).name
	make_party(case, role="Person complained about", linked_doctype="User", linked_name=clerk, email=None)
	with pytest.raises((IndependenceError, frappe.PermissionError)):
		make_evidence(case, as_user=clerk)


def test_over_http_evidence_is_uploaded_read_by_who_sees_the_case_and_changed_by_nobody(http):
	case = case_under_investigation()
	session = http(user_of("investigator"))
	uploaded = session.post(
		"/api/method/upload_file",
		data={"is_private": 1},
		files={"file": ("photo.txt", f"the parcel of {case}".encode(), "text/plain")},
	)
	assert uploaded.ok, words(uploaded)
	answer = session.post(
		EVIDENCE,
		json={
			"complaint": case,
			"description": "Photo",
			"source": "Complainant",
			"file": uploaded.json()["message"]["file_url"],
		},
	)
	assert answer.ok, words(answer)
	found = answer.json()["data"]
	assert found["sha256"] == hashlib.sha256(f"the parcel of {case}".encode()).hexdigest()
	at = f"{EVIDENCE}/{found['name']}"
	upload = uploaded.json()["message"]["file_url"]
	assert found["file"] != upload and "photo" not in found["file"]  # an address nobody can guess
	assert session.get(found["file"]).ok and session.get(upload).status_code in (403, 404)
	frappe.db.rollback()
	assert frappe.get_all("File", {"attached_to_name": found["name"]}, pluck="file_url") == [found["file"]]
	assert not frappe.db.exists("File", {"file_url": upload})
	assert not os.path.exists(frappe.get_site_path("private", "files", os.path.basename(upload)))
	assert http(user_of("auditor")).get(found["file"]).status_code == 403
	make_access(case)
	assert http(user_of("auditor")).get(found["file"]).ok
	checked = http(user_of("auditor")).call("iso10002.handling.evidence.verify", evidence=found["name"])
	assert checked["same"]
	nobody = make_user(email="test-no-role@example.com").name
	for user in (nobody, user_of("executive")):
		assert_refused(http(user).get(at), status=403)
		assert http(user).get(found["file"]).status_code == 403
		assert_refused(
			http(user).post(
				"/api/method/iso10002.handling.evidence.verify", json={"evidence": found["name"]}
			),
			status=403,
		)
	for kind in ("investigator", "handler", "manager", "auditor"):
		assert_refused(http(user_of(kind)).put(at, json={"description": "x"}), status=403)
		assert_refused(http(user_of(kind)).delete(at), status=403)


def test_deleting_another_file_of_the_same_content_leaves_the_evidence():
	case, content = case_under_investigation(), unique("the same bytes")
	user = user_of("investigator")
	before = make_file(content, as_user=user)
	doc = make_evidence(case, content=content)
	after = make_file(content, as_user=user)
	assert doc.file not in (before.file_url, after.file_url)
	for other in (before, after):
		frappe.delete_doc("File", other.name)
	assert verify(doc.name)["same"]


def test_a_file_of_another_document_becomes_evidence_as_a_copy():
	case, user = case_under_investigation(), user_of("investigator")
	first = make_evidence(case)
	second = make_evidence(case, as_user=user, file=first.file)
	assert second.file != first.file and second.sha256 == first.sha256


def test_who_records_a_copy_as_evidence_loses_it_with_the_case(http):
	case, user = case_under_investigation(), user_of("investigator")
	first = make_evidence(case_under_investigation(), as_user=user)
	copy = make_evidence(case, as_user=user, file=first.file)
	file = frappe.db.get_value("File", {"file_url": copy.file}, ["name", "owner"], as_dict=True)
	assert file.owner == "Administrator"
	frappe.db.commit()
	session, packed = http(user), {"files": frappe.as_json([file.name], indent=None)}
	assert session.get(copy.file).ok
	assert session.post(ZIP, json=packed).ok
	frappe.db.set_value("Complaint", case, {"confidentiality_level": "Restricted", "investigator": None})
	frappe.db.commit()
	assert session.get(copy.file).status_code == 403
	for files in (packed["files"], file.name, [{"name": file.name}]):
		assert_refused(session.post(ZIP, json={"files": files}), status=403)


def test_the_owner_of_copies_from_before_is_taken_away():
	user = user_of("investigator")
	copy = make_evidence(case_under_investigation(), as_user=user)
	of = {"attached_to_doctype": copy.doctype, "attached_to_name": copy.name}
	frappe.db.set_value("File", of, "owner", user)
	close_grants.execute()
	assert frappe.db.get_value("File", of, "owner") == "Administrator"
