{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Remedies and Cost"] = iso10002.report.settings(null, []);
