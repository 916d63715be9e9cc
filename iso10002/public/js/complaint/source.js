// A new complaint about a record of this site: what the record says is taken over where nothing is entered yet.
frappe.provide("iso10002.complaint");
frappe.provide("iso10002.sources");

(() => {
	const lib = iso10002.complaint;
	// The record each unsaved form comes from, by the name of the form.
	const taken = {};

	/** The record a new complaint is about: of the button just pressed, or as the address of the page says. */
	function record_of(frm) {
		const { from } = iso10002.sources;
		delete iso10002.sources.from;
		if (from) return from;
		const { reference_doctype: doctype, reference_name: name } = frm.doc;
		return doctype && name ? { doctype, name: cstr(name) } : null;
	}

	lib.take_over_source = async function (frm) {
		if (!frm.is_new()) return;
		const { docname } = frm;
		if (taken[docname]) return show(frm, taken[docname]);
		const record = record_of(frm);
		if (!record) return;
		taken[docname] = { record, files: [], before: [], products: [] };
		const offered = await frappe
			.xcall("iso10002.integrations.sources.offer", record)
			.catch(() => null); // a record of another kind, or not readable: the reference stays as entered
		if (!offered || frm.docname !== docname) return;
		Object.assign(taken[docname], offered);
		await fill(frm, offered);
		show(frm, taken[docname]);
	};

	async function fill(frm, { case: values, party }) {
		for (const [field, value] of Object.entries(values)) {
			if (field !== "allegations" && (!frm.doc[field] || field === "received_on")) await frm.set_value(field, value);
		}
		const said = (frm.doc.allegations || []).some((row) => row.allegation);
		if (!said && values.allegations) {
			frm.clear_table("allegations");
			values.allegations.forEach((row) => frm.add_child("allegations", row));
			frm.refresh_field("allegations");
		}
		lib.propose_person(frm, party);
		// the list of channels would stay open above what was filled in
		$(document.activeElement).trigger("blur");
	}

	function show(frm, { record, files, before, products }) {
		const $panel = frm.get_field("parties_panel").$wrapper;
		$panel.siblings(".iso-source").remove();
		const title = __("About {0} {1}", [__(record.doctype), lib.safe(record.name)]);
		const $card = $(`<div class="iso-source form-message blue"><strong>${title}</strong>
			${before.map(before_html).join("")}${products_html(products)}
			${files.length ? `<div>${__("Copy these files into the case")}:</div>` : ""}
			${files.map(file_html).join("")}</div>`).insertBefore($panel);
		$card.on("change", "select", (event) => {
			const { label, ...values } = products[event.currentTarget.value] || {};
			Object.entries(values).forEach(([field, value]) => frm.fields_dict[field] && frm.set_value(field, value));
		});
	}

	function before_html(row) {
		return `<div>${__("There is a complaint about it already: {0}", [
			`<a href="${frappe.utils.get_form_link("Complaint", row.name)}">${lib.safe(row.name)}</a> (${lib.safe(__(row.status))})`,
		])}</div>`;
	}

	function products_html(products) {
		if (!products.length) return "";
		const options = products.map((row, index) => `<option value="${index}">${lib.safe(row.label)}</option>`);
		return `<label>${__("Which of these is it about?")} <select class="input-xs"><option></option>${options.join("")}</select></label>`;
	}

	function file_html(file) {
		const state = file.refused ? "disabled" : "checked";
		return `<div class="checkbox"><label><input type="checkbox" ${state} data-file="${lib.safe(file.name)}">
			${lib.safe(file.file_name)} <span class="text-muted">${lib.safe(file.refused || "")}</span></label></div>`;
	}

	/** Hand over which files are to be copied, with the first saving. */
	function hand_over(frm) {
		delete frm.doc.source;
		const source = frm.is_new() && taken[frm.docname];
		if (!source || !source.case) return;
		const chosen = frm.get_field("parties_panel").$wrapper.siblings(".iso-source").find("[data-file]:checked");
		const files = chosen.toArray().map((box) => $(box).attr("data-file"));
		frm.doc.source = { ...source.record, files };
	}

	// A confidential case, and the ticket it came from, which every agent reads.

	const WAYS = {
		emptied: __("Move its words, e-mails and files into the case"),
		"closed team": __("Give it to the closed team"),
		"left as it is": __("Leave it as it is"),
	};

	async function ask_about_source(frm) {
		const { docname, doc } = frm;
		$(frm.wrapper).find(".iso-exposed").remove();
		if (!doc.reference_name || !doc.confidentiality_level || doc.confidentiality_level === "Standard") return;
		const found = await frappe.xcall("iso10002.integrations.confidential.exposed", { complaint: doc.name });
		if (frm.docname !== docname || !found.ways) return;
		const record = `${__(found.doctype)} ${lib.safe(found.name)}`;
		const may_decide = frm.perm[0] && frm.perm[0].write;
		const $banner = $(`<div class="iso-exposed form-message orange" role="alert">
			<strong>${__("{0} can still be read by everybody who works with such records.", [record])}</strong><div></div></div>`);
		$banner.insertAfter(frm.get_field("case_panel").$wrapper);
		if (may_decide) found.ways.forEach((way) => $banner.find("div").append(way_button(frm, way), " "));
	}

	function way_button(frm, way) {
		return $(`<button type="button" class="btn btn-default btn-xs">${WAYS[way]}</button>`).on("click", () =>
			frappe.confirm(`${WAYS[way]}?`, async () => {
				const args = { complaint: frm.doc.name, way };
				await frappe.xcall("iso10002.integrations.confidential.deal_with", args);
				frm.reload_doc();
			})
		);
	}

	frappe.ui.form.on("Complaint", {
		refresh(frm) {
			if (frm.is_new()) return;
			frm.get_field("parties_panel").$wrapper.siblings(".iso-source").remove();
			ask_about_source(frm);
		},
		reference_name: (frm) => lib.take_over_source(frm),
		validate: hand_over,
	});
})();
