// The agent page of a ticket in Helpdesk (its HD Form Script loads this): a complaint about the ticket, and those there are.

const METHOD = "iso10002.integrations";

export async function actions({ doc, call, toast, $dialog }) {
	const record = { doctype: "HD Ticket", name: String(doc.name) };
	const beside = await call(`${METHOD}.sources.beside`, record).catch(() => null);
	if (!beside) return [];
	const found = beside.complaints.map((row) => ({
		label: `${row.name} · ${__(row.status)}`,
		onClick: () => window.open(`/app/complaint/${encodeURIComponent(row.name)}`),
	}));
	const items = [...found];
	if (beside.start) items.unshift({ label: __("New complaint"), icon: "file-plus", onClick: () => start(record) });
	const groups = [];
	if (beside.proposal) groups.push(proposal_group(beside.proposal, record, { call, toast, $dialog }));
	if (items.length) groups.push(group(__("Complaint"), items));
	return groups;
}

function group(label, items) {
	return { group: label, buttonLabel: label, hideLabel: true, items };
}

function start(record) {
	const about = new URLSearchParams({ reference_doctype: record.doctype, reference_name: record.name });
	window.open(`/app/complaint/new?${about}`);
}

/** A rule says that the ticket looks like a complaint, and this person may decide it. */
function proposal_group(proposal, record, { call, toast, $dialog }) {
	const reject = () =>
		$dialog({
			title: __("Not a complaint"),
			message: __("Say why on the form of the proposal."),
			actions: [
				{
					label: __("Open the proposal"),
					variant: "solid",
					onClick({ close }) {
						window.open(`/app/complaint-proposal/${encodeURIComponent(proposal.name)}`);
						close();
					},
				},
			],
		});
	return group(__("Looks like a complaint"), [
		{ label: __("It is one"), icon: "check", onClick: () => start(record) },
		{ label: __("It is none..."), icon: "x", onClick: reject },
	]);
}

function __(text) {
	return window.__ && window.__ !== __ ? window.__(text) : text;
}
