{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Timeliness by Clock"] = iso10002.report.settings(null, ["clock", "rule", "purpose", "stage", "period", "category", "handler"]);
