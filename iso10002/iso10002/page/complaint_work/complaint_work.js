// My work: what is due today, what waits for the reader, what waits for others.
frappe.pages["complaint-work"].on_page_load = function (wrapper) {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("My work"), single_column: true });
	wrapper.work = new ComplaintWork(page);
};

frappe.pages["complaint-work"].on_page_show = (wrapper) => wrapper.work?.refresh();

class ComplaintWork {
	constructor(page) {
		this.page = page;
		this.body = $('<div class="complaint-work" style="padding: var(--padding-md)"></div>').appendTo(page.main);
		page.set_secondary_action(__("Refresh"), () => this.refresh(), "refresh");
		page.add_inner_button(__("Calendar of deadlines"), () =>
			frappe.set_route("List", "Complaint", "Calendar", "default")
		);
		page.add_inner_button(__("All complaints"), () => frappe.set_route("List", "Complaint", "List"));
	}

	async refresh() {
		const work = await frappe.xcall("iso10002.handling.work.my_work");
		this.body.empty();
		this.section(
			__("Due today"),
			work.due_today,
			[__("Reference"), __("Deadline"), __("Due")],
			(row) => [this.link(row.complaint), this.text(__(row.clock_name)), this.due(row.due_on, row.late)],
			__("Nothing of yours is due today.")
		);
		this.section(
			__("Waiting for me"),
			work.waiting_for_me,
			[__("Reference"), __("Stage"), __("Priority"), __("Category"), __("Answer due"), __("In this stage since")],
			(row) => this.case(row),
			__("No case waits for you.")
		);
		this.section(
			__("Waiting for others"),
			work.waiting_for_others,
			[
				__("Reference"),
				__("Stage"),
				__("Priority"),
				__("Category"),
				__("Answer due"),
				__("In this stage since"),
				__("Waits for"),
			],
			(row) => [...this.case(row), this.text(row.waits_for)],
			__("No case of yours waits for others.")
		);
	}

	case(row) {
		return [
			this.link(row.name),
			this.text(__(row.status, null, "Complaint")),
			this.text(__(row.priority || "")),
			this.text(row.category),
			this.due(row.response_due, row.late),
			this.text(frappe.datetime.comment_when(row.stage_since, true), true),
		];
	}

	section(title, rows, headings, cells, nothing) {
		const section = $('<section style="margin-bottom: var(--margin-xl)"></section>').appendTo(this.body);
		$("<h4></h4>").text(`${title} (${rows.length})`).appendTo(section);
		if (!rows.length) {
			$('<p class="text-muted"></p>').text(nothing).appendTo(section);
			return;
		}
		const table = $('<table class="table table-bordered" style="background: var(--card-bg)"></table>');
		table.append(`<thead><tr>${headings.map((text) => `<th scope="col">${this.text(text)}</th>`).join("")}</tr></thead>`);
		const body = $("<tbody></tbody>").appendTo(table);
		for (const row of rows)
			body.append(`<tr>${cells(row).map((cell) => `<td>${cell}</td>`).join("")}</tr>`);
		$('<div style="overflow-x: auto"></div>').append(table).appendTo(section);
	}

	link(name) {
		return `<a href="${frappe.utils.get_form_link("Complaint", name)}">${this.text(name)}</a>`;
	}

	due(moment, late) {
		const text = this.text(frappe.datetime.str_to_user(moment));
		return late ? `<span class="text-danger"><b>${text}</b> ${__("missed")}</span>` : text;
	}

	text(value, is_html) {
		return is_html ? value || "" : frappe.utils.escape_html(cstr(value));
	}
}
