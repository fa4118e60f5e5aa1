"""
Every route of the API, asked by who may not: nobody, another organization, another scope.

The routes are those of the OpenAPI, and the OpenAPI has them all; one that is new is asked too.
"""

from __future__ import annotations

import json

import httpx2
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from tests.docs.api import Operation, operations, spec
from tests.web.api import walking
from tests.web.api.conftest import OTHERS, Doors
from tests.web.api.walking import Things
from threadline.model.access import SCOPES
from threadline.web import api

OPERATIONS = operations()
OPEN = {"/api/v1/openapi.json"}
"""What anybody may read: what the API is."""
OWN = (201, 422)
"""A thing of that name was made in the stranger's own organization, or cannot be."""
SHARED = {
    "create_endpoint": "an address stands in a public URL, so a server has each once",
}
"""Operations whose answer may tell that a name is taken, with the reason."""


@pytest.fixture
async def things(doors: Doors) -> Things:
    return await walking.furnished(doors)


def test_every_route_is_in_the_openapi():
    told = {(one.verb.upper(), one.path) for one in OPERATIONS}
    routes = [one for noun in api.NOUNS for one in noun.routes]
    there = {
        (verb, one.path_format)
        for one in routes
        if isinstance(one, APIRoute)
        for verb in one.methods
    }

    assert told == there
    assert len(routes) == len([one for one in routes if isinstance(one, APIRoute)])


def test_nothing_else_is_served():
    told = [one for noun in api.NOUNS for one in noun.routes]
    others = [one for one in api.application().routes if one not in told]

    assert OPEN == {one.path for one in others if isinstance(one, Route)}
    assert len(OPEN) == len(others)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_route_says_which_scope_it_needs(operation: Operation):
    assert {*SCOPES, "owner"} >= {operation.scope}
    assert "get" != operation.verb or operation.scope in ("read", "admin", "owner")


async def test_it_is_known_what_every_parameter_names(things: Things):
    """If this fails: say in `walking.furnished` what of flowit's it is."""
    unknown = {str(one): walking.missing(one, things) for one in OPERATIONS}

    assert {} == {name: found for name, found in unknown.items() if found}


async def test_nobody_gets_anywhere(doors: Doors, things: Things):
    nobody = doors.client()
    asked = {str(one): await walking.ask(nobody, one, things, things) for one in OPERATIONS}
    answers = {one.content for one in asked.values()}

    assert {401} == {one.status_code for one in asked.values()}, asked
    assert 1 == len(answers)


async def test_a_key_opens_only_what_its_scope_says(doors: Doors, things: Things):
    wrong = []
    for operation in OPERATIONS:
        for scope in SCOPES:
            if may(scope, operation):
                continue
            answer = await walking.ask(doors.key(scope), operation, things, things)
            if (403, "out_of_scope") != (answer.status_code, answer.json()["code"]):
                wrong.append((str(operation), scope, answer.text))
    for operation in OPERATIONS:
        for scope in SCOPES:
            if may(scope, operation):
                answer = await walking.ask(doors.key(scope), operation, things, things)
                if answer.status_code in (401, 403) or answer.status_code >= 500:
                    wrong.append((str(operation), scope, answer.text))

    assert [] == wrong


def may(scope: str, operation: Operation) -> bool:
    return operation.scope == scope or (scope == "admin" and operation.scope != "owner")


async def test_the_owner_gets_everywhere(doors: Doors, things: Things):
    owner = doors.owner("flowit")
    answers = {str(one): await walking.ask(owner, one, things, things) for one in OPERATIONS}

    assert {} == {
        name: one.text
        for name, one in answers.items()
        if one.status_code in (401, 403) or one.status_code >= 500
    }


async def test_what_another_organization_has_is_as_if_it_were_not_there(
    doors: Doors, things: Things
):
    gone = things.gone()
    told_apart = {}
    for operation in sorted(OPERATIONS, key=makes):
        if operation.scope == "owner":
            continue
        stranger = doors.key(str(operation.scope), OTHERS)
        there = await walking.ask(stranger, operation, things, things)
        nothing = await walking.ask(stranger, operation, gone, things)
        if operation.id not in SHARED and names_something(operation, things):
            same = walking.nameless(there, things) == walking.nameless(nothing, gone)
            if not same or not (is_nothing(there) or there.status_code in OWN):
                told_apart[str(operation)] = (there.text, nothing.text)

    assert {} == told_apart


def makes(operation: Operation) -> tuple[bool, bool]:
    """What may make a thing of the name comes last: from then on the stranger has one."""
    return operation.verb == "post", operation.id.startswith(("create", "apply"))


def names_something(operation: Operation, things: Things) -> bool:
    """Whether anything of flowit's is in the request."""
    asked = json.dumps(operation.example)
    parameters = (one["name"] for one in operation.told.get("parameters", ()))
    in_body = any(value in asked for value in things.names.values())
    named = (
        walking.PLAIN.get(name) is None and things.value(operation, name) for name in parameters
    )
    return in_body or any(named)


def is_nothing(answer: httpx2.Response) -> bool:
    """Not found, or found to be empty."""
    return answer.status_code == 404 or answer.json() == {"data": [], "next": None}


async def test_nothing_of_another_organization_is_in_any_answer(doors: Doors, things: Things):
    """Asked about what is not there, so that no name comes back that was asked for."""
    gone = things.gone()
    seen = {}
    for operation in (one for one in OPERATIONS if one.scope != "owner"):
        answer = await walking.ask(
            doors.key(str(operation.scope), OTHERS), operation, gone, things
        )
        words = sorted(one for one in things.words if one in answer.text)
        if words:
            seen[str(operation)] = (words, answer.text)

    assert {} == seen


async def test_the_openapi_can_be_read_by_anybody(doors: Doors):
    answer = await doors.client().get("/openapi.json")

    assert spec() == answer.json()
