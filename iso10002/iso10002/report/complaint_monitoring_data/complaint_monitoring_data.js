{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Monitoring Data"] = (() => {
	const settings = iso10002.report.settings(
		iso10002.report.USUAL.filter((name) => name !== "grain")
	);
	settings.filters.push({
		fieldname: "volume",
		label: __("Orders or customers in the period"),
		fieldtype: "Int",
		description: __("For rates per 1,000; empty: the orders of ERPNext, where it is installed."),
	});
	return settings;
})();
