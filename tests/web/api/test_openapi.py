"""The OpenAPI is whole: it keeps to its standard, and what it shows is what is so."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.docs.api import Operation, operations, spec
from tests.web.api import walking
from tests.web.api.conftest import MINE, Doors
from threadline.web.api.examples import BODIES, SHAPES

OPERATIONS = operations()
JSON = "application/json"
PROBLEM = "application/problem+json"


def content(operation: Operation, status: str) -> dict[str, Any]:
    found: dict[str, Any] = operation.told["responses"][status]
    name = found.get("$ref", "").rpartition("/")[2]
    if name:
        found = spec()["components"]["responses"][name]
    return dict(found.get("content", {}))


def problems(value: Any, schema: dict[str, Any]) -> list[str]:
    whole = {**schema, "components": spec()["components"]}
    validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [one.message for one in validator.iter_errors(value)]


def shown(operation: Operation) -> dict[str, dict[str, Any]]:
    """What it takes, and what it gives when all is well: JSON only."""
    sides = {"request": operation.told.get("requestBody", {}).get("content", {})}
    sides |= {
        status: content(operation, status)
        for status in operation.told["responses"]
        if status in ("200", "201")
    }
    return {side: kinds[JSON] for side, kinds in sides.items() if JSON in kinds}


def test_it_keeps_to_its_standard():
    assert spec()["openapi"].startswith("3.1.")
    validate(spec())


def test_every_operation_has_a_name_of_its_own():
    names = [one.id for one in OPERATIONS]

    assert len(set(names)) == len(names)
    assert [] == [one for one in names if not one.isidentifier() or one.lower() != one]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_operation_says_what_it_does(operation: Operation):
    told = operation.told

    assert told["summary"]
    assert told["description"].endswith(".")
    assert len(told["tags"]) == 1
    assert [] == [one["name"] for one in told.get("parameters", ()) if not described(one)]


def described(parameter: dict[str, Any]) -> bool:
    return str(parameter.get("description", "")).endswith(".")


@pytest.mark.parametrize("name", spec()["components"]["schemas"])
def test_every_field_of_a_shape_says_what_it_means(name: str):
    shape = spec()["components"]["schemas"][name]
    silent = [
        field for field, one in shape.get("properties", {}).items() if "description" not in one
    ]

    assert [] == silent
    assert name.startswith("Page_") or shape["description"].endswith(".")


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_everything_taken_and_given_has_an_example_that_fits(operation: Operation):
    """If this fails: write one into `web/api/examples.py`."""
    found = shown(operation)
    wrong = {
        side: problems(media["example"], media["schema"]) if "example" in media else "none"
        for side, media in found.items()
    }

    assert {side: [] for side in found} == wrong


def test_no_example_is_left_of_what_is_gone():
    schemas = spec()["components"]["schemas"]
    ids = {one.id for one in OPERATIONS}

    assert set() == set(SHAPES) - set(schemas)
    assert set() == {id for id, _side in BODIES} - ids


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_refusal_is_told_as_problem_details(operation: Operation):
    told = operation.told["responses"]
    refusals = {one for one in told if one not in ("200", "201", "204", "304")}

    assert {"401", "403", "429", "default"} <= refusals
    for one in refusals:
        kinds = content(operation, one)
        assert {PROBLEM} == kinds.keys()
        assert kinds[PROBLEM]["schema"]["$ref"].endswith("/ProblemDetails")


def test_refusals_stand_where_they_may_come():
    told = {
        str(one): {
            status for status in one.told["responses"] if status in ("404", "412", "413")
        }
        for one in OPERATIONS
    }

    assert {"404"} == told["GET /api/v1/optouts/{endpoint}/{contact}"]
    assert {"404", "413"} == told["POST /api/v1/optouts"]
    assert set() == told["GET /api/v1/server"]
    for one in OPERATIONS:
        names = {parameter["name"] for parameter in one.told.get("parameters", ())}
        assert ("If-Match" in names) == ("412" in told[str(one)])
        assert ("post" == one.verb) == ("Idempotency-Key" in names), one


def test_a_parameter_is_never_null():
    for one in OPERATIONS:
        for parameter in one.told.get("parameters", ()):
            assert {"type": "null"} not in parameter["schema"].get("anyOf", ()), one


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
async def test_an_answer_has_the_shape_and_the_headers_that_are_told(
    doors: Doors, operation: Operation
):
    things = await walking.furnished(doors)
    answer = await walking.ask(doors.owner(MINE), operation, things, things)
    told = content(operation, status(operation, answer.status_code))
    kind = answer.headers.get("content-type", "").partition(";")[0]

    assert kind in told or not answer.content
    if kind in (JSON, PROBLEM):
        assert [] == problems(answer.json(), told[kind]["schema"])
    done = str(answer.status_code)
    headers = operation.told["responses"].get(done, {}).get("headers", {})
    if done in ("200", "201"):
        assert ("ETag" in headers) == ("etag" in answer.headers)
        assert ("post" == operation.verb) == ("Idempotency-Replayed" in headers)
    for name in headers:
        assert spec()["components"]["headers"][name]["description"].endswith(".")


def test_what_has_a_tag_may_be_the_same_still():
    """A client that is made from the OpenAPI knows then that there is no body."""
    told = {
        str(one): {"304", "ETag"} & {*one.told["responses"], *headers(one)}
        for one in OPERATIONS
        if one.verb == "get" and one.path.endswith("}")
    }

    assert {"304", "ETag"} == told["GET /api/v1/bots/{name}"]
    assert set() == told["GET /api/v1/optouts/{endpoint}/{contact}"]
    assert {} == spec()["components"]["responses"]["304"].get("content", {})


def headers(operation: Operation) -> set[str]:
    return {*operation.told["responses"]["200"].get("headers", {})}


@pytest.mark.parametrize("name", ["Bot", "Endpoint"])
def test_a_document_that_is_taken_has_the_name_of_its_shape(name: str):
    """So that whoever makes a client from the OpenAPI gets one type of it."""
    taken = {
        one.id: shown(one)["request"]["schema"]
        for one in OPERATIONS
        if one.id in (f"create_{name.lower()}", f"replace_{name.lower()}")
    }

    assert [{"$ref": f"#/components/schemas/{name}Document"}] * 2 == [*taken.values()]


def status(operation: Operation, code: int) -> str:
    return str(code) if str(code) in operation.told["responses"] else "default"


def test_a_body_with_a_field_too_many_does_not_fit():
    wanted = spec()["components"]["schemas"]["ApiKeyCreate"]

    assert wanted["additionalProperties"] is False
