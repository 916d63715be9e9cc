"""Writing the demo data: everything in one transaction, so that an interrupted load leaves nothing behind."""

import random
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta

import frappe
from frappe import _
from frappe.utils import getdate, nowdate
from pypika.terms import Parameter

from iso10002.roles import EXECUTIVE, INTAKE, MANAGER
from iso10002.setup.demo import improvements, made, texts
from iso10002.setup.demo.casefile import CaseFile
from iso10002.setup.demo.deadlines import add_deadlines, keep_versions
from iso10002.setup.demo.facts import Fact, create_categories, read_facts, receipt_times
from iso10002.setup.demo.management import tell_management
from iso10002.setup.demo.people import Team, create_people, team
from iso10002.setup.demo.story import DUPLICATE, Story
from iso10002.setup.demo.world import DemoError, World, create_bodies

SEED = "iso10002"
CASES_AT_ONCE = 250
ROWS_AT_ONCE = 1000
MOST_GROUPS = 40
NUMBERS = ("Check", "Currency", "Duration", "Float", "Int", "Percent")
REPEATED_WITHIN = timedelta(days=21)
SPOKEN_HOURS = range(8, 18)

# How complaints come in, in hundredths; outside business hours only in writing.
CHANNELS = {
	"Web form": 36,
	"Phone": 27,
	"E-mail": 17,
	"Letter": 8,
	"Outside body": 6,
	"In person": 3,
	"Chat": 3,
}
AT_NIGHT = ("Web form", "E-mail", "Chat")
UNITS = ("Contact centre", "Head office", "Branch North", "Branch South", "Online service")
TABLES = (
	("Complaint Allegation", "allegations"),
	("Complaint Remedy", "remedies"),
)
HANGING = (
	("Complaint Party", "parties"),
	("Complaint Event", "events"),
	("Complaint Review", "reviews"),
	("Complaint Referral", "referrals"),
	("Complaint Clock", "clocks"),
	("Complaint Clock Notice", "notices"),
)
INVESTIGATION_TABLES = (
	("Complaint Investigation Step", "steps"),
	("Complaint Finding", "findings"),
	("Complaint Investigation Cause", "causes"),
)


class LoadedAlreadyError(DemoError):
	"""The demo data is on this site."""


class RealComplaintsError(DemoError):
	"""There are complaints on this site that are not demo data."""


def load(
	limit: int | None = None,
	*,
	today: date | str | None = None,
	seed: str = SEED,
	force: bool = False,
	progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
	"""Write the demo data. Does not commit. The same `seed` and `today` give the same data.

	Args:
		limit: so many complaints instead of all 6,000, spread over the same time.
		today: the day the data ends before, in the site's time zone.
		force: also on a site with complaints of its own.
		progress: called with the number of cases written and their total.

	Returns:
		How many records of each kind were written.

	Raises:
		LoadedAlreadyError: the demo data is there.
		RealComplaintsError: the site has complaints of its own, and not `force`.
		DemoError: the site lacks a channel, a cause or people with the roles.
	"""
	_refuse_if_not_possible(force)
	day = getdate(today or nowdate())
	facts = read_facts(limit)
	users = create_people()
	categories, new_categories = create_categories(facts)
	bodies = create_bodies()
	world = World()
	maker = CaseMaker(world, team(), categories, day, seed)
	writer = Writer()
	for done, (fact, received) in enumerate(zip(facts, receipt_times(len(facts), day, seed), strict=True), 1):
		writer.add(maker.make(fact, received))
		if done % CASES_AT_ONCE == 0 or done == len(facts):
			writer.write()
			if progress:
				progress(done, len(facts))
	writer.add_rows(improvements.rows(day, maker.team.emails(MANAGER)))
	versions = keep_versions(world.versions)
	made.remember(made.Made(users, new_categories, bodies, versions, str(day), seed))
	return {"User": len(users), "Complaint Category": len(new_categories), **writer.written}


class CaseMaker:
	"""Makes the cases one after the other, in the order of their receipt."""

	def __init__(
		self, world: World, people: Team, categories: dict[tuple[str, str], str], today: date, seed: str
	) -> None:
		self.world, self.team, self.categories, self.seed = world, people, categories, seed
		self.until = datetime.combine(today, time())
		self._numbers: dict[int, int] = {}
		self._lately: dict[tuple[str, str], CaseFile] = {}
		self._issues: dict[str, list[str]] = {}
		for product, issue in categories:
			if issue:
				self._issues.setdefault(product, []).append(issue)

	def make(self, fact: Fact, received: datetime) -> CaseFile:
		chance = random.Random(f"{self.seed}:{fact.reference}")
		name = self._next_name(received)
		case = CaseFile(self.world, name, self._receipt(fact, received, chance), self.until)
		self._add_points(case, fact, chance)
		key = (fact.product, fact.issue)
		original = self._lately.get(key)
		if original and received - original.get("received_on") > REPEATED_WITHIN:
			original = None
		course = Story(case, fact, self.world, self.team, chance, original).tell()
		if course != DUPLICATE:
			self._lately[key] = case
		tell_management(case, self.team.emails(MANAGER), self.team.emails(EXECUTIVE))
		add_deadlines(case, self.world, self.team.emails(MANAGER))
		return case

	def _next_name(self, received: datetime) -> str:
		number = self._numbers[received.year] = self._numbers.get(received.year, 0) + 1
		return f"{made.PREFIX}{received.year}-{number:05d}"

	def _receipt(self, fact: Fact, received: datetime, chance: random.Random) -> dict:
		channel = self._channel(received, chance)
		wish = chance.choice(texts.WISHES)[0] if chance.random() < 0.6 else None
		return {
			"received_on": received,
			"received_by": self.team.anyone(chance, INTAKE),
			"channel": channel,
			"receiving_unit": chance.choice(UNITS),
			"referred_by": texts.OUTSIDE_BODIES[0] if channel == "Outside body" else None,
			"language": self.world.language,
			"external_reference": f"CFPB-{fact.reference}",
			"description": texts.describe(fact, chance),
			"problem_date": received.date() - timedelta(days=chance.randint(1, 60)),
			"happened_before": chance.choices(("", "No", "Yes"), (40, 45, 15))[0],
			"product_or_service": " - ".join(filter(None, (fact.product, fact.sub_product))),
			"product_reference": f"AC-{chance.randint(100000, 999999)}" if chance.random() < 0.7 else None,
			"unit_concerned": f"{fact.product} services",
			"market_segment": chance.choices(("Private customers", "Small business"), (92, 8))[0],
			"jurisdiction": self.world.country,
			"remedy_requested": "Yes" if wish else chance.choice(("", "No")),
			"remedy_sought": wish,
			"category": self.categories[(fact.product, fact.issue)],
		}

	def _channel(self, received: datetime, chance: random.Random) -> str:
		open_now = received.weekday() < 5 and received.hour in SPOKEN_HOURS
		shares = {
			name: share
			for name, share in CHANNELS.items()
			if name in self.world.spoken and (open_now or name in AT_NIGHT)
		}
		if not shares:
			return self.world.channel(*CHANNELS)
		return chance.choices(list(shares), list(shares.values()))[0]

	def _add_points(self, case: CaseFile, fact: Fact, chance: random.Random) -> None:
		"""Add what is complained about: the issue of the file first, sometimes others of the same product."""
		user = case.get("received_by")
		others = [issue for issue in self._issues[fact.product] if issue != fact.issue]
		more = chance.choices((0, 1, 2), (72, 22, 6))[0]
		for issue in (fact.issue, *chance.sample(others, min(more, len(others)))):
			case.add_row(
				case.allegations,
				"allegation",
				user,
				{
					"allegation": (fact.sub_issue if issue == fact.issue else "") or issue,
					"category": self.categories[(fact.product, issue)],
				},
			)


class Writer:
	"""Collects the rows of many cases and writes them at once, with the defaults of a new document."""

	def __init__(self) -> None:
		self.written: dict[str, int] = {}
		self._rows: dict[str, list[dict]] = {}
		self._defaults: dict[str, dict] = {}

	def add(self, case: CaseFile) -> None:
		self._collect("Complaint", [case.fields])
		for doctype, table in TABLES:
			self._collect_rows(doctype, "Complaint", case.name, table, getattr(case, table))
		for investigation in case.investigations:
			self._collect("Complaint Investigation", [investigation])
			for doctype, table in INVESTIGATION_TABLES:
				rows = investigation[table]
				self._collect_rows(doctype, "Complaint Investigation", investigation["name"], table, rows)
		for doctype, table in HANGING:
			self._collect(doctype, getattr(case, table))

	def add_rows(self, rows: dict[str, list[dict]]) -> None:
		"""Write records of DocTypes that belong to no case."""
		for doctype, found in rows.items():
			self._collect(doctype, found)
		self.write()

	def write(self) -> None:
		for doctype, rows in self._rows.items():
			defaults = self._columns(doctype)
			always = {
				df.fieldname for df in frappe.get_meta(doctype).get("fields", {"fieldtype": "Duration"})
			}
			for columns, alike in _alike(rows, defaults, always):
				_insert(
					doctype,
					columns,
					[[row.get(column, defaults[column]) for column in columns] for row in alike],
				)
			self.written[doctype] = self.written.get(doctype, 0) + len(rows)
		self._rows = {}

	def _collect_rows(self, doctype: str, parenttype: str, parent: str, table: str, rows: list[dict]) -> None:
		for number, row in enumerate(rows, 1):
			row.update({"parent": parent, "parenttype": parenttype, "parentfield": table, "idx": number})
		self._collect(doctype, rows)

	def _collect(self, doctype: str, rows: list[dict]) -> None:
		self._rows.setdefault(doctype, []).extend(rows)

	def _columns(self, doctype: str) -> dict:
		"""Return the columns of a table with the value a new document has in them."""
		if doctype not in self._defaults:
			new = frappe.new_doc(doctype)
			found = new.get_valid_dict(ignore_virtual=True)
			numbers = [df.fieldname for df in new.meta.fields if df.fieldtype in NUMBERS]
			found.update({name: found.get(name) or 0 for name in (*numbers, "docstatus", "idx")})
			self._defaults[doctype] = dict(found)
		return self._defaults[doctype]


def _insert(doctype: str, columns: list[str], rows: list[list]) -> None:
	"""Write rows as `frappe.db.bulk_insert` does, in half its time: the builder writes places, not each value."""
	places = [Parameter("%s")] * len(columns)
	for start in range(0, len(rows), ROWS_AT_ONCE):
		some = rows[start : start + ROWS_AT_ONCE]
		query = frappe.qb.into(frappe.qb.DocType(doctype)).columns(*columns).insert(*[places] * len(some))
		frappe.db.sql(query.get_sql(), [value for row in some for value in row])


def _alike(rows: list[dict], defaults: dict, always: set[str]) -> Iterable[tuple[list[str], list[dict]]]:
	"""Yield rows together with the columns they fill; columns that are empty or 0 are left to the database.

	Writing a value takes longer than making it up, and most columns of most rows are empty. Rows that fill
	the same columns are written together, unless nearly every row is different. Those in `always` are
	written in any case: the database has no 0 for a duration.
	"""
	groups: dict[tuple[str, ...], list[dict]] = {}
	for row in rows:
		filled = tuple(
			column for column, value in defaults.items() if row.get(column, value) or column in always
		)
		groups.setdefault(filled, []).append(row)
	if len(groups) > MOST_GROUPS:
		some = {column for filled in groups for column in filled}
		groups = {tuple(column for column in defaults if column in some): rows}
	for filled, alike in groups.items():
		yield list(filled), alike


def _refuse_if_not_possible(force: bool) -> None:
	if made.remembered() or made.count_cases(demo=True):
		raise LoadedAlreadyError(_("The demo data is loaded already. To load it anew, clear it first."))
	real = made.count_cases(demo=False)
	if real and not force:
		raise RealComplaintsError(
			_(
				"This site has {0} complaints of its own, and figures would mix them with made-up ones. "
				"Use a site for trying things out, or add --force."
			).format(real)
		)
