"""The clock rules a site starts with: the plain one after ISO 10002 active, those of regulators inactive.

The regulators' rules are our reading of public texts, to be checked by whoever activates them. Each needs a
calendar with the holidays of its country entered; without them it cannot be activated. Seeded once.
"""

import frappe

PLAIN = "ISO 10002"

# Working hours from Monday to Friday unless said otherwise: (time zone, weekdays).
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
CALENDARS = {
	"England and Wales": ("Europe/London", _WEEK),
	"Ireland": ("Europe/Dublin", _WEEK),
	"Australia (Sydney)": ("Australia/Sydney", _WEEK),
	"United States (Eastern)": ("America/New_York", _WEEK),
	"European Union (Brussels)": ("Europe/Brussels", _WEEK),
	"Bahrain": ("Asia/Bahrain", ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday")),
}


def _clock(
	name: str, length: int, unit: str, starts_on: str, met_by: str, purpose: str = "Other", **more
) -> dict:
	values = {"clock_name": name, "length": length, "unit": unit, "starts_on": starts_on, "met_by": met_by}
	return {**values, "purpose": purpose, **more}


def _extension(times: int, length: int, unit: str) -> dict:
	return {"extensions_allowed": times, "extension_length": length, "extension_unit": unit}


_D, _B, _W, _M = "Calendar Days", "Business Days", "Weeks", "Months"

WARNINGS = (
	{"kind": "Warning", "percent": 75, "to_handler": 1},
	{"kind": "Warning", "percent": 90, "to_handler": 1, "to_managers": 1},
	{"kind": "Missed", "to_handler": 1, "to_managers": 1, "escalation": 1},
	{"kind": "Reminder", "days": 7, "times": 2, "to_handler": 1, "to_managers": 1},
)

RULES = (
	{
		"rule_name": PLAIN,
		"is_active": 1,
		"source": "ISO 10002:2018, clauses 7.2 to 7.9; lengths are a proposal",
		"clocks": (
			_clock("Acknowledge", 3, _D, "Received", "Acknowledged", "Acknowledge"),
			_clock(
				"Answer",
				28,
				_D,
				"Received",
				"Communicated",
				"Answer",
				pause_allowed=1,
				**_extension(1, 28, _D),
			),
			_clock(
				"Answer after review", 28, _D, "Escalated", "Communicated", "Answer", **_extension(1, 28, _D)
			),
			_clock(
				"Answer after reopening",
				28,
				_D,
				"Reopened",
				"Communicated",
				"Answer",
				**_extension(1, 28, _D),
			),
			_clock("Tell the decision", 3, _D, "Decided", "Communicated"),
			_clock(
				"Carry out the remedy",
				28,
				_D,
				"Accepted",
				"Remedies Performed",
				"Remedy",
				**_extension(2, 28, _D),
			),
		),
	},
	{
		"rule_name": "FCA DISP",
		"source": "FCA Handbook, DISP 1.5 and 1.6",
		"description": "The clocks do not stop while waiting for the complainant.",
		"calendar": "England and Wales",
		"jurisdiction": "United Kingdom",
		"clocks": (
			_clock("Acknowledge", 5, _B, "Received", "Acknowledged", "Acknowledge"),
			_clock("Summary resolution", 3, _B, "Received", "Communicated", is_window=1),
			_clock("Answer", 8, _W, "Received", "Communicated", "Answer"),
			_clock("Ombudsman may be asked", 6, _M, "Communicated", "Referred", is_window=1),
		),
	},
	{
		"rule_name": "ASIC RG 271",
		"source": "ASIC Regulatory Guide 271",
		"calendar": "Australia (Sydney)",
		"jurisdiction": "Australia",
		"clocks": (
			_clock("Acknowledge", 1, _B, "Received", "Acknowledged", "Acknowledge"),
			_clock("Settled without a letter", 5, _B, "Received", "Communicated", is_window=1),
			_clock("Answer", 30, _D, "Received", "Communicated", "Answer"),
		),
	},
	{
		"rule_name": "ASIC RG 271: superannuation",
		"source": "ASIC Regulatory Guide 271",
		"calendar": "Australia (Sydney)",
		"jurisdiction": "Australia",
		"priority": 20,
		"conditions": ({"field": "product_or_service", "operator": "like", "value": "%superannuation%"},),
		"clocks": (_clock("Answer", 45, _D, "Received", "Communicated", "Answer"),),
	},
	{
		"rule_name": "ASIC RG 271: default and hardship",
		"source": "ASIC Regulatory Guide 271",
		"calendar": "Australia (Sydney)",
		"jurisdiction": "Australia",
		"priority": 30,
		"conditions": ({"field": "product_or_service", "operator": "like", "value": "%hardship%"},),
		"clocks": (_clock("Answer", 21, _D, "Received", "Communicated", "Answer"),),
	},
	{
		"rule_name": "CFPB",
		"source": "CFPB company portal: 15 days, in progress up to 60 days from sending",
		"calendar": "United States (Eastern)",
		"jurisdiction": "United States",
		"clocks": (
			_clock("Answer", 15, _D, "Received", "Communicated", "Answer", **_extension(1, 45, _D)),
			_clock("Feedback of the consumer", 60, _D, "Communicated", "Closed", is_window=1),
		),
	},
	{
		"rule_name": "UK Housing Ombudsman",
		"source": "Housing Ombudsman, Complaint Handling Code 2024",
		"description": "Stage 2 counts from the request for a review, which is never later than its acknowledgement.",
		"calendar": "England and Wales",
		"jurisdiction": "United Kingdom",
		"priority": 20,
		"conditions": ({"field": "market_segment", "operator": "=", "value": "Social housing"},),
		"clocks": (
			_clock("Acknowledge", 5, _B, "Received", "Acknowledged", "Acknowledge"),
			_clock("Answer", 10, _B, "Acknowledged", "Communicated", "Answer", **_extension(1, 10, _B)),
			_clock("Acknowledge stage 2", 5, _B, "Escalated", "Updated", "Review"),
			_clock("Answer stage 2", 20, _B, "Escalated", "Communicated", "Answer", **_extension(1, 20, _B)),
		),
	},
	{
		"rule_name": "PSD2",
		"source": "Directive (EU) 2015/2366, article 101",
		"calendar": "European Union (Brussels)",
		"priority": 20,
		"conditions": ({"field": "product_or_service", "operator": "like", "value": "%payment%"},),
		"clocks": (_clock("Answer", 15, _B, "Received", "Communicated", "Answer", **_extension(1, 20, _B)),),
	},
	{
		"rule_name": "Irish CPC",
		"source": "Central Bank of Ireland, Consumer Protection Code",
		"calendar": "Ireland",
		"jurisdiction": "Ireland",
		"clocks": (
			_clock("Acknowledge", 5, _B, "Received", "Acknowledged", "Acknowledge"),
			_clock("Update", 20, _B, "Received", "Updated", "Update", repeats=1),
			_clock("Answer", 40, _B, "Received", "Communicated", "Answer"),
			_clock("Tell the decision", 5, _B, "Decided", "Communicated"),
		),
	},
	{
		"rule_name": "CBB",
		"source": "Central Bank of Bahrain, BC-10 and a licensee's published times",
		"calendar": "Bahrain",
		"jurisdiction": "Bahrain",
		"clocks": (
			_clock("Acknowledge", 5, _B, "Received", "Acknowledged", "Acknowledge"),
			_clock("Answer", 20, _B, "Received", "Communicated", "Answer"),
			_clock("Central bank may be asked", 30, _D, "Communicated", "Referred", is_window=1),
		),
	},
)


def seed_clock_rules() -> None:
	"""Create calendars and rules on a site that has no clock rules yet."""
	if frappe.db.count("Complaint Clock Rule"):
		return
	for name, (zone, days) in CALENDARS.items():
		if not frappe.db.exists("Complaint Calendar", name):
			hours = [{"weekday": day, "from_time": "09:00:00", "to_time": "17:00:00"} for day in days]
			_insert("Complaint Calendar", {"calendar_name": name, "time_zone": zone, "hours": hours})
	for rule in RULES:
		values = {"priority": 10 if rule.get("jurisdiction") else 0, **rule, "clocks": list(rule["clocks"])}
		country = values.pop("jurisdiction", None)
		values["conditions"] = list(rule.get("conditions", ()))
		if country and frappe.db.exists("Country", country):
			values["conditions"].append({"field": "jurisdiction", "operator": "=", "value": country})
		_insert("Complaint Clock Rule", {**values, "warnings": [dict(row) for row in WARNINGS]})


def _insert(doctype: str, values: dict) -> None:
	doc = frappe.new_doc(doctype)
	doc.update(values)
	doc.insert(ignore_permissions=True)  # safe: runs at installation, before any user has a role
