{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Satisfaction"] = iso10002.report.settings(null, ["period", "category", "channel", "handler", "unit"]);
