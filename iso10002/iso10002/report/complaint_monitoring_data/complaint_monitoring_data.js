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
	settings.onload = (report) => {
		iso10002.report.onload(report);
		if (!frappe.model.can_create("Complaint Management Report")) return;
		report.page.add_inner_button(__("Freeze as management report"), () =>
			frappe.new_doc("Complaint Management Report", {
				from_date: report.get_filter_value("from_date"),
				to_date: report.get_filter_value("to_date"),
			})
		);
	};
	return settings;
})();
