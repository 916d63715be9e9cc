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
		dialog.set_secondary_action_label(__("Print"));
		dialog.set_secondary_action(() => print_letter(frm, dialog, purpose));
		dialog.$wrapper.addClass("iso-dialog");
		dialog.show();
	}

	/** Keep the letter in the history and open it as it goes on paper. */
	async function print_letter(frm, dialog, purpose) {
		const paper = window.open("", "_blank");
		const { subject, message } = dialog.get_values(true);
		const letter = await frappe
			.xcall("iso10002.handling.letters.keep_printed", { complaint: frm.doc.name, purpose, subject, message })
			.catch(() => paper && paper.close());
		if (!letter || !paper) return;
		dialog.hide();
		paper.document.write(paper_html(letter));
		paper.document.close();
		paper.print();
		frm.reload_doc();
	}

	function paper_html(letter) {
		const dir = ["ar", "fa", "he", "ur"].includes(letter.language) ? "rtl" : "ltr";
		const address = letter.address.map((line) => lib.safe(line)).join("<br>");
		return `<!doctype html><html lang="${lib.safe(letter.language)}" dir="${dir}">
			<title>${lib.safe(letter.subject)}</title>
			<style>body { font: 11pt/1.5 serif; margin: 25mm 22mm; } h1 { font-size: 12pt; } address { font-style: normal; margin-block-end: 18mm; }</style>
			<address>${address}</address><h1>${lib.safe(letter.subject)}</h1>${letter.message}</html>`;
	}

	function recipient_html(letter) {
		if (letter.recipient) return `<p>${__("To: {0}", [`<strong>${lib.safe(letter.recipient)}</strong>`])}</p>`;
		return `<p class="text-muted">
			${__("No complainant or representative has an e-mail address. Copy the text for a printed letter.")}</p>`;
	}

	// In the dialog of a step

	/** The letter a step is about, if the settings have a template for it, and the field that keeps its text. */
	lib.letter_of_step = function (frm, step) {
		const { status } = frm.doc;
		const early = lib.position(status) < lib.position("Assessed");
		const decision = status === "Under Review" ? "Review Decision" : early ? "Short Answer" : "Decision";
		const letter = {
			Acknowledged: { purpose: "Acknowledgement", field: "acknowledgement_note" },
			"Decision Communicated": { purpose: decision, field: "communication_text" },
		}[step.stage];
		const offered = letter && (lib.panel(frm).letters || []).includes(letter.purpose);
		return offered && step.asks.includes(letter.field) ? letter : null;
	};

	/** Offer to draft the letter in the dialog, and to send it with the step. */
	lib.offer_letter = function (frm, dialog, letter) {
		dialog.set_secondary_action_label(__("Draft the letter"));
		dialog.set_secondary_action(async () => {
			const draft = await frappe.xcall("iso10002.handling.letters.draft", {
				complaint: frm.doc.name,
				purpose: letter.purpose,
			});
			dialog.iso_letter = { ...letter, subject: draft.subject };
			dialog.set_value(letter.field, text_of(draft.message));
			if (!draft.recipient) return;
			dialog.set_df_property("iso_send", "label", __("Send it to {0} by e-mail now", [draft.recipient]));
			dialog.set_df_property("iso_send", "hidden", 0);
		});
	};

	/** Send the drafted letter, once, if that is wanted; false if it could not be sent. */
	lib.send_drafted = async function (frm, dialog) {
		const letter = dialog.iso_letter;
		if (!letter || letter.sent || !dialog.get_value("iso_send")) return true;
		const answer = await frappe
			.call({
				method: "iso10002.handling.letters.send",
				args: {
					complaint: frm.doc.name,
					purpose: letter.purpose,
					subject: letter.subject,
					message: lib.safe_lines(dialog.get_value(letter.field)),
				},
				freeze: true,
			})
			.catch(() => null);
		letter.sent = !!(answer && answer.message);
		return letter.sent;
	};

	/** The text of a letter in HTML, with its paragraphs. */
	function text_of(html) {
		const lines = cstr(html).replace(/<br\s*\/?>|<\/(p|div|li|h\d)>/gi, "$&\n");
		const text = new DOMParser().parseFromString(lines, "text/html").body.textContent;
		return text.replace(/[ \t]+\n/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
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
