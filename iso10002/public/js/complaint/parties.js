// The people and organisations of a case: at hand in the form, entered and changed in a dialog.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;
	const DOCTYPE = "Complaint Party";
	const SPEAKS_FOR_OTHERS = ["Representative", "Contact person"];
	const COMPLAINED_ABOUT = "Person complained about";

	/** How a party is called: the person, the organisation, or that the name is not known. */
	lib.party_name = function (party) {
		if (lib.is_protected(party)) return __(party.role);
		const names = [party.full_name, party.organisation].filter(Boolean);
		return names.length ? names.join(", ") : __("Name not given");
	};

	lib.render_parties = function (frm) {
		const $panel = frm.get_field("parties_panel").$wrapper;
		const data = lib.panel(frm);
		if (!data) return;
		const may_add = frappe.model.can_create(DOCTYPE) && frm.perm[0] && frm.perm[0].write;
		$panel.html(`
			<div class="iso-parties">
				${data.parties.map((party) => party_html(data, party)).join("")}
				${data.parties.length ? "" : `<p class="text-muted">${__("Nobody is named yet.")}</p>`}
			</div>
			${may_add ? `<button type="button" class="btn btn-xs btn-default iso-add">${__("Add a party")}</button>` : ""}
		`);
		$panel.find(".iso-add").on("click", () => lib.edit_party(frm));
		lib.bind_identities(frm, $panel);
		$panel.find("[data-party]").on("click", (event) => {
			event.preventDefault();
			open_party(frm, $(event.currentTarget).attr("data-party"));
		});
	};

	function party_html(data, party) {
		return `<div class="iso-party">
			<div class="iso-party-role text-muted">${__(party.role)}</div>
			<div class="iso-party-name">
				<a href="#" role="button" data-party="${lib.safe(party.name)}">${lib.safe(lib.party_name(party))}</a>
				${acts_for_html(data, party)}
			</div>
			<div class="iso-party-reach">${reach_html(party)}</div>
			<div class="iso-party-marks">${marks_html(party)} ${lib.identity_html(party)}</div>
		</div>`;
	}

	function acts_for_html(data, party) {
		const other = data.parties.find((row) => row.name === party.acts_for);
		if (!other) return "";
		return `<div class="text-muted small">${__("for {0}", [lib.safe(lib.party_name(other))])}</div>`;
	}

	function reach_html(party) {
		const ways = [];
		if (party.email) ways.push(`<a href="mailto:${encodeURI(party.email)}">${lib.safe(party.email)}</a>`);
		if (party.phone) ways.push(`<a href="tel:${encodeURIComponent(party.phone)}">${lib.safe(party.phone)}</a>`);
		if (party.preferred_channel) ways.push(__("prefers {0}", [lib.safe(__(party.preferred_channel))]));
		if (lib.is_protected(party)) ways.push(`<span class="text-muted">${__("Identity protected")}</span>`);
		return ways.length ? ways.join(" · ") : `<span class="text-muted">${__("No contact given")}</span>`;
	}

	function marks_html(party) {
		const marks = [];
		if (party.assistance_needed) {
			marks.push(
				`<span class="indicator-pill no-indicator-dot blue" title="${lib.safe(party.assistance_needed)}">
					${__("Needs assistance")}</span>`
			);
		}
		if (party.role === COMPLAINED_ABOUT) marks.push(hearing_html(party));
		return marks.join(" ");
	}

	function hearing_html(party) {
		const [text, colour] = party.heard_on
			? [__("Heard"), "green"]
			: party.not_heard_reason
			? [__("Not heard, with reason"), "gray"]
			: [__("Not heard yet"), "orange"];
		return `<span class="indicator-pill no-indicator-dot ${colour}">${text}</span>`;
	}

	function open_party(frm, name) {
		if (frappe.model.can_write(DOCTYPE) && frm.perm[0] && frm.perm[0].write) {
			lib.edit_party(frm, name);
		} else {
			frappe.set_route("Form", DOCTYPE, name);
		}
	}

	/** Choices of a link to a party of this case. */
	lib.party_query = (frm, role) => ({
		query: "iso10002.handling.search.parties",
		filters: { complaint: frm.doc.name, ...(role ? { role } : {}) },
	});

	// A link to a party shows who it is, where the form knows it; the record itself has no speaking name.
	frappe.form.link_formatters[DOCTYPE] = function (value, doc) {
		const frm = cur_frm;
		const data = frm && doc && doc.parent === frm.docname ? lib.panel(frm) : null;
		const party = data && data.parties.find((row) => row.name === value);
		return party ? lib.safe(lib.party_name(party)) : value;
	};

	// The dialog

	lib.edit_party = async function (frm, name) {
		await frappe.model.with_doctype(DOCTYPE);
		const party = name ? await frappe.db.get_doc(DOCTYPE, name) : { role: first_role(frm), party_type: "Person" };
		const dialog = new frappe.ui.Dialog({
			title: name ? lib.safe(lib.party_name(party)) : __("Add a party"),
			size: "large",
			fields: dialog_fields(frm, party),
			primary_action_label: __("Save"),
			primary_action: () => save_party(frm, dialog, party),
			...(name
				? {
						secondary_action_label: __("All details"),
						secondary_action() {
							dialog.hide();
							frappe.set_route("Form", DOCTYPE, name);
						},
				  }
				: {}),
		});
		dialog.$wrapper.addClass("iso-dialog");
		dialog.show();
	};

	/** The first party is the complainant; after that mostly somebody else is added. */
	function first_role(frm) {
		const roles = lib.panel(frm).parties.map((party) => party.role);
		return roles.includes("Complainant") ? COMPLAINED_ABOUT : "Complainant";
	}

	function dialog_fields(frm, party) {
		const field = (name, more = {}) => lib.party_field(name, { default: party[name], ...more });
		const speaks = `eval:${JSON.stringify(SPEAKS_FOR_OTHERS)}.includes(doc.role)`;
		const complained_about = `eval:doc.role=="${COMPLAINED_ABOUT}"`;
		return [
			field("role", { reqd: 1 }),
			field("full_name"),
			field("organisation"),
			field("party_type"),
			field("identity"),
			{ fieldtype: "Column Break" },
			field("email"),
			field("phone"),
			field("preferred_channel"),
			field("language"),
			{ fieldtype: "Section Break", depends_on: speaks },
			field("acts_for", { fieldtype: "Select", options: other_parties(frm, party) }),
			{ fieldtype: "Column Break" },
			field("authority"),
			{ fieldtype: "Section Break", label: __("Hearing"), depends_on: complained_about },
			field("informed_on"),
			field("details_given_on"),
			{ fieldtype: "Column Break" },
			field("heard_on"),
			field("not_heard_reason"),
			{ fieldtype: "Section Break", label: __("Assistance") },
			field("assistance_needed"),
			{ fieldtype: "Column Break" },
			field("circumstances"),
		];
	}

	/** A field of Complaint Party for a dialog or a form without a document. */
	lib.party_field = function (fieldname, overrides = {}) {
		const df = frappe.meta.get_docfield(DOCTYPE, fieldname);
		return {
			fieldname,
			fieldtype: df.fieldtype,
			label: __(df.label),
			options: df.options,
			description: df.description ? __(df.description) : "",
			...overrides,
		};
	};

	function other_parties(frm, party) {
		const others = lib.panel(frm).parties.filter((row) => row.name !== party.name);
		// Frappe puts the labels of choices into the page as HTML.
		return ["", ...others.map((row) => ({ value: row.name, label: lib.safe(lib.party_name(row)) }))];
	}

	async function save_party(frm, dialog, party) {
		const values = {};
		dialog.fields_list.forEach(({ df }) => {
			if (!df.fieldname || df.fieldname.startsWith("__") || frappe.model.no_value_type.includes(df.fieldtype)) return;
			const value = dialog.get_value(df.fieldname);
			if (cstr(value) !== cstr(party[df.fieldname])) values[df.fieldname] = value || null;
		});
		const saved = await (party.name ? change(party, values) : create(frm, party, values));
		if (!saved) return; // the message is shown, and the dialog keeps what was entered
		dialog.hide();
		await lib.refresh_parties(frm);
	}

	async function change(party, values) {
		if (!Object.keys(values).length) return true;
		const answer = await frappe
			.call({
				method: "frappe.client.set_value",
				args: { doctype: DOCTYPE, name: party.name, fieldname: values },
				freeze: true,
			})
			.catch(() => null);
		return !!(answer && answer.message);
	}

	async function create(frm, party, values) {
		const doc = { doctype: DOCTYPE, ...party, ...values, complaint: frm.doc.name };
		const answer = await frappe
			.call({ method: "frappe.client.insert", args: { doc }, freeze: true })
			.catch(() => null);
		return !!(answer && answer.message);
	}

	/** Show the parties as they are now, without losing what is typed in the form. */
	lib.refresh_parties = async function (frm) {
		if (!frm.is_dirty()) return frm.reload_doc();
		const known = lib.panel(frm);
		known.parties = await frappe.db.get_list(DOCTYPE, {
			filters: { complaint: frm.doc.name },
			fields: ["*"],
			order_by: "creation asc",
			limit: 0,
		});
		lib.render_parties(frm);
	};
})();
