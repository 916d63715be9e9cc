{% include "iso10002/public/js/analytics/report.js" %}

frappe.query_reports["Complaint Ageing and Overdue"] = iso10002.report.settings(iso10002.report.USUAL.filter((name) => name !== "grain"), frappe.model.can_read("Complaint") ? ["category", "product", "channel", "severity", "handler", "unit"] : ["channel"]);
