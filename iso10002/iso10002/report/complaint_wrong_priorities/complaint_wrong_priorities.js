{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Wrong Priorities"] = iso10002.report.settings(null, ["severity", "period", "category", "channel", "handler"]);
