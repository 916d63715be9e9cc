// What the reports of the app share: filters, links from a figure to its cases, and how hidden figures look.
frappe.provide("iso10002.report");

iso10002.report.DIMENSIONS = {
	period: __("Period"),
	category: __("Category"),
	product: __("Product or service"),
	channel: __("Channel"),
	severity: __("Severity"),
	handler: __("Handler"),
	customer_group: __("Customer group"),
	unit: __("Unit that received it"),
	unit_concerned: __("Unit concerned"),
	cause: __("Cause"),
};

// The server says it clearly where complaints have no such link after all.

iso10002.report.options = (labels) => [
	{ value: "", label: "" },
	...Object.entries(labels).map(([value, label]) => ({ value, label })),
];

// names: filters beside the period, in order; by: breakdowns to choose from, [] where the report has one of its own.
// Readers of figures only get breakdowns or filters: the server takes no filter where a breakdown could identify.
iso10002.report.filters = function (names, by) {
	const can_open_cases = frappe.model.can_read("Complaint");
	if (by && !can_open_cases) names = names.filter((name) => name === "grain");
	const month = frappe.datetime.month_start();
	const found = [
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(month, -11),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.month_end(),
			reqd: 1,
		},
	];
	if (by) by = by.filter((name) => can_open_cases || name !== "handler");
	if (by?.length)
		found.push({
			fieldname: "by",
			label: __("Broken down by"),
			fieldtype: "Select",
			options: iso10002.report.options(
				Object.fromEntries(by.map((name) => [name, iso10002.report.DIMENSIONS[name]]))
			),
		});
	const known = {
		grain: {
			label: __("Periods"),
			fieldtype: "Select",
			options: ["Month", "Quarter", "Year", "Week", "Day"].map((value) => ({ value, label: __(value) })),
			default: "Month",
		},
		category: { label: __("Category"), fieldtype: "Link", options: "Complaint Category" },
		product: { label: __("Product or service"), fieldtype: "Data" },
		channel: { label: __("Channel"), fieldtype: "Link", options: "Complaint Channel" },
		severity: {
			label: __("Severity"),
			fieldtype: "Select",
			options: iso10002.report.options(
				Object.fromEntries(["Minor", "Moderate", "Serious", "Critical"].map((name) => [name, __(name)]))
			),
		},
		handler: { label: __("Handler"), fieldtype: "Link", options: "User" },
		clock_rule: { label: __("Clock rule"), fieldtype: "Link", options: "Complaint Clock Rule" },
		customer_group: { label: __("Customer group"), fieldtype: "Data" },
		unit: { label: __("Unit that received it"), fieldtype: "Data" },
		company: { label: __("Company"), fieldtype: "Link", options: "Company" },
		branch: { label: __("Branch"), fieldtype: "Link", options: "Branch" },
		department: { label: __("Department"), fieldtype: "Link", options: "Department" },
		territory: { label: __("Territory"), fieldtype: "Link", options: "Territory" },
		item: { label: __("Item"), fieldtype: "Link", options: "Item" },
	};
	for (const name of names) {
		if (!can_open_cases && !iso10002.report.FOR_ALL.includes(name)) continue;
		if (iso10002.report.OF_HOSTS.includes(name) && !frappe.boot.user.can_read.includes(known[name].options)) continue;
		found.push({ fieldname: name, ...known[name] });
	}
	return found;
};

// Links a site has beside ERPNext; shown to those who may choose from them.
iso10002.report.OF_HOSTS = ["company", "branch", "department", "territory", "item"];

// What readers of figures only may filter by: it identifies nobody.
iso10002.report.FOR_ALL = ["grain", "channel", "clock_rule"];

iso10002.report.USUAL = [
	"grain",
	"company",
	"branch",
	"department",
	"territory",
	"item",
	"category",
	"product",
	"channel",
	"severity",
	"handler",
	"clock_rule",
	"customer_group",
	"unit",
];

iso10002.report.formatter = function (value, row, column, data, default_formatter) {
	// counts among means and shares in one column: no decimals for what has none
	if (data?._count && Number.isInteger(value)) column = { ...column, fieldtype: "Int" };
	let shown = default_formatter(value, row, column, data);
	if (!data || data._note) return shown;
	if ((data._hidden || []).includes(column.fieldname))
		return `<span class="text-muted" title="${__("Too few cases to be shown")}">${__("not shown")}</span>`;
	if (["Int", "Float", "Percent"].includes(column.fieldtype) && (value === null || value === undefined)) shown = `<span class="text-muted">–</span>`;
	if (data._total) shown = `<b>${shown}</b>`;
	if (column.measure && value && data._drill) {
		const filters = encodeURIComponent(
			JSON.stringify({ measure: data._measure || column.measure, ...data._drill })
		);
		shown = `<a href="#" style="text-decoration: underline" data-cases="${filters}" title="${__("Show the cases")}">${shown}</a>`;
	}
	return shown;
};

iso10002.report.onload = function (report) {
	$(report.page.wrapper)
		.off("click.cases")
		.on("click.cases", "[data-cases]", (event) => {
			event.preventDefault();
			frappe.route_options = JSON.parse(decodeURIComponent(event.currentTarget.dataset.cases));
			frappe.set_route("query-report", "Complaint Register");
		});
};

iso10002.report.settings = (names, by) => ({
	filters: iso10002.report.filters(names || iso10002.report.USUAL, by),
	formatter: iso10002.report.formatter,
	onload: iso10002.report.onload,
});

// Breakdowns of figures the register can be narrowed to when it is opened from another report.
iso10002.report.PASSED = {
	category_only: __("This category only"),
	age: __("Age in days"),
	cause: __("Cause"),
	decision: __("Decision"),
	priority: __("Priority"),
	status: __("Stage now"),
	market_segment: __("Market segment"),
	unit_concerned: __("Unit concerned"),
	clock: __("Deadline"),
	purpose: __("Purpose"),
	remedy: __("Remedy"),
	currency: __("Currency"),
	review_outcome: __("Outcome of the review"),
	body: __("Outside body"),
	referral_outcome: __("Outcome outside"),
};
Object.assign(iso10002.report.DIMENSIONS, {
	clock: __("Deadline"),
	rule: __("Clock rule"),
	purpose: __("Purpose"),
	stage: __("Stage"),
});
