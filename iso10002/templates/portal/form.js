// The form works without this. With it: the draft survives a reload, and on a phone there is one step at a time.
(() => {
	const form = document.getElementById("complaint-form");
	const KEY = "complaint-draft";
	const UNKEPT = ["token", "lang", "website"];
	const store = (() => {
		try {
			return window.sessionStorage;
		} catch (error) {
			return { getItem: () => null, setItem: () => {}, removeItem: () => {} };
		}
	})();
	const kept = () => [...form.elements].filter((el) => el.name && el.type !== "file" && !UNKEPT.includes(el.name));

	function save() {
		const draft = {};
		for (const el of kept()) {
			if (el.type === "radio") draft[el.name] = el.checked ? el.value : draft[el.name] || "";
			else draft[el.name] = el.type === "checkbox" ? el.checked : el.value;
		}
		try {
			store.setItem(KEY, JSON.stringify(draft));
		} catch (error) {
			// a full store loses the draft, not the form
		}
	}

	function restore() {
		let draft = {};
		try {
			draft = JSON.parse(store.getItem(KEY)) || {};
		} catch (error) {
			return;
		}
		let brought = false;
		for (const el of kept()) {
			const value = draft[el.name];
			if (value === undefined || value === "" || value === false) continue;
			if (el.type === "radio") el.checked = el.value === value;
			else if (el.type === "checkbox") el.checked = Boolean(value);
			else if (el.value) continue;
			else el.value = value;
			brought = true;
			const details = el.closest("details");
			if (details && el.value && el.type !== "radio") details.open = true;
		}
		if (brought && !document.getElementById("summary")) tell();
	}

	function tell() {
		const note = document.createElement("p");
		note.className = "note";
		note.setAttribute("role", "status");
		note.textContent = form.dataset.draft + " ";
		const drop = document.createElement("button");
		drop.type = "button";
		drop.textContent = form.dataset.drop;
		drop.onclick = () => {
			store.removeItem(KEY);
			form.reset();
			note.remove();
		};
		note.append(drop);
		form.before(note);
	}

	restore();
	form.addEventListener("input", save);
	form.addEventListener("change", save);
	document.getElementById("summary")?.focus();

	// One step at a time on a narrow screen

	const steps = [...form.querySelectorAll("fieldset.card")];
	const narrow = window.matchMedia("(max-width: 40rem)");
	const progress = document.createElement("div");
	progress.className = "progress";
	progress.innerHTML = `<span aria-live="polite"></span><progress max="${steps.length}" aria-hidden="true"></progress>`;
	let now = Math.max(0, steps.findIndex((step) => step.querySelector("[aria-invalid]")));

	function button(text, go, primary) {
		const made = document.createElement("button");
		made.type = "button";
		made.textContent = text;
		if (primary) made.className = "primary";
		made.onclick = go;
		return made;
	}

	steps.forEach((step, index) => {
		const row = document.createElement("div");
		row.className = "step-buttons";
		if (index) row.append(button(form.dataset.back, () => go(index - 1)));
		if (index < steps.length - 1) row.append(button(form.dataset.next, () => leave(step, index + 1), true));
		step.append(row);
	});

	function leave(step, index) {
		const wrong = [...step.querySelectorAll("input, textarea, select")].find((el) => !el.checkValidity());
		if (wrong) wrong.reportValidity();
		else go(index);
	}

	function go(index) {
		now = index;
		show();
		const heading = steps[now].querySelector("h2");
		heading.tabIndex = -1;
		heading.focus();
		progress.scrollIntoView({ block: "start" });
	}

	function show() {
		const single = narrow.matches;
		steps.forEach((step, index) => (step.hidden = single && index !== now));
		form.querySelectorAll(".step-buttons").forEach((row) => (row.hidden = !single));
		progress.hidden = !single;
		progress.firstChild.textContent = form.dataset.step.replace("{0}", now + 1).replace("{1}", steps.length);
		progress.lastChild.value = now + 1;
	}

	form.before(progress);
	narrow.addEventListener("change", show);
	show();
	form.querySelector("button[type=submit]").addEventListener("click", () => setTimeout(() => save(), 0));
})();
