{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Satisfaction"] = (() => {
	const settings = iso10002.report.settings(null, ["period", "category", "channel", "handler", "unit"]);

	settings.onload = (report) => {
		iso10002.report.onload(report);
		if (!["Complaint Manager", "Complaint Auditor", "Complaint Executive"].some((role) => frappe.user.has_role(role))) return;
		report.page.add_inner_button(__("Means and words"), () => show_results(report));
	};

	/** What complainants and people complained about say, of the surveys the report counts. */
	async function show_results(report) {
		const { from_date, to_date, ...filters } = report.get_filter_values();
		const results = await frappe.xcall("iso10002.portal.survey.results", { from_date, to_date, filters });
		frappe.msgprint({
			title: __("What the survey says"),
			message: Object.entries(results).map(([asked, found]) => results_html(asked, found)).join(""),
			wide: true,
		});
	}

	function results_html(asked, { answered, means, words }) {
		const label = (field) => __(QUESTIONS[field]);
		const rows = Object.entries(means || {}).map(
			([field, mean]) =>
				`<tr><td>${label(field)}</td><td class="text-right">${mean === null ? "–" : format_number(mean, null, 1)}</td></tr>`
		);
		// the server has escaped the words
		const said = (words || []).map((text) => `<li style="white-space: pre-wrap">${text}</li>`);
		return `<h5>${__(asked)}</h5>
			<p class="text-muted">${means ? __("{0} answers", [answered]) : __("Fewer than five answers: nothing is shown.")}</p>
			<table class="table table-bordered">${rows.join("")}</table>
			${said.length ? `<p>${__("In their own words, in no order:")}</p><ul>${said.join("")}</ul>` : ""}`;
	}

	const QUESTIONS = {
		access: "Easy to complain",
		informed: "Kept informed",
		treatment: "Treated fairly and with respect",
		time: "Content with the time it took",
		outcome: "Content with the outcome",
	};

	return settings;
})();
