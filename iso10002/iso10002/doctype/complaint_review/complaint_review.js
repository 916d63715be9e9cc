// Form of a second-stage review.
frappe.ui.form.on("Complaint Review", {
	refresh(frm) {
		if (!frm.is_new()) {
			frm.add_custom_button(__("Case"), () => frappe.set_route("Form", "Complaint", frm.doc.complaint));
		}
		frm.set_intro(""); // Frappe adds to the line that is there
		const waiting = frm.doc.docstatus === 0 && !frm.doc.conflict_declaration;
		if (!waiting) return;
		frm.set_intro(
			frm.doc.reviewer === frappe.session.user
				? __("First declare whether you have a conflict of interest. Then the work can be recorded.")
				: __("Waiting for the reviewer's declaration on conflicts of interest."),
			"orange"
		);
	},

	outcome(frm) {
		if (frm.doc.outcome === "Confirmed") {
			frm.set_value({ new_decision: "", new_decision_reasons: "" });
		}
	},
});
