{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Recurring Problems"] = iso10002.report.settings(iso10002.report.USUAL.filter((name) => name !== "grain"), []);
