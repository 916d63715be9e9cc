// Says at once what is too much: Frappe answers a request that is too large before the page can say anything.
document.getElementById("files").addEventListener("change", ({ target }) => {
	const { most, each, together, limits } = target.dataset;
	const sizes = [...target.files].map((file) => file.size / 2 ** 20);
	const sum = sizes.reduce((a, b) => a + b, 0);
	const fits = sizes.length <= most && sizes.every((size) => size <= each) && sum <= together;
	target.setCustomValidity(fits ? "" : limits);
	target.reportValidity();
});
