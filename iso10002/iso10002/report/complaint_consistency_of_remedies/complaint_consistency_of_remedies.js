{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Consistency of Remedies"] = iso10002.report.settings();
