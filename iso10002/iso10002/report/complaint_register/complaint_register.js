{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Register"] = (() => {
	const settings = iso10002.report.settings(
		iso10002.report.USUAL.filter((name) => name !== "grain")
	);
	settings.filters.push({
		fieldname: "measure",
		label: __("Which cases"),
		fieldtype: "Select",
		options: [
			{ value: "", label: __("Received in the period") },
			{ value: "open_now", label: __("Open now") },
			{ value: "overdue", label: __("Overdue now") },
			{ value: "decided", label: __("Answered") },
			{ value: "closed", label: __("Closed") },
			{ value: "rejected", label: __("Decision rejected") },
			{ value: "reviewed", label: __("Reviewed") },
			{ value: "referred", label: __("Referred to outside bodies") },
			{ value: "reopened", label: __("Reopened") },
		],
	});
	// what a figure of another report is broken down by
	const passed = frappe.route_options || {};
	if (passed.measure && !settings.filters.at(-1).options.some((option) => option.value === passed.measure))
		settings.filters.at(-1).options.push({ value: passed.measure, label: passed.measure });
	for (const name of Object.keys(iso10002.report.PASSED))
		settings.filters.push({
			fieldname: name,
			label: iso10002.report.PASSED[name],
			fieldtype: "Data",
			hidden: !passed[name],
		});
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
