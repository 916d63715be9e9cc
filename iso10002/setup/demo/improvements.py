"""What the demo organisation did to get better: improvements with their effect, and trainings."""

from datetime import date, datetime, time, timedelta

from iso10002.setup.demo import made

# What, what is done, months before the day of the load, how it turned out (clause 8.7).
IMPROVEMENTS = (
	(
		"Plain words in dunning letters",
		"Four templates rewritten and tried out with ten customers.",
		19,
		"Effective",
	),
	("Disputed entries are marked at once", "A hold in the system while a dispute is open.", 15, "Effective"),
	("One number for hardship cases", "A line of its own with trained staff.", 12, "Not effective"),
	("Call back within two days", "A list of promised calls, looked at every morning.", 9, "Effective"),
	("Fees are shown before signing", "A page with all fees, to be ticked by the customer.", 6, "Effective"),
	("Statements arrive before the due date", "Printing is moved two days ahead.", 3, ""),
	("Fewer wrong addresses", "Addresses are confirmed with every contact.", 1, ""),
	("Complaints by video call", "A trial in two branches.", -2, ""),
)
TRAININGS = (
	("Listening to angry customers", 18, 14),
	("What a complaint is, and how to record it", 13, 31),
	("Protected identities", 8, 12),
	("Writing a decision people understand", 4, 17),
	("Finding causes instead of culprits", 1, 9),
)
MONTH = timedelta(days=30)


def rows(day: date, managers: list[str]) -> dict[str, list[dict]]:
	"""Return the records by DocType, for a load that ends before `day`."""
	manager = managers[0]
	found: dict[str, list[dict]] = {"Complaint Improvement": [], "Complaint Training": []}
	for number, (subject, action, months, effect) in enumerate(IMPROVEMENTS, 1):
		done = day - months * MONTH
		row = {
			**_record(f"IMP-{number}", done - 2 * MONTH, day, manager),
			"subject": subject,
			"action": action,
		}
		row.update(
			{"comes_from": "Cause of complaints", "responsible": manager, "due_on": done + timedelta(days=7)}
		)
		row["status"] = "Planned"
		if months > 0:
			row.update({"done_on": done, "status": effect or "Done"})
		if effect:
			shown = "Complaints of this kind in the three months before and after."
			row.update({"effect": effect, "effect_checked_on": done + 2 * MONTH, "effect_shown_by": shown})
			row["effect_checked_by"] = manager
		found["Complaint Improvement"].append(row)
	for number, (topic, months, people) in enumerate(TRAININGS, 1):
		held = day - months * MONTH
		row = {
			**_record(f"TRN-{number}", held, day, manager),
			"topic": topic,
			"held_on": held,
			"people": people,
		}
		found["Complaint Training"].append({**row, "hours": 3})
	return found


def _record(name: str, on: date, day: date, user: str) -> dict:
	written = datetime.combine(min(on, day - timedelta(days=1)), time(10))
	return {
		"name": f"{made.PREFIX}{name}",
		"creation": written,
		"modified": written,
		"owner": user,
		"modified_by": user,
	}
