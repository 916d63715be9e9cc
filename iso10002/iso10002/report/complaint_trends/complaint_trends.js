{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Trends"] = iso10002.report.settings();
