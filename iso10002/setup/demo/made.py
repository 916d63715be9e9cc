"""What a load of the demo data has made beside the cases themselves, so that it can be taken away again.

Cases are known by their names (`DEMO-2026-00001`). Users and categories have names of their own, so the load
writes down which of them it created, in the transaction in which it creates them.
"""

import json
from dataclasses import asdict, dataclass, field

import frappe

PREFIX = "DEMO-"
# A default that belongs to nobody: Frappe sends those of users and of the site to every browser, not this one.
KEY = OWNER = "iso10002_demo"


@dataclass
class Made:
	"""What a load created beside the cases; `today` and `seed` are those it ran with.

	`versions` are the frozen clock rules the deadlines of the cases refer to.
	"""

	users: list[str] = field(default_factory=list)
	categories: list[str] = field(default_factory=list)
	bodies: list[str] = field(default_factory=list)
	versions: list[str] = field(default_factory=list)
	today: str = ""
	seed: str = ""


def remember(made: Made) -> None:
	frappe.defaults.set_default(KEY, json.dumps(asdict(made)), OWNER)


def remembered() -> Made | None:
	"""Return what the last load made, None if there was none since the last `clear`."""
	table = frappe.qb.DocType("DefaultValue")
	found = (
		frappe.qb.from_(table)
		.select(table.defvalue)
		.where(table.parent == OWNER)
		.where(table.defkey == KEY)
		.run()
	)
	return Made(**json.loads(found[0][0])) if found else None


def forget() -> None:
	frappe.db.delete("DefaultValue", {"parent": OWNER, "defkey": KEY})


def count_cases(*, demo: bool) -> int:
	"""Return how many complaints are demo cases, or how many are not."""
	return frappe.db.count("Complaint", {"name": ("like" if demo else "not like", f"{PREFIX}%")})
