{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint First-Contact Resolution"] = iso10002.report.settings(null, ["period", "category", "product", "channel", "handler", "unit"]);
