// A new complaint: who complains is entered on the same page and handed over with the first saving.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;
	// What was typed so far, by the name of the unsaved form: leaving the page and coming back keeps it.
	const typed = {};
	const groups = {};
	// The record on this site of a proposed complainant, by the same name.
	const known = {};

	lib.render_intake = async function (frm) {
		const $panel = frm.get_field("parties_panel").$wrapper;
		const { docname } = frm;
		await frappe.model.with_doctype("Complaint Party");
		if (frm.docname !== docname || !frm.is_new()) return;
		if (groups[docname] && $.contains($panel[0], groups[docname].wrapper[0])) return;
		$panel.empty();
		const group = new frappe.ui.FieldGroup({ fields: fields(frm), body: $panel[0], no_submit_on_enter: true });
		group.make();
		if (typed[docname]) group.set_values(typed[docname]);
		groups[docname] = group;
		lib.take_over_source(frm);
	};

	/** Enter a complainant known from elsewhere, where nobody was entered yet; the record stays linked. */
	lib.propose_person = function (frm, party) {
		const group = groups[frm.docname];
		if (!group || has_entries(group.get_values(true) || {})) return;
		known[frm.docname] = party;
		group.set_values(party);
		remember(frm);
	};

	function fields(frm) {
		const field = (name, more = {}) => lib.party_field(name, { onchange: () => remember(frm), ...more });
		const for_other = "eval:doc.speaks_for_other";
		return [
			field("full_name", { label: __("Name of the complainant") }),
			field("organisation"),
			{ fieldtype: "Column Break" },
			field("email"),
			field("phone"),
			{ fieldtype: "Column Break" },
			field("preferred_channel"),
			field("assistance_needed"),
			{ fieldtype: "Section Break" },
			{
				fieldtype: "Check",
				fieldname: "speaks_for_other",
				label: __("Somebody else speaks for the complainant"),
				onchange: () => remember(frm),
			},
			{ fieldtype: "Section Break", depends_on: for_other },
			field("full_name", { fieldname: "other_full_name", label: __("Name of the representative") }),
			field("authority", { fieldname: "other_authority" }),
			{ fieldtype: "Column Break" },
			field("email", { fieldname: "other_email" }),
			field("phone", { fieldname: "other_phone" }),
		];
	}

	function remember(frm) {
		const group = groups[frm.docname];
		if (!group) return;
		typed[frm.docname] = group.get_values(true);
		if (has_entries(typed[frm.docname]) && !frm.is_dirty()) frm.dirty();
		lib.look_for_likeness(frm);
	}

	/** The complainant as typed so far. */
	lib.typed_person = (docname) => typed[docname] || {};

	function has_entries(values) {
		return Object.values(values).some(Boolean);
	}

	/** Put the complainant, and who speaks for them, next to the new complaint. */
	lib.hand_over_parties = function (frm) {
		const group = frm.is_new() && groups[frm.docname];
		delete frm.doc.parties;
		if (!group) return;
		const values = group.get_values(true) || {};
		const parties = [];
		const complainant = pick(values, ["full_name", "organisation", "email", "phone", "preferred_channel", "assistance_needed"]);
		if (complainant) {
			parties.push({
				role: "Complainant",
				party_type: complainant.organisation && !complainant.full_name ? "Organisation" : "Person",
				...complainant,
				...record_of(known[frm.docname], complainant),
			});
		}
		const other = values.speaks_for_other && pick(values, ["other_full_name", "other_authority", "other_email", "other_phone"]);
		if (other) parties.push({ role: "Representative", party_type: "Person", ...other });
		if (parties.length) frm.doc.parties = parties;
	};

	/** The link to the record the complainant was proposed from, as long as it is still that one. */
	function record_of(party, complainant) {
		const same = party && ["email", "full_name", "organisation"].some((field) => party[field] && party[field] === complainant[field]);
		return same ? { linked_doctype: party.linked_doctype, linked_name: party.linked_name } : {};
	}

	/** The filled ones of these fields, without the prefix of the representative; null if there is none. */
	function pick(values, names) {
		const found = names.filter((name) => values[name]).map((name) => [name.replace(/^other_/, ""), values[name]]);
		return found.length ? Object.fromEntries(found) : null;
	}
})();
