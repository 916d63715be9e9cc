// A row of access: written once, ended with a reason.
frappe.ui.form.on("Complaint Access", {
	refresh(frm) {
		if (frm.is_new()) {
			frm.set_intro(__("Access is given in the complaint: 'Give or deny access...' in its menu."));
			return;
		}
		frm.disable_save();
		const past = frm.doc.valid_until && frm.doc.valid_until <= frappe.datetime.system_datetime();
		if (frm.doc.ended_on || past || !frappe.model.can_create("Complaint Access")) return;
		if (frm.doc.__onload?.is_declared_conflict) {
			frm.set_intro(
				__("{0} has declared a conflict of interest. Lift the conflict in the menu of the case.", [
					frappe.utils.escape_html(frm.doc.user),
				])
			);
			return;
		}
		frm.add_custom_button(__("End access"), () =>
			frappe.prompt(
				[{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 }],
				async ({ reason }) => {
					await frappe.call({
						method: "iso10002.confidentiality.grants.end",
						args: { access: frm.doc.name, reason },
						freeze: true,
					});
					frm.reload_doc();
				},
				__("End this access now"),
				__("End access")
			)
		);
	},
});
