{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Reviews and External Referrals"] = iso10002.report.settings(null, ["period", "category", "product", "handler"]);
