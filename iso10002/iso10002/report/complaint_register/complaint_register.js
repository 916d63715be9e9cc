{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Register"] = (() => {
	const settings = iso10002.report.settings(
		iso10002.report.USUAL.filter((name) => name !== "grain")
	);
	// "Not recorded" stands for the cases without a value; what else is no record is refused by the server
	for (const filter of settings.filters) {
		if (filter.fieldname === "severity") filter.options.push({ value: "Not recorded", label: __("Not recorded") });
		if (filter.fieldtype !== "Link") continue;
		filter.ignore_link_validation = true;
		frappe.utils.add_link_title(filter.options, "Not recorded", __("Not recorded"));
	}
	const which = { fieldname: "measure", label: __("Which cases"), fieldtype: "Select", default: "received" };
	settings.filters.push(which);
	// the desk waits for the answer before it shows the filters
	frappe.call({
		method: "iso10002.analytics.register.choices",
		callback: ({ message }) => (which.options = message),
	});
	// what a figure of another report is broken down by: seen as long as it narrows
	for (const [name, label] of Object.entries(iso10002.report.PASSED))
		settings.filters.push({ fieldname: name, label, fieldtype: "Data", depends_on: name });
	settings.onload = (report) => {
		iso10002.report.onload(report);
		report.page.add_inner_button(__("Register as PDF"), () =>
			open_url_post("/api/method/iso10002.analytics.register_paper.download", {
				filters: JSON.stringify(report.get_filter_values()),
			})
		);
	};
	return settings;
})();
