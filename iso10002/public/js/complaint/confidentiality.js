// Who sees the case: changing its confidentiality, giving and denying access, opening a protected identity.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;
	const WHO = {
		Standard: __("Everybody who handles complaints sees the case."),
		Confidential: __("Managers, privacy officers and the people the case was given to see it."),
		Restricted: __("Only the people the case was given to and privacy officers see it."),
	};

	lib.add_confidentiality_menu = function (frm) {
		const { levels = [] } = lib.panel(frm) || {};
		if (levels.length) frm.page.add_menu_item(__("Change confidentiality..."), () => lib.change_level(frm, levels));
		if (frappe.model.can_create("Complaint Access")) {
			frm.page.add_menu_item(__("Give or deny access..."), () => ask_for_access(frm));
		}
		if (frappe.model.can_read("Complaint Access")) {
			frm.page.add_menu_item(__("Who was given access"), () =>
				frappe.set_route("List", "Complaint Access", { complaint: frm.doc.name })
			);
		}
		if (["Complaint Manager", "Complaint Privacy Officer"].some((role) => frappe.user.has_role(role))) {
			const hold = frm.doc.legal_hold ? __("End legal hold...") : __("Set legal hold...");
			frm.page.add_menu_item(hold, () => lib.with_saved(frm, () => ask_for_hold(frm)));
			frm.page.add_menu_item(__("Hand out own record..."), () => ask_for_record(frm));
		}
		if (frappe.model.can_read("Complaint Access Log")) {
			frm.page.add_menu_item(__("Who opened it"), () =>
				frappe.set_route("query-report", "Complaint Access Log", { complaint: frm.doc.name })
			);
		}
	};

	// Access

	const ACCESS = "Complaint Access";

	async function ask_for_access(frm) {
		await frappe.model.with_doctype(ACCESS);
		const fields = ["access", "capacity", null, "user", "role", null, "valid_from", "valid_until"].map((name) =>
			name ? { ...frappe.meta.get_docfield(ACCESS, name) } : { fieldtype: "Column Break" }
		);
		const dialog = new frappe.ui.Dialog({
			title: __("Give or deny access"),
			size: "large",
			fields: [...fields, { fieldtype: "Section Break" }, { ...frappe.meta.get_docfield(ACCESS, "reason") }],
			primary_action_label: __("Save"),
			async primary_action(values) {
				dialog.disable_primary_action();
				const row = { doctype: ACCESS, complaint: frm.doc.name, ...values };
				const saved = await frappe.db.insert(row).catch(() => null);
				dialog.enable_primary_action();
				if (!saved) return;
				dialog.hide();
				frappe.show_alert({ message: __("Recorded in the history"), indicator: "green" });
				await frm.reload_doc();
			},
		});
		dialog.$wrapper.addClass("iso-dialog");
		dialog.set_value("access", "Allow");
		dialog.show();
	}

	// Personal data

	function ask_for_hold(frm) {
		const hold = frm.doc.legal_hold ? 0 : 1;
		frappe.prompt(
			[{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 }],
			async ({ reason }) => {
				await frappe.call({
					method: "iso10002.confidentiality.retention.set_legal_hold",
					args: { complaint: frm.doc.name, hold, reason },
					freeze: true,
				});
				await frm.reload_doc();
			},
			hold ? __("Keep this case whatever its period says") : __("End the legal hold"),
			hold ? __("Set legal hold") : __("End legal hold")
		);
	}

	function ask_for_record(frm) {
		const who_may_ask = ["Complainant", "Representative", "Contact person"];
		const parties = lib.panel(frm).parties.filter((party) => who_may_ask.includes(party.role));
		if (!parties.length) {
			frappe.msgprint(__("Nobody who complained is named in this case."));
			return;
		}
		frappe.prompt(
			[
				{
					fieldtype: "Select",
					fieldname: "party",
					label: __("Who asks"),
					// Frappe puts the labels of choices into the page as HTML.
					options: parties.map((party) => ({ value: party.name, label: lib.safe(lib.party_name(party)) })),
					default: parties[0].name,
					reqd: 1,
				},
				{
					fieldtype: "Small Text",
					fieldname: "purpose",
					label: __("The request this answers"),
					description: __("For example its date and how the person was identified. Kept in the log."),
					reqd: 1,
				},
			],
			(values) =>
				open_url_post("/api/method/iso10002.confidentiality.own_record.download", values),
			__("Hand out a person's own record"),
			__("Download")
		);
	}

	// The level

	lib.change_level = (frm, levels) => lib.with_saved(frm, () => open_level_dialog(frm, levels));

	function open_level_dialog(frm, levels) {
		const dialog = new frappe.ui.Dialog({
			title: __("Change confidentiality"),
			fields: [
				{
					fieldtype: "HTML",
					fieldname: "now",
					options: `<p>${__("Now: {0}", [`<strong>${__(frm.doc.confidentiality_level)}</strong>`])}</p>`,
				},
				{
					fieldtype: "Select",
					fieldname: "level",
					label: __("Confidentiality"),
					options: levels.map((level) => ({ value: level, label: __(level) })),
					default: levels[0],
					description: WHO[levels[0]],
					reqd: 1,
					onchange() {
						dialog.set_df_property("level", "description", WHO[dialog.get_value("level")] || "");
					},
				},
				{
					fieldtype: "Small Text",
					fieldname: "reason",
					label: __("Reason"),
					description: __("Stays in the history of the case. Leave names out."),
					reqd: 1,
				},
			],
			primary_action_label: __("Change"),
			primary_action: (values) => send_level(frm, dialog, values),
		});
		dialog.$wrapper.addClass("iso-dialog");
		dialog.show();
	}

	async function send_level(frm, dialog, values) {
		const answer = await frappe
			.call({
				method: "iso10002.confidentiality.levels.change_level",
				args: { complaint: frm.doc.name, ...values },
				btn: dialog.get_primary_btn(),
				freeze: true,
			})
			.catch(() => null);
		if (!answer || !answer.message) return;
		dialog.hide();
		if (answer.message.sees) {
			frappe.show_alert({ message: __("Recorded in the history"), indicator: "green" });
			await frm.reload_doc();
		} else {
			frappe.set_route("List", "Complaint");
			frappe.msgprint(__("{0} is now {1}, and you do not see it any more.", [frm.doc.name, __(values.level)]));
		}
	}

	// Identities

	lib.is_protected = (party) => !!party.identity && party.identity !== "Open";

	lib.identity_html = (party) =>
		lib.is_protected(party)
			? `<button type="button" class="btn btn-xs btn-default iso-reveal" data-reveal="${lib.safe(party.name)}">
				${__("Show identity")}</button>
				${
					frappe.model.can_write("Complaint Party")
						? `<button type="button" class="btn btn-xs btn-default iso-open-identity" data-open="${lib.safe(party.name)}">
							${__("Open identity...")}</button>`
						: ""
				}`
			: "";

	lib.bind_identities = function (frm, $panel) {
		$panel.find("[data-reveal]").on("click", (event) => {
			const name = $(event.currentTarget).attr("data-reveal");
			lib.reveal(lib.panel(frm).parties.find((party) => party.name === name));
		});
		$panel.find("[data-open]").on("click", (event) => {
			const name = $(event.currentTarget).attr("data-open");
			lib.with_saved(frm, () => ask_for_opening(frm, name));
		});
	};

	/** End the protection of an identity: from then on it stands in the party, for all who see the case. */
	function ask_for_opening(frm, party) {
		const dialog = new frappe.ui.Dialog({
			title: __("Open an identity for all who see the case"),
			fields: [
				{
					fieldtype: "HTML",
					fieldname: "note",
					options: `<p class="text-muted">${__(
						"The protection of this party ends, and its name and contacts stand in the case again. For a complainant, enter first in the party that the person agreed, on which day, to whom and for what."
					)}</p>`,
				},
				{
					fieldtype: "Small Text",
					fieldname: "reason",
					label: __("Reason"),
					description: __("Stays in the history of the case. Leave names out."),
					reqd: 1,
				},
			],
			primary_action_label: __("Open and log"),
			async primary_action({ reason }) {
				const answer = await frappe
					.call({
						method: "iso10002.confidentiality.identity.open_identity",
						args: { party, reason },
						btn: dialog.get_primary_btn(),
					})
					.catch(() => null);
				if (!answer) return;
				dialog.hide();
				await frm.reload_doc();
			},
		});
		dialog.$wrapper.addClass("iso-dialog");
		dialog.show();
	}

	lib.reveal = function (party) {
		const dialog = new frappe.ui.Dialog({
			title: __("Show a protected identity"),
			fields: [
				{
					fieldtype: "HTML",
					fieldname: "note",
					options: `<p class="text-muted">${__(
						"The identity of this party ({0}) is protected. Opening it is logged with your name, the time and the purpose.",
						[__(party.role)]
					)}</p>`,
				},
				{ fieldtype: "Small Text", fieldname: "purpose", label: __("What you need it for"), reqd: 1 },
			],
			primary_action_label: __("Show and log"),
			async primary_action({ purpose }) {
				const answer = await frappe
					.call({
						method: "iso10002.confidentiality.identity.reveal",
						args: { party: party.name, purpose },
						btn: dialog.get_primary_btn(),
					})
					.catch(() => null);
				if (!answer || !answer.message) return;
				dialog.hide();
				await frappe.model.with_doctype("Complaint Party");
				show_identity(party, answer.message);
			},
		});
		dialog.$wrapper.addClass("iso-dialog");
		dialog.show();
	};

	function show_identity(party, found) {
		const rows = Object.entries(found).map(
			([field, value]) => `<tr><td class="text-muted" style="width: 35%">
				${__(frappe.meta.get_label("Complaint Party", field))}</td><td>${lib.safe_lines(value)}</td></tr>`
		);
		const dialog = new frappe.ui.Dialog({
			title: __(party.role),
			fields: [
				{
					fieldtype: "HTML",
					fieldname: "identity",
					options: rows.length
						? `<table class="table table-bordered iso-identity"><tbody>${rows.join("")}</tbody></table>
							<p class="text-muted small">${__("This opening was logged.")}</p>`
						: `<p>${__("Nothing is known of the identity.")}</p>`,
				},
			],
		});
		dialog.show();
	}
})();
