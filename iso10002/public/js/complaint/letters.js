// Letters to the complainant: drafted from the templates, changed by hand, sent by e-mail and kept as sent.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;

	lib.write_letter = (frm) => lib.with_saved(frm, () => choose_purpose(frm));

	function choose_purpose(frm) {
		const purposes = lib.panel(frm).letters;
		const options = purposes.map((name) => ({ value: name, label: __(name) }));
		frappe.prompt(
			[{ fieldtype: "Select", fieldname: "purpose", label: __("Which letter?"), options, default: likely(frm, purposes), reqd: 1 }],
			({ purpose }) => open_draft(frm, purpose),
			__("Write a letter"),
			__("Draft it")
		);
	}

	function likely(frm, purposes) {
		const wanted = {
			Received: "Acknowledgement",
			"Decision Approved": "Decision",
			"Decision Communicated": "Reminder",
			"Under Review": "Review Decision",
			Closed: "Closing",
		}[frm.doc.status];
		return purposes.includes(wanted) ? wanted : purposes[0];
	}

	async function open_draft(frm, purpose) {
		const letter = await frappe.xcall("iso10002.handling.letters.draft", { complaint: frm.doc.name, purpose });
		const dialog = new frappe.ui.Dialog({
			title: __(purpose),
			size: "large",
			fields: [
				{ fieldtype: "HTML", fieldname: "to", options: recipient_html(letter) },
				{ fieldtype: "Data", fieldname: "subject", label: __("Subject"), default: letter.subject, reqd: 1 },
				{ fieldtype: "Text Editor", fieldname: "message", label: __("Text"), default: letter.message, reqd: 1 },
			],
			...(letter.recipient
				? {
						primary_action_label: __("Send by e-mail"),
						primary_action: (values) =>
							lib.send(frm, dialog, "iso10002.handling.letters.send", { purpose, ...values }),
				  }
				: {}),
		});
		dialog.$wrapper.addClass("iso-dialog");
		dialog.show();
	}

	function recipient_html(letter) {
		if (letter.recipient) return `<p>${__("To: {0}", [`<strong>${lib.safe(letter.recipient)}</strong>`])}</p>`;
		return `<p class="text-muted">
			${__("No complainant or representative has an e-mail address. Copy the text for a printed letter.")}</p>`;
	}

	/** Show a letter as it was sent, without letting it do anything. */
	lib.show_letter = function (subject, message) {
		const dialog = new frappe.ui.Dialog({
			title: lib.safe(subject),
			size: "large",
			fields: [{ fieldtype: "HTML", fieldname: "letter" }],
		});
		$("<iframe sandbox class='iso-letter'></iframe>").attr("srcdoc", message).appendTo(dialog.fields_dict.letter.$wrapper);
		dialog.show();
	};
})();
