// Taking a step: first what only the form has, then a dialog with what the step asks for.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;

	// What the points complained about need before a check of that name can hold.
	const POINTS_NEED = {
		classified: ["category"],
		every_point_answered: ["outcome", "finding"],
	};
	// What a step that leads to a stage most likely says; anybody may change it in the dialog.
	const LIKELY = {
		Accepted: { acceptance: "Accepted" },
		Rejected: { acceptance: "Rejected" },
		"Under Review": { review_request: "Asked for" },
	};
	const LIKELY_AT_FIRST_CONTACT = { first_contact: 1, acceptance: "Accepted" };
	const CONFLICT = 409; // the server's answer when somebody else moved the case
	const SAYS_WHY = /_reason$|_reasons$|_words$|_grounds$|_note$/;

	lib.take_step = async function (frm, action) {
		await lib.with_saved(frm, () => {});
		if (!is_open(frm, action) || !(await complete_points(frm, find_step(frm, action)))) return;
		const step = find_step(frm, action); // saving the points may have changed what is missing
		const blocked = only_in_form(step);
		if (blocked.length) {
			lead_to_form(frm, step, blocked);
		} else {
			open_dialog(frm, step);
		}
	};

	function find_step(frm, action) {
		return lib.panel(frm).steps.find((row) => row.action === action);
	}

	function is_open(frm, action) {
		if (find_step(frm, action)) return true;
		frappe.msgprint(__("{0} is not open to you any more. Look at the case again.", [lib.safe(__(action))]));
		return false;
	}

	// What has to be done in the form first

	/** Ask for what points complained about still lack; false if the user turned back. */
	async function complete_points(frm, step) {
		const open = step.checks.filter((check) => !check.ok).flatMap((check) => POINTS_NEED[check.name] || []);
		const points = frm.doc.allegations || [];
		if (open.length && !points.length) return lib.enter_first_point(frm, __(step.action));
		const rows = points.filter((row) => open.some((field) => !row[field]));
		return !rows.length || lib.edit_points(frm, rows, open, __(step.action));
	}

	/** Open checks whose fields no dialog shows: tables, and what is kept with the parties. */
	function only_in_form(step) {
		return step.checks.filter((check) => {
			if (check.ok || POINTS_NEED[check.name]) return false;
			return !check.fields.some((field) => step.asks.includes(field));
		});
	}

	function lead_to_form(frm, step, blocked) {
		const items = blocked.map((check) => `<li>${lib.safe(check.advice)}</li>`).join("");
		const there = blocked.find((check) => lib.place_of_check(frm, check));
		const dialog = new frappe.ui.Dialog({
			title: __("Before {0}", [lib.safe(__(step.action))]),
			fields: [{ fieldtype: "HTML", fieldname: "missing", options: `<ul class="iso-missing">${items}</ul>` }],
			primary_action_label: there ? __("Show me") : __("Close"),
			primary_action() {
				// While the dialog covers the page, the page does not scroll.
				if (there) dialog.$wrapper.one("hidden.bs.modal", () => lib.go_to_check(frm, there));
				dialog.hide();
			},
		});
		dialog.show();
	}

	// The dialog of the step

	function open_dialog(frm, step) {
		const fields = asked(step).map((name) => ask(frm, step, name));
		const letter = lib.letter_of_step(frm, step);
		const dialog = new frappe.ui.Dialog({
			title: lib.safe(__(step.action)),
			size: fields.length > 3 ? "large" : undefined,
			fields: arrange(fields, [...(letter ? [send_field()] : []), ...remark_of(step)]),
			primary_action_label: __(step.action),
			primary_action: () => submit(frm, step, dialog),
		});
		dialog.$wrapper.addClass("iso-dialog");
		dialog.iso_fields = fields;
		if (letter) lib.offer_letter(frm, dialog, letter);
		dialog.show();
		return dialog;
	}

	/** At closing only what its checklist is about: most of what may be asked belongs to decisions that were rejected. */
	function asked(step) {
		const checked = step.checks.flatMap((check) => check.fields);
		return step.stage === "Closed" ? step.asks.filter((name) => checked.includes(name)) : step.asks;
	}

	function ask(frm, step, name) {
		const df = lib.copy_field(frm, name);
		const value = frm.doc[name];
		df.default = value || value === 0 ? value : likely(frm, step, df);
		return df;
	}

	function likely(frm, step, df) {
		const name = df.fieldname;
		const first_contact = step.stage === "Decision Communicated" && lib.position(frm.doc.status) < 2;
		const given = {
			...(LIKELY[step.stage] || {}),
			...(first_contact ? LIKELY_AT_FIRST_CONTACT : {}),
			...lib.panel(frm).defaults,
		};
		if (name in given) return given[name];
		if (name.endsWith("_on") && df.fieldtype === "Datetime") return frappe.datetime.system_datetime();
		if (name.endsWith("_on") && df.fieldtype === "Date") return frappe.datetime.system_datetime().slice(0, 10);
		if (name.endsWith("_by")) return frappe.session.user;
		if (name === "handler" && frappe.user.has_role("Complaint Handler")) return frappe.session.user;
		return undefined;
	}

	/** Short answers in two columns, texts below them over the whole width. */
	function arrange(fields, remark) {
		const texts = fields.filter(lib.is_text);
		const short = fields.filter((df) => !lib.is_text(df));
		const middle = Math.ceil(short.length / 2);
		const columns =
			short.length > 2
				? [...short.slice(0, middle), { fieldtype: "Column Break" }, ...short.slice(middle)]
				: short;
		const below = [...texts, ...remark];
		return [...columns, ...(columns.length && below.length ? [{ fieldtype: "Section Break" }] : []), ...below];
	}

	/** Shown once a letter was drafted that can be sent. */
	function send_field() {
		return { fieldtype: "Check", fieldname: "iso_send", label: __("Send it by e-mail now"), hidden: 1 };
	}

	/** A remark goes into the history, unless the step asks for words of its own. */
	function remark_of(step) {
		if (asked(step).some((name) => SAYS_WHY.test(name))) return [];
		return [
			{
				fieldtype: "Small Text",
				fieldname: "iso_remark",
				label: __("Remark for the history"),
				description: __("If there is something to add."),
			},
		];
	}

	async function submit(frm, step, dialog) {
		if (!(await lib.send_drafted(frm, dialog))) return;
		const answer = await frappe
			.call({
				method: "iso10002.handling.moves.move",
				args: {
					complaint: frm.doc.name,
					action: step.action,
					values: changed_values(frm, dialog),
					remark: dialog.fields_dict.iso_remark ? dialog.get_value("iso_remark") : null,
					seen_stage: frm.doc.status,
				},
				btn: dialog.get_primary_btn(),
				freeze: true,
			})
			.catch((reply) => offer_reload(frm, dialog, reply));
		if (!answer || !answer.message) return; // the message is shown, and the dialog keeps what was entered
		dialog.hide();
		frappe.show_alert({ message: __("Now: {0}", [__(answer.message.status, null, "Complaint")]), indicator: "green" });
		await lib.reload_or_leave(frm);
	}

	function changed_values(frm, dialog) {
		const values = {};
		dialog.iso_fields.forEach((df) => {
			const value = entered(dialog, df);
			if (cstr(value) !== cstr(frm.doc[df.fieldname])) values[df.fieldname] = value || null;
		});
		return values;
	}

	/** A time that was proposed and left as it is keeps its seconds, which the field does not show. */
	function entered(dialog, df) {
		const value = dialog.get_value(df.fieldname);
		const untouched = df.fieldtype === "Datetime" && cstr(value).slice(0, 16) === cstr(df.default).slice(0, 16);
		return untouched ? df.default : value;
	}

	/** Somebody else moved the case: the entries stay readable until the user reloads. */
	function offer_reload(frm, dialog, reply) {
		if (!reply || reply.status !== CONFLICT) return;
		dialog.set_primary_action(__("Reload the case"), () => {
			dialog.hide();
			frm.reload_doc();
		});
	}

	/** Show the case as it is now; who may not see it any longer goes back to the list. */
	lib.reload_or_leave = async function (frm) {
		const { message } = await frappe.call("frappe.client.get_list", {
			doctype: "Complaint",
			filters: { name: frm.doc.name },
			limit_page_length: 1,
		});
		if (message && message.length) return frm.reload_doc();
		frappe.model.clear_doc("Complaint", frm.doc.name);
		frappe.show_alert(__("{0} is with other people now.", [frm.doc.name]), 7);
		return frappe.set_route("List", "Complaint");
	};
})();
