"""What the public complaint file says, when each of its complaints is received on this site, and categories."""

import csv
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, count
from pathlib import Path

import frappe

FILE = Path(__file__).with_name("cfpb_complaints_2015.csv")
DAYS_BACK = 730
CATEGORY = "Complaint Category"

# How many complaints come in on a weekday, Monday first, and in a month, January first; relative figures.
BY_WEEKDAY = (1.3, 1.15, 1.1, 1.05, 1.0, 0.45, 0.35)
BY_MONTH = (1.15, 1.1, 1.05, 1.0, 0.95, 0.95, 0.9, 0.85, 1.0, 1.05, 1.1, 0.8)


@dataclass(frozen=True)
class Fact:
	"""One row of the file; dates as published."""

	reference: str
	product: str
	sub_product: str
	issue: str
	sub_issue: str
	state: str
	zip_code: str
	received: date
	response: str
	timely: bool
	disputed: bool


def read_facts(limit: int | None = None) -> list[Fact]:
	"""Return the complaints of the file in the order of their receipt; with `limit`, that many of all times."""
	with FILE.open(encoding="utf-8", newline="") as file:
		facts = [_fact(row) for row in csv.DictReader(file)]
	facts.sort(key=lambda fact: (fact.received, int(fact.reference)))
	if limit and limit < len(facts):
		facts = [facts[index * len(facts) // limit] for index in range(limit)]
	return facts


def receipt_times(number: int, today: date, seed: str) -> list[datetime]:
	"""Return `number` times in ascending order, spread over the 24 months before `today`, its day excluded.

	More come in on Mondays than on Sundays, more in winter than in summer, and a little more each year.
	Times are in the site's time zone, most of them in business hours.
	"""
	chance = random.Random(f"{seed}:receipts")
	days = [today - timedelta(days=DAYS_BACK - age) for age in range(DAYS_BACK)]
	weights = [
		BY_WEEKDAY[day.weekday()] * BY_MONTH[day.month - 1] * (0.85 + 0.3 * age / DAYS_BACK)
		for age, day in enumerate(days)
	]
	chosen = chance.choices(days, weights, k=number)
	return sorted(datetime.combine(day, _time_of_day(chance, day)) for day in chosen)


def category_names(facts: list[Fact], taken: set[str]) -> dict[tuple[str, str], str]:
	"""Return the name of a category per product (key: product, "") and per issue (key: product, issue).

	An issue that occurs under several products, or has the name of something else, is named with its
	product. Names in `taken` (in small letters) belong to the site and are not used.
	"""
	products = sorted({fact.product for fact in facts})
	issues = sorted({(fact.product, fact.issue) for fact in facts})
	spread = defaultdict(set)
	for product, issue in issues:
		spread[issue.lower()].add(product)
	names, used = {}, set(taken)

	def choose(key: tuple[str, str], *proposals: str) -> None:
		further = (f"{proposals[-1][:-1]} {number})" for number in count(2))
		names[key] = next(name for name in chain(proposals, further) if name.lower() not in used)
		used.add(names[key].lower())

	for product in products:
		choose((product, ""), product, f"{product} (products)", f"{product} (demo)")
	for product, issue in issues:
		alone = [issue] if len(spread[issue.lower()]) == 1 else []
		choose((product, issue), *alone, f"{issue} ({product})", f"{issue} ({product}, demo)")
	return names


def create_categories(facts: list[Fact]) -> tuple[dict[tuple[str, str], str], list[str]]:
	"""Add the categories at the end of the site's tree, so that its own ones are not touched.

	Returns:
		The names as in `category_names`, and the list of those created, groups first.
	"""
	taken = {name.lower() for name in frappe.get_all(CATEGORY, pluck="name")}
	names = category_names(facts, taken)
	fields = ("name", "category_name", "parent_complaint_category", "is_group", "lft", "rgt", "old_parent")
	rows, position = [], _end_of_tree()
	for product in sorted({product for product, _issue in names}):
		leaves = [name for (group, issue), name in names.items() if group == product and issue]
		group = names[(product, "")]
		rows.append((group, group, None, 1, position, position + 2 * len(leaves) + 1, None))
		for number, leaf in enumerate(leaves):
			left = position + 1 + 2 * number
			rows.append((leaf, leaf, group, 0, left, left + 1, group))
		position += 2 * len(leaves) + 2
	now = frappe.utils.now()
	stamp = {"creation": now, "modified": now, "owner": "Administrator", "modified_by": "Administrator"}
	values = [(*row, *stamp.values()) for row in rows]
	frappe.db.bulk_insert(CATEGORY, [*fields, *stamp], values)
	return names, [row[0] for row in rows]


def _fact(row: dict[str, str]) -> Fact:
	return Fact(
		reference=row["Complaint ID"],
		product=row["Product"],
		sub_product=row["Sub-product"],
		issue=row["Issue"],
		sub_issue=row["Sub-issue"],
		state=row["State"],
		zip_code=row["ZIP code"],
		received=datetime.strptime(row["Date received"], "%m/%d/%Y").date(),
		response=row["Company response"],
		timely=row["Timely response?"] == "Yes",
		disputed=row["Consumer disputed?"] == "Yes",
	)


def _time_of_day(chance: random.Random, day: date) -> time:
	if day.weekday() < 5 and chance.random() < 0.8:
		minutes = int(chance.triangular(8 * 60, 18 * 60, 10.5 * 60))
	else:
		minutes = int(chance.triangular(6 * 60, 24 * 60 - 1, 19 * 60))
	return time(minutes // 60, minutes % 60, chance.randrange(60))


def _end_of_tree() -> int:
	"""Return the next free number of the category tree."""
	table = frappe.qb.DocType(CATEGORY)
	last = frappe.qb.from_(table).select(table.rgt).orderby(table.rgt, order=frappe.qb.desc).limit(1).run()
	return (last[0][0] or 0) + 1 if last else 1
