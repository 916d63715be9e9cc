// Form of a referral to an outside body.
frappe.ui.form.on("Complaint Referral", {
	setup(frm) {
		frm.set_query("body", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		if (!frm.is_new()) {
			frm.add_custom_button(__("Case"), () => frappe.set_route("Form", "Complaint", frm.doc.complaint));
		}
	},
});
