frappe.ui.form.on("Complaint Improvement", {
	refresh(frm) {
		if (frm.is_new()) {
			if (!frm.doc.responsible) frm.set_value("responsible", frappe.session.user);
			return;
		}
		const names = (frm.doc.__onload || {}).complaints || [];
		const link = (name) => `<li>${frappe.utils.get_form_link("Complaint", name, true)}</li>`;
		frm.get_field("cases").$wrapper.html(
			names.length
				? `<ul>${names.map(link).join("")}</ul>`
				: `<p class="text-muted">${__("No complaint you may see refers to it. In a complaint, choose Note an improvement.")}</p>`
		);
	},
});
