"""Categories, causes, channels, remedies and the priority matrix a new site starts with.

In our own words after annexes C, E and F. All of it is the admin's afterwards: seeded once, never written over.
"""

import frappe
from frappe import _

from iso10002.compat import rebuild_tree
from iso10002.setup.portal import VISITORS_WORDS

CATEGORIES = {
	"Supply": (
		"Product not delivered",
		"Service not or only partly provided",
		"Late delivery",
		"Late service",
	),
	"Quality": (
		"Defective product",
		"Poor service",
		"Not as ordered",
		"Not ordered at all",
		"Damage suffered",
	),
	"Refusal": (
		"Guarantee not honoured",
		"Refusal to sell",
		"Refusal to serve",
	),
	"Sales and information": (
		"Method of sale",
		"Wrong information",
		"Too little information",
	),
	"Money": (
		"Payment arrangements",
		"Price",
		"Price increase",
		"Extra charges",
		"Unjustified cost",
		"Wrong invoice",
	),
	"Contract": (
		"Terms of contract",
		"Cover of contract",
		"Change of contract",
		"Poor performance of contract",
		"Cancellation of contract",
		"Service cancelled",
		"Commitment not kept",
	),
	"Loss and credit": (
		"Assessment of damage",
		"Compensation refused",
		"Compensation too low",
		"Loan repayment",
		"Interest asked",
	),
	"Conduct": (
		"Discourtesy",
		"Discrimination",
		"Confidentiality not kept",
	),
	"Handling of a complaint": (
		"Undue delay in dealing with a complaint",
		"Complaint not taken up",
		"Unfair handling of a complaint",
	),
	"Other matters": (),
}

CAUSES = {
	"People": ("Lack of training", "Mistake", "Workload", "Attitude"),
	"Process": (
		"Procedure missing",
		"Procedure not followed",
		"Procedure unsuitable",
		"Handover between units",
	),
	"Product": ("Design", "Material or component", "Manufacturing", "Packaging or transport"),
	"Information": ("Unclear information", "Outdated information", "Promise not kept"),
	"Systems": ("Failure of an IT system", "Wrong data", "Missing function"),
	"Supplier or partner": ("Late supply", "Defective supply", "Service of a partner"),
	"Customer side": ("Misunderstanding", "Use not as intended"),
	"Cause not found": (),
}

# name: spoken, not written
CHANNELS = {
	"Phone": True,
	"In person": True,
	"E-mail": False,
	"Letter": False,
	"Web form": False,
	"Chat": False,
	"Social media": False,
	"Outside body": False,
	"Other": False,
}

# name: (kind of response, has a value)
REMEDIES = {
	"Deliver": ("Put right", False),
	"Repair or rework": ("Put right", False),
	"Replace": ("Put right", False),
	"Substitute": ("Put right", False),
	"Technical help": ("Put right", False),
	"Honour the guarantee": ("Put right", False),
	"Refund": ("Money back", True),
	"Refund of a deposit": ("Money back", True),
	"Price reduction": ("Money back", True),
	"Compensation": ("Compensation", True),
	"Goodwill gift": ("Compensation", True),
	"Financial help": ("Compensation", True),
	"Payment in instalments": ("Contract", False),
	"Keep the commitment": ("Contract", False),
	"Conclude the contract": ("Contract", False),
	"Cancel the contract": ("Contract", False),
	"Cancel the sale": ("Contract", False),
	"Cancel the invoice": ("Contract", True),
	"Correct the assessment of damage": ("Contract", False),
	"Information": ("Information", False),
	"Referral": ("Information", False),
	"Apology": ("Apology", False),
	"Change of product, process or policy": ("Change for everybody", False),
	"Other help": ("Other", False),
}

PRIORITIES = {
	"Minor": ("Low", "Low", "Medium"),
	"Moderate": ("Low", "Medium", "High"),
	"Serious": ("Medium", "High", "Urgent"),
	"Critical": ("High", "Urgent", "Urgent"),
}
IMPACTS = ("One person", "Several people", "Many people")

# Severity and impact of complaints management is told of at once.
SIGNIFICANT = {("Critical", impact) for impact in IMPACTS} | {("Serious", "Many people")}

# Severity: how deep the investigation goes.
DEPTHS = {"Minor": "Brief", "Moderate": "Brief", "Serious": "Standard", "Critical": "Full"}

# Step: the depth from which it is required.
STEPS = {
	"Complainant contacted": "Brief",
	"Person or unit complained about informed": "Brief",
	"Full details given to whoever is complained about": "Standard",
	"Both sides heard": "Standard",
	"Records and correspondence looked at": "Standard",
	"Facts verified": "Standard",
	"Earlier complaints of the same kind looked for": "Standard",
	"Other customers affected looked for": "Full",
	"Place, product or process examined": "Full",
	"Causes analysed": "Full",
}

FILE_TYPES = (
	"pdf, png, jpg, jpeg, gif, webp, heic, txt, csv, docx, xlsx, odt, ods, eml, msg, mp3, m4a, wav, mp4"
)


def seed_masters() -> None:
	"""Create the masters that are empty on this site; a DocType with records is left alone."""
	words = {name: {"public_name": said} for name, said in VISITORS_WORDS.items()}
	_seed_tree("Complaint Category", "category_name", CATEGORIES, words)
	_seed_tree("Complaint Cause", "cause_name", CAUSES)
	_seed("Complaint Channel", [{"channel_name": name, "is_oral": oral} for name, oral in CHANNELS.items()])
	_seed(
		"Complaint Remedy Type",
		[{"remedy_name": name, "kind": kind, "has_value": value} for name, (kind, value) in REMEDIES.items()],
	)


def seed_settings() -> None:
	"""Fill the settings of a new site: deadlines, priority matrix, file types, texts."""
	settings = frappe.get_doc("ISO10002 Settings")
	if settings.priority_matrix:
		return
	settings.acknowledge_within_days = 3
	settings.respond_within_days = 28
	settings.reminders_before_silence = 2
	settings.safety_is_urgent = 1
	settings.smallest_figure = 5
	settings.safety_is_significant = 1
	settings.allowed_file_types = FILE_TYPES
	settings.use_erpnext = settings.use_helpdesk = 1
	settings.further_ways = _(
		"You may ask us to review this decision; somebody who had no part in it so far will do so. "
		"You may also turn to an outside body for the settlement of disputes."
	)
	for severity, priorities in PRIORITIES.items():
		for impact, priority in zip(IMPACTS, priorities, strict=True):
			row = {"severity": severity, "impact": impact, "priority": priority}
			settings.append("priority_matrix", {**row, "significant": int((severity, impact) in SIGNIFICANT)})
	settings.flags.ignore_permissions = True  # safe: runs at installation, before any user has a role
	settings.save()


def seed_significance() -> None:
	"""Mark what is significant in the matrix of a site from before there was such a mark."""
	settings = frappe.get_doc("ISO10002 Settings")
	if any(row.significant for row in settings.priority_matrix):
		return
	settings.safety_is_significant = 1
	for row in settings.priority_matrix:
		row.significant = int((row.severity, row.impact) in SIGNIFICANT)
	settings.flags.ignore_permissions = True  # safe: runs in a patch
	settings.save()


def seed_depths() -> None:
	"""Fill in how deep a case is investigated by its severity, the steps, and when a second person is needed."""
	settings = frappe.get_doc("ISO10002 Settings")
	if settings.depth_rules or settings.depth_steps:
		return
	settings.second_person_from = "Serious"
	settings.extend(
		"depth_rules", [{"severity": severity, "depth": depth} for severity, depth in DEPTHS.items()]
	)
	settings.extend("depth_steps", [{"step": _(step), "from_depth": depth} for step, depth in STEPS.items()])
	settings.flags.ignore_permissions = True  # safe: runs at installation or in a patch
	settings.save()


def _seed(doctype: str, rows: list[dict]) -> None:
	if frappe.db.count(doctype):
		return
	for row in rows:
		_insert(doctype, row)


def _seed_tree(doctype: str, field: str, tree: dict[str, tuple[str, ...]], more: dict | None = None) -> None:
	"""Insert groups and leaves without moving the whole tree each time, then number it once."""
	if frappe.db.count(doctype):
		return
	parent_field, more = f"parent_{frappe.scrub(doctype)}", more or {}
	for group, leaves in tree.items():
		_insert(doctype, {field: group, "is_group": 1 if leaves else 0, **more.get(group, {})})
		for leaf in leaves:
			_insert(doctype, {field: leaf, parent_field: group, **more.get(leaf, {})})
	rebuild_tree(doctype)


def _insert(doctype: str, values: dict) -> None:
	doc = frappe.new_doc(doctype)
	doc.update(values)
	doc.flags.ignore_update_nsm = True
	doc.insert(ignore_permissions=True)  # safe: runs at installation, before any user has a role
