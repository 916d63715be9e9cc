"""What a run prints, writes as JSON and says in the documentation."""

import frappe

from iso10002.confidentiality.leak_check.registry import all_roads
from iso10002.confidentiality.leak_check.run import BROKEN, NOT_APPLICABLE, Outcome
from iso10002.confidentiality.leak_check.site import titles

WIDTH = 64


def as_text(outcome: Outcome) -> str:
	"""Return the table of roads and visitors, the checks of the site, and every leak with what was seen."""
	by_name = {road.name: road for road in all_roads()}
	labels = list(next(iter(outcome.results.values())))
	lines = [f"Frappe {frappe.__version__}, {frappe.local.site}", ""]
	lines += [f"{chr(ord('A') + number)}  {label}" for number, label in enumerate(labels)]
	heads = "".join(f"{chr(ord('A') + number):>7}" for number in range(len(labels)))
	lines += ["", f"{'':{WIDTH}}{heads}"]
	why_not: dict[str, dict[str, None]] = {NOT_APPLICABLE: {}, BROKEN: {}}
	for name, results in outcome.results.items():
		title = by_name[name].title if name in by_name else name
		cells = "".join(f"{results[label].status:>7}" for label in labels)
		lines.append(f"{title[: WIDTH - 2]:{WIDTH}}{cells}")
		for result in results.values():
			if result.status in why_not:
				why_not[result.status][f"{title}: {result.why}"] = None
	lines += ["", "The site itself:"]
	lines += [f"{'ok' if check.ok else 'WRONG':7}{check.title}" for check in outcome.checks]
	if why_not[NOT_APPLICABLE]:
		lines += ["", "Not applicable:", *why_not[NOT_APPLICABLE]]
	if why_not[BROKEN]:
		lines += ["", "Frappe failed, so neither closed nor open:", *why_not[BROKEN]]
	if outcome.leaks:
		lines += ["", "What leaked:"]
		lines += [f"{road}, {label}: {why}" for road, label, why in outcome.leaks]
	lines += ["", f"{len(outcome.leaks)} leaks." if outcome.leaks else "No leak."]
	return "\n".join(lines)


def as_dict(outcome: Outcome) -> dict:
	"""Return everything for a JSON file."""
	return {
		"site": frappe.local.site,
		"frappe": frappe.__version__,
		"apps": {app: frappe.get_attr(f"{app}.__version__") for app in frappe.get_installed_apps()},
		"leaks": len(outcome.leaks),
		"roads": [
			{
				"road": name,
				"shows_it_to_the_cleared": outcome.shows[name],
				"results": {
					label: {"status": found.status, "why": found.why} for label, found in results.items()
				},
			}
			for name, results in outcome.results.items()
		],
		"site_checks": [{"check": check.title, "ok": check.ok, "why": check.why} for check in outcome.checks],
	}


def as_markdown() -> str:
	"""Return the roads and what closes each, as the table in docs/security.md."""
	rows = ["| Road | What closes it |", "|---|---|"]
	rows += [f"| {road.title} | {road.closed_by} |" for road in all_roads()]
	rows += ["", "Beside the roads, the check looks at the site itself:", ""]
	rows += [f"- {title}" for title in titles()]
	return "\n".join(rows)
