// Form of a piece of evidence: filled in once, then only looked at, checked, or replaced by a new version.
frappe.ui.form.on("Complaint Evidence", {
	setup(frm) {
		frm.set_query("supersedes", () => ({
			filters: { complaint: frm.doc.complaint || "", name: ["!=", frm.doc.name] },
		}));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		frm.disable_save();
		frm.add_custom_button(__("Case"), () => frappe.set_route("Form", "Complaint", frm.doc.complaint));
		frm.add_custom_button(__("Check the file"), () => check(frm));
		const newer = frm.doc.__onload && frm.doc.__onload.superseded_by;
		if (newer) {
			frm.set_intro(__("Replaced by {0}.", [frappe.utils.get_form_link(frm.doctype, newer, true)]), "orange");
		} else if (frappe.model.can_create(frm.doctype)) {
			frm.add_custom_button(__("New version"), () =>
				frappe.new_doc(frm.doctype, {
					complaint: frm.doc.complaint,
					supersedes: frm.doc.name,
					description: frm.doc.description,
					source: frm.doc.source,
				})
			);
		}
	},
});

async function check(frm) {
	const { message } = await frappe.call({
		method: "iso10002.handling.evidence.verify",
		args: { evidence: frm.doc.name },
	});
	frappe.msgprint(
		message.same
			? { message: __("The file is the same as when it was recorded."), indicator: "green" }
			: {
					message: __("The file is not the same as when it was recorded. This was noted in the case."),
					indicator: "red",
			  }
	);
}
