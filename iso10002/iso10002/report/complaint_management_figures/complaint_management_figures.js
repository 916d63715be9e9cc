{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Management Figures"] = {
	filters: [
		{
			fieldname: "management_report",
			label: __("Management report"),
			fieldtype: "Link",
			options: "Complaint Management Report",
			get_query: () => ({ filters: { docstatus: 1 } }),
		},
		{ fieldname: "last_month", label: __("Of the last month only"), fieldtype: "Check" },
	],
	formatter: iso10002.report.formatter,
};
