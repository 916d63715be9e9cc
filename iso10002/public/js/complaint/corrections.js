// What stands as recorded cannot be edited; it is corrected with a reason. Contacts between the stages.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;
	const WORDS = "description";

	/** Lock what stands as recorded, and offer to correct what can be corrected. */
	lib.lock_recorded = function (frm) {
		const { frozen = [], correctable = [] } = (!frm.is_new() && lib.panel(frm)) || {};
		const before = frm.iso_locked || [];
		[...new Set([...before, ...frozen])].forEach((name) => {
			if (frm.fields_dict[name]) frm.set_df_property(name, "read_only", frozen.includes(name) ? 1 : 0);
		});
		frm.iso_locked = frozen;
		frm.layout.wrapper.find(".iso-correct").remove();
		correctable.forEach((name) => add_link(frm, name));
	};

	function add_link(frm, name) {
		const field = frm.fields_dict[name];
		if (!field) return;
		const text = name === WORDS ? __("Add to it") : __("Correct");
		$(`<button type="button" class="btn btn-xs iso-correct">${text}</button>`)
			.attr("title", __("Stands as it was recorded. Correct it with a reason."))
			.on("click", () => lib.correct(frm, name))
			.appendTo(field.$wrapper.find(".clearfix").first());
	}

	// Earlier releases of Frappe 15 cut the seconds off a time as soon as its field is drawn, and call the form changed.

	/** Remember the times as they are recorded, before the fields are drawn. */
	lib.remember_times = function (frm) {
		frm.iso_times = { received_on: frm.doc.received_on, aware_on: frm.doc.aware_on };
		frm.iso_untouched = !frm.is_new() && !frm.is_dirty();
		frm.iso_has_menu = false;
	};

	/** A time that merely lost its seconds is given them back. */
	lib.keep_seconds = function (frm, name) {
		const recorded = cstr((frm.iso_times || {})[name]);
		const now = cstr(frm.doc[name]);
		if (frm.is_new() || now === recorded || now !== `${recorded.slice(0, 16)}:00`) return;
		frm.doc[name] = recorded;
		if (!frm.iso_untouched) return;
		frm.doc.__unsaved = 0;
		frm.refresh_header();
		if (frm.iso_has_menu) lib.add_menu(frm);
		$(frm.wrapper).trigger("render_complete");
	};

	lib.add_menu = function (frm) {
		frm.iso_has_menu = true;
		if (frm.is_new() || !frm.perm[0] || !frm.perm[0].write) return;
		frm.page.add_menu_item(__("Record contact..."), () => lib.record_contact(frm));
		frm.page.add_menu_item(__("Write to the complainant..."), () => lib.write_message(frm));
		frm.page.add_menu_item(__("New receipt code..."), () => lib.new_receipt_code(frm));
		const { correctable = [] } = lib.panel(frm) || {};
		if (correctable.length) frm.page.add_menu_item(__("Correct..."), () => lib.choose_correction(frm));
		if (((lib.panel(frm) || {}).letters || []).length) {
			frm.page.add_menu_item(__("Write a letter..."), () => lib.write_letter(frm));
		}
		if (frappe.model.can_read("Complaint Improvement")) {
			frm.page.add_menu_item(__("Note an improvement..."), () => lib.note_improvement(frm));
		}
		if (frm.doc.cause && iso10002.quality.open_to_user().length) {
			frm.page.add_menu_item(__("Make a record of the cause in ERPNext..."), () =>
				lib.with_saved(frm, () => iso10002.quality.make_of_cause(frm))
			);
		}
		lib.add_confidentiality_menu(frm);
		const { conflicts = [] } = lib.panel(frm) || {};
		const liftable = conflicts.filter((user) => user !== frappe.session.user);
		if (liftable.length && frappe.user.has_role("Complaint Manager")) {
			frm.page.add_menu_item(__("Lift a conflict of interest..."), () => lib.lift_conflict(frm, liftable));
		}
		frm.add_custom_button(__("Record contact"), () => lib.record_contact(frm));
	};

	// Correcting

	lib.choose_correction = function (frm) {
		const options = lib.panel(frm).correctable.map((name) => ({ value: name, label: lib.label_of(name) }));
		frappe.prompt(
			[{ fieldtype: "Select", fieldname: "field", label: __("What is to be corrected?"), options, reqd: 1 }],
			({ field }) => lib.correct(frm, field),
			__("Correct"),
			__("Continue")
		);
	};

	lib.correct = (frm, name) => lib.with_saved(frm, () => open_correction(frm, name));

	function open_correction(frm, name) {
		const is_words = name === WORDS;
		const value = is_words
			? { fieldtype: "Long Text", fieldname: "value", label: __("What is to be added"), reqd: 1 }
			: lib.copy_field(frm, name, {
					fieldname: "value",
					label: __("Right value"),
					default: frm.doc[name],
					description: "",
					reqd: 1,
			  });
		const dialog = new frappe.ui.Dialog({
			title: is_words ? __("Add to what was said") : __("Correct: {0}", [lib.label_of(name)]),
			fields: [
				{ fieldtype: "HTML", fieldname: "note", options: note_html(frm, name, is_words) },
				value,
				{ fieldtype: "Small Text", fieldname: "reason", label: __("Reason"), reqd: 1 },
			],
			primary_action_label: is_words ? __("Add") : __("Correct"),
			primary_action: (values) =>
				lib.send(frm, dialog, "iso10002.handling.corrections.correct", { field: name, ...values }),
		});
		dialog.$wrapper.addClass("iso-dialog");
		dialog.show();
	}

	function note_html(frm, name, is_words) {
		if (is_words) {
			return `<p class="text-muted">
				${__("The complainant's words stay as they are. What you add is shown in the history.")}</p>`;
		}
		const df = frappe.meta.get_docfield("Complaint", name);
		const value = frm.doc[name];
		const shown = df.fieldtype === "Datetime" ? lib.moment_of(value) : cstr(value);
		return `<p>${__("Recorded: {0}", [`<strong>${lib.safe_lines(shown) || __("(empty)")}</strong>`])}</p>`;
	}

	lib.lift_conflict = function (frm, users) {
		const options = users.map((user) => ({ value: user, label: lib.name_of(frm, user) }));
		const dialog = new frappe.ui.Dialog({
			title: __("Lift a conflict of interest"),
			fields: [
				{ fieldtype: "Select", fieldname: "user", label: __("Declared by"), options, default: users[0], reqd: 1 },
				{
					fieldtype: "Small Text",
					fieldname: "reason",
					label: __("Why it does not stand"),
					description: __("The declaration stays in the history. The person may be named again."),
					reqd: 1,
				},
			],
			primary_action_label: __("Lift"),
			primary_action: (values) => lib.send(frm, dialog, "iso10002.handling.conflicts.lift_conflict", values),
		});
		dialog.$wrapper.addClass("iso-dialog");
		dialog.show();
	};

	// Contacts

	lib.record_contact = (frm) => lib.with_saved(frm, () => open_contact(frm));

	function open_contact(frm) {
		const dialog = new frappe.ui.Dialog({
			title: __("Record contact"),
			fields: [
				{
					fieldtype: "Select",
					fieldname: "kind",
					label: __("Kind"),
					options: [
						{ value: "Contact", label: __("Contact") },
						{ value: "Reminder", label: __("Reminder of the decision") },
					],
					default: "Contact",
					reqd: 1,
				},
				{
					fieldtype: "Link",
					fieldname: "channel",
					label: __("By way of"),
					options: "Complaint Channel",
					reqd: 1,
				},
				{ fieldtype: "Column Break" },
				{
					fieldtype: "Datetime",
					fieldname: "occurred_on",
					label: __("When"),
					description: __("Just now, if left empty."),
				},
				{ fieldtype: "Section Break" },
				{ fieldtype: "Small Text", fieldname: "remark", label: __("What was said or sent"), reqd: 1 },
			],
			primary_action_label: __("Record"),
			primary_action: (values) =>
				lib.send(frm, dialog, "iso10002.handling.contacts.record_contact", values),
		});
		dialog.$wrapper.addClass("iso-dialog");
		dialog.show();
	}

	/** Hand the entries to the server; the dialog stays open with them if it refuses. */
	lib.send = async function (frm, dialog, method, args) {
		const answer = await frappe
			.call({
				method,
				args: { complaint: frm.doc.name, ...args },
				btn: dialog.get_primary_btn(),
				freeze: true,
			})
			.catch(() => null);
		if (!answer || !answer.message) return;
		dialog.hide();
		frappe.show_alert({ message: __("Recorded in the history"), indicator: "green" });
		await frm.reload_doc();
	};
})();
