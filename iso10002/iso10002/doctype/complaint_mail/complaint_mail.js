frappe.ui.form.on("Complaint Mail", {
	refresh(frm) {
		if (frm.is_new() || !["New", "Set aside"].includes(frm.doc.state)) return;
		const settle = (method, values) =>
			frappe
				.xcall(`iso10002.portal.mailbox.${method}`, { mail: frm.doc.name, ...values })
				.then(() => frm.reload_doc());
		frm.add_custom_button(__("Make a complaint of it"), () => settle("make_complaint"));
		frm.add_custom_button(__("Add to a complaint"), () =>
			frappe.prompt(
				{ fieldtype: "Link", fieldname: "complaint", options: "Complaint", label: __("Complaint"), reqd: 1 },
				(values) => settle("add_to_complaint", values)
			)
		);
		frm.add_custom_button(__("Discard"), () =>
			frappe.prompt(
				{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 },
				(values) => settle("discard", values)
			)
		);
	},
});
