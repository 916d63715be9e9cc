{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Data Quality"] = iso10002.report.settings(iso10002.report.USUAL.filter((name) => name !== "grain"));
