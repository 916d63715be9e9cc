// A ticket that looks like a complaint: a person decides. Registering the complaint is the yes.
frappe.ui.form.on("Complaint Proposal", {
	refresh(frm) {
		const may = frm.doc.state === "Open" && frappe.model.can_create("Complaint");
		if (!may || !iso10002.sources.is_active(frm.doc.source_doctype)) return;
		frm.add_custom_button(__("It is a complaint"), () =>
			iso10002.sources.start(frm.doc.source_doctype, frm.doc.source_name)
		).addClass("btn-primary");
		frm.add_custom_button(__("It is none"), () => iso10002.sources.reject(frm.doc.name, () => frm.reload_doc()));
	},
});
