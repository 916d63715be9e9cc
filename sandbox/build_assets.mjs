// Registry-only asset builder for a bench: node build_assets.mjs <bench> [--production] [app ...]
// Contract (what frappe's python side reads): sites/assets/<app> -> <app>/public, bundles in
// <app>/public/dist/{js,css}/NAME.HASH.ext, and sites/assets/assets.json {"x.bundle.js": "/assets/..."}.
import { createRequire } from "node:module";
import { promises as fs, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";

const args = process.argv.slice(2).filter((a) => !a.startsWith("--"));
const production = process.argv.includes("--production");
const bench = path.resolve(args[0]);
const sites = path.join(bench, "sites");
const assets = path.join(sites, "assets");
const allApps = readFileSync(path.join(sites, "apps.txt"), "utf8").split(/\s+/).filter(Boolean);
const apps = args.length > 1 ? args.slice(1) : allApps;
const need = createRequire(path.join(bench, "apps/frappe/package.json"));
const esbuild = need("esbuild"), sass = need("sass"), sfc = need("vue/compiler-sfc"), glob = need("fast-glob");
const rtlcss = (() => { try { return need("rtlcss"); } catch { return null; } })();

const appDirs = allApps.map((a) => path.join(bench, "apps", a));
const moduleDirs = appDirs.map((d) => path.join(d, "node_modules")).filter(existsSync);
const publicDir = (a) => path.join(bench, "apps", a, a, "public");

async function link(target, at) {
	await fs.rm(at, { force: true, recursive: true });
	await fs.mkdir(path.dirname(at), { recursive: true });
	await fs.symlink(target, at);
}

// *.html -> frappe.templates[...]
const htmlPlugin = {
	name: "html",
	setup(b) {
		b.onLoad({ filter: /\.html$/ }, async (a) => ({
			contents: `frappe.templates[${JSON.stringify(path.basename(a.path).split(".")[0])}] = \`${(await fs.readFile(a.path, "utf8")).replace(/`/g, "\\`")}\`;`,
			loader: "js",
		}));
	},
};

// *.vue -> module; its styles come back as a css import
const vuePlugin = {
	name: "vue",
	setup(b) {
		const styles = new Map();
		b.onLoad({ filter: /\.vue$/, namespace: "file" }, async (a) => {
			const source = await fs.readFile(a.path, "utf8");
			const { descriptor: d, errors } = sfc.parse(source, { filename: a.path });
			if (errors.length) return { errors: errors.map((e) => ({ text: String(e) })) };
			const id = "data-v-" + createHash("sha1").update(path.relative(bench, a.path)).digest("hex").slice(0, 8);
			const scoped = d.styles.some((s) => s.scoped), inline = !!d.scriptSetup;
			const tpl = { scoped, id, source: d.template?.content, filename: a.path, compilerOptions: { scopeId: scoped ? id : undefined } };
			let code = "const __c = {};";
			if (d.script || d.scriptSetup)
				code = sfc.rewriteDefault(sfc.compileScript(d, { id, inlineTemplate: inline, templateOptions: tpl }).content, "__c");
			if (d.template && !inline) {
				const t = sfc.compileTemplate({ ...tpl, id });
				if (t.errors.length) return { errors: t.errors.map((e) => ({ text: String(e.message || e) })) };
				code += "\n" + t.code.replace(/^export function render/m, "function render") + "\n__c.render = render;";
			}
			if (scoped) code += `\n__c.__scopeId = ${JSON.stringify(id)};`;
			let css = "";
			for (const s of d.styles) {
				const plain = s.lang === "scss" || s.lang === "sass" ? sass.compileString(s.content, { importers: [tilde], loadPaths: [path.dirname(a.path), ...moduleDirs, ...appDirs], syntax: s.lang === "sass" ? "indented" : "scss", logger: sass.Logger.silent }).css : s.content;
				const r = sfc.compileStyle({ source: plain, filename: a.path, id, scoped: s.scoped });
				if (r.errors.length) return { errors: r.errors.map((e) => ({ text: String(e) })) };
				css += r.code + "\n";
			}
			if (css) { styles.set(a.path, css); code = `import ${JSON.stringify("vue-style:" + a.path)};\n` + code; }
			return { contents: code + "\nexport default __c;", loader: d.script?.lang === "ts" || d.scriptSetup?.lang === "ts" ? "ts" : "js", resolveDir: path.dirname(a.path) };
		});
		b.onResolve({ filter: /^vue-style:/ }, (a) => ({ path: a.path.slice(10), namespace: "vue-style" }));
		b.onLoad({ filter: /.*/, namespace: "vue-style" }, (a) => ({ contents: styles.get(a.path), loader: "css", resolveDir: path.dirname(a.path) }));
	},
};

// npm's air-datepicker 2.2.3 has no seconds, which frappe's Datetime/Time controls need (frappe uses a git fork
// that is not on npm). Same file with seconds added; every replacement must hit, so a changed file fails the build.
const secondsPlugin = {
	name: "air-datepicker-seconds",
	setup(b) {
		b.onLoad({ filter: /air-datepicker[\\/]dist[\\/]js[\\/]datepicker(\.min)?\.js$/ }, async (a) => {
			let s = await fs.readFile(path.join(path.dirname(a.path), "datepicker.js"), "utf8").then((t) => t.replace(/\r\n/g, "\n"));
			const sub = (from, to) => { if (!s.includes(from)) throw new Error("air-datepicker changed: " + from); s = s.split(from).join(to); };
			sub("case /ii/.test(result):", "case /ss/.test(result):\n result = replacer(result, boundary('ss'), d.fullSeconds);\ncase /ii/.test(result):");
			sub("minutes: date.getMinutes(),", "seconds: date.getSeconds(), fullSeconds: ('0' + date.getSeconds()).slice(-2), minutes: date.getMinutes(),");
			sub("#{minValue}</span>' +", "#{minValue}</span>' + '   <span class=\"datepicker--time-current-colon\">:</span><span class=\"datepicker--time-current-seconds\">#{secValue}</span>' +");
			sub("step=\"#{minStep}\"/>' +\n        '   </div>' +", "step=\"#{minStep}\"/></div><div class=\"datepicker--time-row\"><input type=\"range\" name=\"seconds\" value=\"#{secValue}\" min=\"0\" max=\"59\" step=\"1\"/></div>' +");
			sub("minValue: lz(this.minutes)", "minValue: lz(this.minutes), secValue: lz(this.seconds)");
			sub("this.$hoursText = $(", "this.$seconds = $('[name=\"seconds\"]', this.$timepicker); this.$secondsText = $('.datepicker--time-current-seconds', this.$timepicker);\n this.$hoursText = $(");
			sub("this.minutes = _date.minutes <", "this.seconds = _date.seconds; this.minutes = _date.minutes <");
			sub("this.$minutesText.html(m);", "this.$minutesText.html(m); this.$secondsText.html(dp.getLeadingZeroNum(this.seconds));");
			sub("}).val(this.minutes)", "}).val(this.minutes); this.$seconds.val(this.seconds)");
			s = s.replace(/(\w[\w.]*)\.setMinutes\(this\.timepicker\.minutes\);?/g, "$1.setMinutes(this.timepicker.minutes); $1.setSeconds(this.timepicker.seconds);");
			return { contents: s, loader: "js" };
		});
	},
};

// sass: "~pkg/x" from any app's node_modules, "app/public/x" from apps
const tilde = {
	findFileUrl(url) {
		if (!url.startsWith("~")) return null;
		for (const d of moduleDirs) {
			const p = path.join(d, url.slice(1)), dir = path.dirname(p), base = path.basename(p);
			for (const f of [base, base + ".scss", "_" + base + ".scss", base + ".css"])
				if (existsSync(path.join(dir, f))) return pathToFileURL(p);
		}
		return null;
	},
};
const stylePlugin = (rtl) => ({
	name: "style",
	setup(b) {
		b.onResolve({ filter: /^(\/assets\/|https?:|data:)/ }, (a) => ({ path: a.path, external: true }));
		b.onResolve({ filter: /^~/ }, (a) => {
			for (const d of moduleDirs) { const p = path.join(d, a.path.slice(1)); if (existsSync(p)) return { path: p }; }
		});
		b.onLoad({ filter: /\.s[ac]ss$/ }, (a) => {
			const r = sass.compile(a.path, { importers: [tilde], loadPaths: [...moduleDirs, ...appDirs], quietDeps: true, logger: sass.Logger.silent });
			return { contents: rtl && rtlcss ? rtlcss.process(r.css) : r.css, loader: "css", resolveDir: path.dirname(a.path), watchFiles: r.loadedUrls.filter((u) => u.protocol === "file:").map((u) => u.pathname) };
		});
	},
});

function options(entryPoints, plugins) {
	return {
		entryPoints, plugins, outdir: assets, entryNames: "[dir]/[name].[hash]", bundle: true, metafile: true, write: false,
		target: ["es2017"], minify: production, sourcemap: production ? false : "linked", nodePaths: [...moduleDirs, ...appDirs], logLevel: "error",
		loader: { ".png": "dataurl", ".svg": "dataurl", ".gif": "dataurl", ".woff": "dataurl", ".woff2": "dataurl", ".ttf": "dataurl", ".eot": "dataurl" },
		define: { "process.env.NODE_ENV": JSON.stringify(production ? "production" : "development"), __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", global: "window" },
	};
}

async function emit(result, manifest, prefix = "") {
	const byPath = new Map(result.outputFiles.map((f) => [path.resolve(f.path), f]));
	const drop = new Set();
	for (const [out, info] of Object.entries(result.metafile.outputs)) {
		if (!info.entryPoint) continue;
		const file = byPath.get(path.resolve(out));
		let body = file.contents;
		if (out.endsWith(".js") && info.cssBundle) {
			// styles of .vue files (and css imported from js) travel inside the bundle
			const css = path.resolve(info.cssBundle);
			body = Buffer.concat([Buffer.from(`frappe.dom.set_style(${JSON.stringify(byPath.get(css).text)});`), Buffer.from(body)]);
			drop.add(css); drop.add(css + ".map");
		}
		file.body = body;
		const key = path.basename(info.entryPoint).replace(/\.s[ac]ss$/, ".css");
		manifest[prefix + key] = "/" + path.relative(sites, path.resolve(out)).split(path.sep).join("/");
	}
	for (const [p, f] of byPath) {
		if (drop.has(p)) continue;
		await fs.mkdir(path.dirname(p), { recursive: true });
		await fs.writeFile(p, f.body || f.contents);
	}
}

const t0 = Date.now();
const js = {}, css = {}, cssRtl = {};
for (const app of apps) {
	if (!existsSync(publicDir(app))) continue;
	await link(publicDir(app), path.join(assets, app));
	const nm = path.join(bench, "apps", app, "node_modules");
	if (existsSync(nm)) await link(nm, path.join(publicDir(app), "node_modules"));
	const files = await glob("**/*.bundle.{js,ts,css,scss,sass}", { cwd: publicDir(app), absolute: true, ignore: ["node_modules/**", "dist/**"], followSymbolicLinks: false });
	for (const f of files.sort()) {
		const name = path.basename(f, path.extname(f));
		if (/\.(js|ts)$/.test(f)) js[`${app}/dist/js/${name}`] = f;
		else { css[`${app}/dist/css/${name}`] = f; cssRtl[`${app}/dist/css-rtl/${name}`] = f; }
	}
}
// what other apps have in a manifest stays; what these apps had goes, so nothing names a bundle that is no more
function kept(name) {
	const file = path.join(assets, name);
	const old = existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, "utf8"))) : [];
	return Object.fromEntries(old.filter(([, at]) => !apps.some((app) => at.startsWith(`/assets/${app}/`))));
}
const manifest = kept("assets.json"), rtlManifest = kept("assets-rtl.json");
const [a, b, c] = await Promise.all([
	esbuild.build(options(js, [vuePlugin, htmlPlugin, secondsPlugin])),
	esbuild.build(options(css, [stylePlugin(false)])),
	rtlcss ? esbuild.build(options(cssRtl, [stylePlugin(true)])) : null,
]);
for (const app of apps) await fs.rm(path.join(publicDir(app), "dist"), { recursive: true, force: true });
await emit(a, manifest);
await emit(b, manifest);
if (c) await emit(c, rtlManifest, "rtl_");
await fs.writeFile(path.join(assets, "assets.json"), JSON.stringify(manifest, null, 1));
if (c) await fs.writeFile(path.join(assets, "assets-rtl.json"), JSON.stringify(rtlManifest, null, 1));
console.log(`built ${Object.keys(js).length} js + ${Object.keys(css).length} css bundles in ${(Date.now() - t0) / 1000}s`);
process.exit(0);
