// The points complained about in one dialog: the words as they were said, and what is to be entered for each.
frappe.provide("iso10002.complaint");

(() => {
	const lib = iso10002.complaint;

	/**
	 * Ask for `fieldnames` of these rows and save the case with the answers.
	 * Resolves to true once it is saved, to false if the user turned back.
	 */
	lib.edit_points = function (frm, rows, fieldnames, next) {
		const fields = rows.flatMap((row) => fields_of(frm, row, fieldnames));
		return ask(frm, fields, next, (values) => write(rows, fieldnames, values));
	};

	/** Ask for the first point of a case that has none; the complainant's words are proposed. */
	lib.enter_first_point = function (frm, next) {
		const fields = [
			{
				...field_of(frm, {}, "allegation"),
				fieldname: "allegation",
				default: frm.doc.description,
				description: __("What is complained about, in the complainant's words. Further points are added in the form."),
			},
			{ ...field_of(frm, {}, "category"), fieldname: "category" },
		];
		return ask(frm, fields, next, ({ allegation, category }) => {
			const row = (frm.doc.allegations || [])[0] || frm.add_child("allegations");
			Object.assign(row, { allegation, category });
			frm.refresh_field("allegations");
			frm.dirty();
		});
	};

	function ask(frm, fields, next, keep) {
		return new Promise((resolve) => {
			let saved = false;
			const dialog = new frappe.ui.Dialog({
				title: __("Points complained about"),
				size: "large",
				fields,
				primary_action_label: __("Continue to {0}", [next]),
				async primary_action(values) {
					await keep(values);
					await frm.save().catch(() => null); // what is wrong is shown; the dialog keeps the answers
					saved = !frm.is_dirty();
					if (saved) dialog.hide();
				},
				on_hide: () => resolve(saved),
			});
			dialog.$wrapper.addClass("iso-dialog");
			dialog.show();
		});
	}

	function fields_of(frm, row, fieldnames) {
		const words = lib.safe_lines(row.allegation);
		return [
			{ fieldtype: "Section Break" },
			{
				fieldtype: "HTML",
				fieldname: `words_${row.name}`,
				options: `<div class="iso-point-words">${__("Point {0}", [row.idx])}: ${words}</div>`,
			},
			...fieldnames.map((name) => field_of(frm, row, name)),
		];
	}

	function field_of(frm, row, name) {
		const df = frappe.meta.get_docfield("Complaint Allegation", name, row.name);
		const grid_field = frm.fields_dict.allegations.grid.get_field(name);
		return {
			fieldtype: df.fieldtype,
			fieldname: `${name}_${row.name}`,
			label: __(df.label),
			options: df.options,
			description: df.description ? __(df.description) : "",
			get_query: grid_field && grid_field.get_query,
			filter_description: df.options === "Complaint Category" ? " " : undefined,
			default: row[name],
			reqd: 1,
		};
	}

	async function write(rows, fieldnames, values) {
		for (const row of rows) {
			for (const name of fieldnames) {
				await frappe.model.set_value(row.doctype, row.name, name, values[`${name}_${row.name}`]);
			}
		}
	}
})();
