// Filters of the log of accesses.
frappe.query_reports["Complaint Access Log"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_days(frappe.datetime.get_today(), -30),
		},
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date", default: frappe.datetime.get_today() },
		{ fieldname: "complaint", label: __("Complaint"), fieldtype: "Link", options: "Complaint" },
		{ fieldname: "user", label: __("User"), fieldtype: "Link", options: "User" },
		{
			fieldname: "action",
			label: __("What"),
			fieldtype: "Select",
			options: ["", "Opened", "Printed", "Exported", "Mailed", "Revealed", "Refused", "Disposed of", "Handed out"],
		},
		{ fieldname: "purpose", label: __("Purpose"), fieldtype: "Data" },
	],
};
