// A new complaint: cases that may be the same are shown while it is typed, and after it what to tell the complainant.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;
	const WAIT = 500;

	const look = frappe.utils.debounce(async (frm) => {
		if (!frm.is_new()) return;
		const { docname, doc } = frm;
		const person = lib.typed_person(docname);
		const given = {
			email: person.email,
			phone: person.phone,
			full_name: person.full_name,
			number: doc.reference_name || doc.product_reference || doc.external_reference,
			words: doc.description,
		};
		const found = Object.values(given).some(Boolean) ? await frappe.xcall("iso10002.handling.likeness.like", given) : [];
		if (frm.docname === docname) show(frm, found);
	}, WAIT);

	lib.look_for_likeness = (frm) => look(frm);

	function show(frm, found) {
		const $panel = frm.get_field("parties_panel").$wrapper;
		$panel.siblings(".iso-likeness").remove();
		if (!found.length) return;
		const rows = found.map(
			(row) => `<li><a href="${frappe.utils.get_form_link("Complaint", row.name)}" target="_blank">${lib.safe(row.name)}</a>
				${__(row.status, null, "Complaint")}, ${frappe.datetime.str_to_user(cstr(row.received_on).slice(0, 10))}
				${row.product_or_service ? `, ${lib.safe(row.product_or_service)}` : ""}
				<span class="text-muted">(${lib.safe(row.why)})</span></li>`
		);
		$(`<div class="iso-likeness form-message yellow" role="status"><strong>${__("Is it one of these?")}</strong><ul>${rows.join("")}</ul></div>`).insertAfter($panel);
	}

	/** What to say to somebody on the phone or at the desk, once the complaint has its reference. */
	lib.say_what_to_tell = function (frm) {
		const { doc } = frm;
		const lines = [
			__("Your complaint has the reference {0}.", [`<bdi><strong>${lib.safe(doc.name)}</strong></bdi>`]),
			doc.acknowledge_due && __("We will confirm it by {0}.", [lib.moment_of(doc.acknowledge_due)]),
			doc.response_due && __("You will have our answer by {0}.", [lib.moment_of(doc.response_due)]),
			__("You can follow it at {0} with the reference and a receipt code.", [`<bdi>${location.origin}/complaint/status</bdi>`]),
		].filter(Boolean);
		const $panel = frm.get_field("case_panel").$wrapper;
		frm.iso_told = doc.name;
		$(frm.wrapper).find(".iso-likeness").remove();
		const $told = $(`<div class="iso-likeness form-message blue" role="status">
			<strong>${__("What to tell the complainant")}</strong><p>${lines.join("<br>")}</p></div>`).insertAfter($panel);
		$(`<button class="btn btn-default btn-xs">${__("New receipt code...")}</button>`)
			.appendTo($told)
			.on("click", () => lib.new_receipt_code(frm));
	};

	const again = (frm) => look(frm);
	frappe.ui.form.on("Complaint", {
		description: again,
		product_reference: again,
		reference_name: again,
		external_reference: again,
		before_save: (frm) => {
			frm.iso_was_new = frm.is_new();
		},
		after_save: (frm) => {
			if (frm.iso_was_new) lib.say_what_to_tell(frm);
			frm.iso_was_new = false;
		},
		refresh: (frm) => {
			// the sentences stay with the case they are about
			if (frm.iso_told && frm.iso_told !== frm.doc.name) $(frm.wrapper).find(".iso-likeness").remove();
			frm.iso_told = frm.doc.name;
		},
	});
})();
