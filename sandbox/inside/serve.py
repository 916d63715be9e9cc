"""Serve a site: serve.py SITE PORT, from the sites directory. Frappe's own development server, on 127.0.0.1 only."""

import functools
import sys

import werkzeug.serving

serve = werkzeug.serving.run_simple


@functools.wraps(serve)
def run_simple(hostname, port, application, **options):
	options |= {"use_reloader": False, "use_debugger": False, "use_evalex": False, "threaded": True}
	serve("127.0.0.1", port, application, **options)


werkzeug.serving.run_simple = run_simple

import frappe.app  # noqa: E402

frappe.app.serve(port=int(sys.argv[2]), no_reload=True, site=sys.argv[1], sites_path=".")
