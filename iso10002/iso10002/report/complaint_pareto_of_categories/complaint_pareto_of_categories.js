{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Pareto of Categories"] = iso10002.report.settings(iso10002.report.USUAL.filter((name) => name !== "grain"), ["category", "product", "channel", "unit", "unit_concerned", "customer_group"]);
