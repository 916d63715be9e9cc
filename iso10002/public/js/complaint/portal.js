// What the handler does towards the complainant's page: write a message, hand out a receipt code.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;

	lib.write_message = (frm) =>
		lib.with_saved(frm, () => {
			const dialog = new frappe.ui.Dialog({
				title: __("Write to the complainant"),
				fields: [
					{
						fieldtype: "Small Text",
						fieldname: "text",
						label: __("Message"),
						reqd: 1,
						description: __("It is shown on the complainant's page. A mail says that there is news."),
					},
					{
						fieldtype: "MultiCheck",
						fieldname: "files",
						label: __("Files the complainant may download"),
						columns: 1,
						options: files_of(frm),
					},
					{ fieldtype: "Button", fieldname: "attach", label: __("Attach another file"), click: () => attach(frm, dialog) },
				],
				primary_action_label: __("Send"),
				primary_action: (values) => lib.send(frm, dialog, "iso10002.portal.messages.send", values),
			});
			dialog.set_df_property("files", "hidden", !files_of(frm).length);
			dialog.$wrapper.addClass("iso-dialog");
			dialog.show();
		});

	function files_of(frm, chosen = []) {
		return frm.get_files().map((file) => ({
			label: lib.safe(file.file_name),
			value: file.name,
			checked: chosen.includes(file.name),
		}));
	}

	/** Attach a file to the case, and choose it for the message. */
	function attach(frm, dialog) {
		new frappe.ui.FileUploader({
			doctype: frm.doctype,
			docname: frm.docname,
			folder: "Home/Attachments",
			make_attachments_public: false,
			on_success: (file) => {
				frm.attachments.attachment_uploaded(file);
				const chosen = [...(dialog.get_value("files") || []), file.name];
				dialog.set_df_property("files", "options", files_of(frm, chosen));
				dialog.set_df_property("files", "hidden", 0);
			},
		});
	}

	lib.new_receipt_code = (frm) =>
		frappe.confirm(__("A new receipt code ends the old one. It is shown once, for the complainant."), async () => {
			const code = await frappe.xcall("iso10002.handling.receipts.new_code", { complaint: frm.doc.name });
			const shown = `<p class="h3"><bdi>${lib.safe(frm.doc.name)}</bdi><br><bdi>${lib.safe(code)}</bdi></p>`;
			frappe.msgprint({ title: __("Receipt code"), message: shown, indicator: "green" });
			frm.reload_doc();
		});
})();
