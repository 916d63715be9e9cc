// A proposal to remove cases whose time is over: approved or rejected here, with a reason.
frappe.ui.form.on("Complaint Disposal", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.status !== "Proposed") return;
		frm.set_intro(
			__("{0} cases are past the time they are kept for. Nothing is removed before you approve it.", [
				frm.doc.cases.length,
			]),
			"orange"
		);
		const decide = (decision, title, label) =>
			frappe.prompt(
				[{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 }],
				async ({ reason }) => {
					await frappe.call({
						method: "iso10002.confidentiality.retention.decide",
						args: { disposal: frm.doc.name, decision, reason },
						freeze: true,
					});
					frm.reload_doc();
				},
				title,
				label
			);
		frm.page.set_primary_action(__("Approve"), () =>
			decide("Approved", __("Remove these cases for good"), __("Approve"))
		);
		frm.add_custom_button(__("Reject"), () => decide("Rejected", __("Keep these cases"), __("Reject")));
	},
});
