"""docs/roles.md is the one matrix of rights: the DocTypes, the steps and the REST API agree with it."""

import json
from pathlib import Path

import frappe
import pytest
from factories import ROLE_OF, make_access, unique, user_of
from over_http import complaint, register, system_manager, user_without_a_role, words

import iso10002
from iso10002.handling.stages import MOVES
from iso10002.roles import ALL_ROLES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "roles.md"
DOCTYPES = Path(iso10002.__file__).parent / "iso10002" / "doctype"
MASTERS = (
	"Complaint Category",
	"Complaint Cause",
	"Complaint Channel",
	"Complaint Remedy Type",
	"Dispute Resolution Body",
)
SETTINGS = "ISO10002 Settings"
# What a column of the page stands for beside the DocTypes it names.
ALSO = {
	"Masters": (
		*MASTERS,
		"Complaint Calendar",
		"Complaint Clock Rule",
		"Complaint Team",
		"Complaint Proposal Rule",
	),
	"Complaint Event": ("Complaint Event", "Complaint Clock", "Complaint Clock Notice"),
	SETTINGS: (SETTINGS, "Complaint Portal Settings", "Complaint Ticket Settings"),
}
NAME_FIELD = {
	"Complaint Category": "category_name",
	"Complaint Cause": "cause_name",
	"Complaint Channel": "channel_name",
	"Complaint Remedy Type": "remedy_name",
	"Dispute Resolution Body": "body_name",
}


def table(heading: str) -> list[dict[str, str]]:
	"""Return the rows of the table under a heading of the page, by column."""
	lines = PAGE.read_text().split(f"# {heading}\n")[1].splitlines()
	start = next(number for number, line in enumerate(lines) if line.startswith("|"))
	end = next(
		(number for number in range(start, len(lines)) if not lines[number].startswith("|")), len(lines)
	)
	cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start:end]]
	return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def listed(cell: str) -> set[str]:
	return {part.strip() for part in cell.split(",") if part.strip()}


def matrix() -> dict[tuple[str, str], set[str]]:
	"""Return the rights the page gives, by role and DocType."""
	rights = {}
	for row in table("What each role may do"):
		role = row.pop("Role")
		for column, cell in row.items():
			for doctype in ALSO.get(column, (column,)):
				rights[role, doctype] = listed(cell)
		# the page says so in words: frozen versions of rules are read with the masters, and never written
		rights[role, "Complaint Clock Version"] = listed(row["Masters"]) & {"read"}
		# and this: mails that no case has yet are read by whoever records complaints
		rights[role, "Complaint Mail"] = {"read"} if "create" in rights[role, "Complaint"] else set()
	return rights


def test_the_page_says_what_the_doctypes_say():
	found = {}
	for path in DOCTYPES.glob("*/*.json"):
		meta = json.loads(path.read_text())
		for row in meta["permissions"]:
			given = {right for right, value in row.items() if value == 1}
			assert row.get("permlevel", 0) == 0 and not row.get("if_owner"), (meta["name"], row)
			found[row["role"], meta["name"]] = given
	assert found == {key: rights for key, rights in matrix().items() if rights}


def test_the_page_names_every_role_and_says_who_it_is_for():
	assert {row["Role"] for row in table("Roles")} == set(ALL_ROLES)
	assert {role for role, _doctype in matrix()} == {*ALL_ROLES, "System Manager"}


def test_the_page_says_who_takes_which_step():
	rows = [
		(row["Step"], listed(row["From"]), row["To"], listed(row["Who"]))
		for row in table("Who takes which step")
	]
	assert rows == [(move.action, set(move.sources), move.target, set(move.roles)) for move in MOVES]


@pytest.fixture(scope="module")
def records(site):
	"""One record of each DocType, the case registered by intake and not yet assessed."""
	return {}


@pytest.fixture
def record(http, records):
	"""record(doctype): the name of a record everybody with the right may use."""

	def name_of(doctype: str) -> str:
		if "Complaint" not in records:
			case = register(http)
			records["Complaint"] = case
			records["Complaint Access"] = make_access(case).name
			records["Complaint Party"] = frappe.db.get_value("Complaint Party", {"complaint": case})
			records["Complaint Event"] = frappe.db.get_value("Complaint Event", {"complaint": case})
			records[SETTINGS] = SETTINGS
			records["Complaint Portal Settings"] = "Complaint Portal Settings"
		if doctype not in records:
			records[doctype] = make_master(doctype)
		return records[doctype]

	return name_of


def values_of_master(doctype: str) -> dict:
	more = {"kind": "Other"} if doctype == "Complaint Remedy Type" else {}
	return {NAME_FIELD[doctype]: unique("test"), **more}


def make_master(doctype: str) -> str:
	doc = frappe.get_doc({"doctype": doctype, **values_of_master(doctype)}).insert()
	frappe.db.commit()
	return doc.name


def attempts(doctype: str, record) -> dict[str, list[tuple]]:
	"""Return what to send for each right: method, path below /api/resource, body."""
	at = f"{doctype}/{record(doctype)}"
	changes = {
		"Complaint": {"market_segment": unique()},
		"Complaint Party": {"city": "Köln"},
		"Complaint Event": {"remark": "changed"},
		SETTINGS: {"reminders_before_silence": 2},
	}
	sent = {
		"read": [("GET", at, None)],
		"write": [("PUT", at, changes.get(doctype, {"description": unique()}))],
	}
	if doctype == SETTINGS:
		return sent
	sent["read"].append(("GET", f"{doctype}?fields=[%22name%22]", None))
	if doctype == "Complaint":
		sent["create"] = [("POST", doctype, complaint())]
		sent["delete"] = [("DELETE", at, None)]
	elif doctype == "Complaint Event":
		sent["create"] = [
			("POST", doctype, {"complaint": record("Complaint"), "event": "Contact", "remark": "By hand"})
		]
		sent["delete"] = [("DELETE", at, None)]
	elif doctype == "Complaint Party":
		another = {"complaint": record("Complaint"), "role": "Witness", "full_name": "Wanda Witness"}
		frappe.db.commit()
		sent["create"] = [("POST", doctype, another)]
		sent["delete"] = [
			("DELETE", f"{doctype}/{frappe.get_doc({'doctype': doctype, **another}).insert().name}", None)
		]
		frappe.db.commit()
	else:
		sent["create"] = [("POST", doctype, values_of_master(doctype))]
		sent["delete"] = [("DELETE", f"{doctype}/{make_master(doctype)}", None)]
	return sent


PEOPLE = {**{role: kind for kind, role in ROLE_OF.items()}, "System Manager": None, "Nobody": None}


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_may_do_over_rest_what_the_page_says(http, record, role):
	if kind := PEOPLE[role]:
		user = user_of(kind)
	else:
		user = system_manager() if role == "System Manager" else user_without_a_role()
	rights, wrong = matrix(), []
	for doctype in ("Complaint", "Complaint Party", "Complaint Event", *MASTERS, SETTINGS):
		for right, requests in attempts(doctype, record).items():
			allowed = right in rights.get((role, doctype), set())
			for method, path, body in requests:
				answer = http(user).request(method, f"/api/resource/{path}", json=body)
				if answer.ok != allowed or (not allowed and answer.status_code != 403):
					wrong.append((method, path, allowed, answer.status_code, words(answer)[:200]))
	assert not wrong, "\n".join(map(str, wrong))
