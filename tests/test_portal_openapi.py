"""The interface for other systems does what its description says, checked against the running site."""

import json
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from portal_visitor import URL, Visitor

import iso10002

SPEC = json.loads((Path(iso10002.__file__).parent / "public" / "openapi.json").read_text())
schema = schemathesis.openapi.from_dict(SPEC)
# what is no JSON at all never reaches the app, and is answered by Frappe in its own way
schema.config.generation.update(modes=[schemathesis.GenerationMode.POSITIVE])


@pytest.fixture(autouse=True, scope="module")
def unlimited(site):
	import frappe

	doc = frappe.get_doc("Complaint Portal Settings")
	before = (doc.complaints_an_hour, doc.codes_an_hour)
	doc.update({"complaints_an_hour": 10_000, "codes_an_hour": 10_000})
	doc.save()
	frappe.db.commit()
	Visitor()
	yield
	frappe.db.rollback()
	doc.reload()
	doc.update(dict(zip(("complaints_an_hour", "codes_an_hour"), before, strict=True)))
	doc.save()
	frappe.db.commit()


@schema.parametrize()
@settings(
	max_examples=25,
	deadline=None,
	suppress_health_check=list(HealthCheck),
)
def test_answers_are_as_described(case):
	response = case.call(base_url=URL)
	case.validate_response(
		response,
		checks=[
			schemathesis.checks.not_a_server_error,
			schemathesis.specs.openapi.checks.status_code_conformance,
			schemathesis.specs.openapi.checks.response_schema_conformance,
		],
	)
