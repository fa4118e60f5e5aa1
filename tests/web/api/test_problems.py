"""What is refused comes as RFC 9457 has it, with every problem at once and a mend for each."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from tests.web.api.conftest import Doors
from tests.world import ANN
from threadline import errors
from threadline.errors import ThreadlineError
from threadline.web.api.bodies import DEEPEST, LARGEST
from threadline.web.api.problems import FAILED, STATUSES, answer

NAME = b'{"name": "crm", "scopes": ["read"]}'
JSON = {"Content-Type": "application/json"}


def told(answer: httpx2.Response) -> list[tuple[str, str]]:
    """Code and path of each problem, of an answer that keeps to the form."""
    found = answer.json()
    assert "application/problem+json" == answer.headers["content-type"]
    assert answer.status_code == found["status"]
    assert f"/docs/errors#{found['code']}" == found["type"]
    assert found["title"]
    assert found["detail"]
    for one in found.get("problems", ()):
        assert {"code", "path", "message", "mend"} <= set(one)
        assert one["mend"].endswith((".", "`"))
    return [(one["code"], one["path"]) for one in found.get("problems", ())]


async def refused(doors: Doors, body: bytes, **headers: str) -> httpx2.Response:
    found = await doors.key().post("/keys", content=body, headers=JSON | headers)
    assert 422 == found.status_code
    return found


async def test_what_is_not_there_is_told_so(doors: Doors):
    found = await doors.key().get(f"/optouts/nobody/{ANN}")

    assert [] == told(found)
    assert (404, "not_found", "Not found") == (
        found.status_code,
        found.json()["code"],
        found.json()["title"],
    )


async def test_every_problem_of_a_request_is_told_at_once(doors: Doors):
    found = await refused(doors, b'{"scopes": "read", "expires_at": 5, "colour": "red"}')

    assert {
        ("field_missing", "name"),
        ("field_invalid", "scopes"),
        ("field_invalid", "expires_at"),
        ("field_unknown", "colour"),
    } == set(told(found))
    assert 4 == len(told(found))


async def test_every_problem_of_a_query_is_told_at_once(doors: Doors):
    found = await doors.key().get("/optouts", params={"limit": "0", "after": "x"})
    again = await doors.key().get("/optouts", params={"after": "x"})

    assert [("field_invalid", "limit")] == told(found)
    assert [("cursor_invalid", "after")] == told(again)


async def test_a_field_inside_a_list_is_named(doors: Doors):
    found = await refused(doors, b'{"name": "crm", "scopes": ["read", 5]}')

    assert [("field_invalid", "scopes[1]")] == told(found)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"name=crm",
        b"\xff\xfe",
        b'{"name": NaN, "scopes": []}',
        b'{"name": "\\ud800", "scopes": ["read"]}',
        b"[" * 100_000,
    ],
    ids=["cut off", "a form", "no UTF-8", "no number", "half a letter", "too deep"],
)
async def test_a_body_that_is_no_json_is_told_so(doors: Doors, body: bytes):
    found = await refused(doors, body)

    assert [("json_invalid", "body")] == told(found)
    assert 1 == found.json()["problems"][0]["line"]


@pytest.mark.parametrize("depth", [DEEPEST, 300, 900])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/endpoints", '{"Address": "deep", "EngagementType": "Web", "Style": %s}'),
        ("/secrets", '{"Alias": "deep", "Value": %s}'),
        ("/apply", '{"documents": [{"Organization": "flowit", "Bots": [%s]}]}'),
    ],
)
async def test_what_could_not_be_told_again_is_not_taken(
    doors: Doors, path: str, body: str, depth: int
):
    """One such document would be in the way of every list that it stands in."""
    deep = (body % ('{"a":' * depth + "1" + "}" * depth)).encode()
    found = await doors.key().post(path, content=deep, headers=JSON)
    listed = await doors.key().get("/endpoints")

    assert [("json_invalid", "body")] == told(found)
    assert 200 == listed.status_code


async def test_a_body_may_be_as_deep_as_a_file_and_wide(doors: Doors):
    deep = "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)
    wide = f"[{','.join(['[]'] * 1000)}]"
    body = f'{{"Name": {deep}, "Type": {wide}}}'.encode()
    found = await doors.key().post("/bots", content=body, headers=JSON)

    assert "json_invalid" not in [code for code, _path in told(found)]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_that_is_not_said_to_be_json_is_not_read(doors: Doors, kind: str):
    found = await refused(doors, NAME, **{"Content-Type": kind})

    assert [("json_invalid", "body")] == told(found)
    assert "application/json" in found.json()["problems"][0]["mend"]


async def test_json_may_say_its_letters_and_its_kind(doors: Doors):
    for kind in ("application/json; charset=utf-8", "Application/JSON", "application/x+json"):
        found = await doors.key().post("/keys", content=NAME, headers={"Content-Type": kind})
        assert 201 == found.status_code


async def test_a_body_that_is_not_there_is_told_so(doors: Doors):
    assert [("field_missing", "body")] == told(await refused(doors, b""))


async def test_a_body_of_another_kind_is_told_so(doors: Doors):
    assert [("field_invalid", "body")] == told(await refused(doors, b'["name"]'))


async def test_a_nul_is_refused_wherever_it_stands(doors: Doors):
    """No text in PostgreSQL can hold one."""
    found = [
        await refused(doors, b'{"name": "a\\u0000", "scopes": ["read"]}'),
        await refused(doors, b'{"name": "a", "scopes": ["read"], "b\\u0000": 1}'),
        await doors.key().get("/optouts", params={"endpoint": "a\0"}),
        await doors.key().get(f"/optouts/%00/{ANN}"),
    ]

    assert [
        [("text_invalid", "body")],
        [("text_invalid", "body")],
        [("text_invalid", "URL")],
        [("text_invalid", "URL")],
    ] == [told(one) for one in found]


async def test_text_about_a_nul_is_taken(doors: Doors):
    body = b'{"name": "\\\\u0000 and %00", "scopes": ["read"]}'

    assert 201 == (await doors.key().post("/keys", content=body, headers=JSON)).status_code


async def test_a_body_that_is_too_large_is_refused_unread(doors: Doors):
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // 65_536 + 1):
            yield b" " * 65_536

    said = {**JSON, "Content-Length": str(LARGEST + 1)}
    by_word = await doors.key().post("/keys", content=b"{}", headers=said)
    by_count = await doors.key().post("/keys", content=chunks(), headers=JSON)

    assert [(413, "too_large")] * 2 == [
        (one.status_code, one.json()["code"]) for one in (by_word, by_count)
    ]
    assert [] == told(by_word)


async def test_the_largest_body_is_read(doors: Doors):
    body = NAME + b" " * (LARGEST - len(NAME))

    assert 201 == (await doors.key().post("/keys", content=body, headers=JSON)).status_code


async def test_who_goes_away_in_the_middle_of_a_body_is_no_failure_of_ours(doors: Doors):
    came = iter(
        [
            {"type": "http.request", "body": b"{", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    sent: list[Any] = []

    async def receive() -> Any:
        return next(came)

    async def send(message: Any) -> None:
        sent.append(message)

    key = doors.key()
    headers = [(b"authorization", key.headers["authorization"].encode())]
    scope = {"type": "http", "method": "POST", "path": "/api/v1/keys", "headers": headers}
    with capture_logs() as logs:
        await doors.api({**scope, "query_string": b"", "root_path": ""}, receive, send)

    assert [] == logs
    assert 400 == sent[0]["status"]


@pytest.mark.parametrize("said", ["\u00b2", "many", "-1", ""])
async def test_a_length_that_is_no_number_does_no_harm(doors: Doors, said: str):
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", said.encode("latin-1")),
    ]
    found = await doors.key().post("/keys", content=NAME, headers=headers)

    assert 201 == found.status_code


async def test_an_unknown_path_is_told_so_and_where_the_known_ones_are(doors: Doors):
    for path in ("/nothing", "/keys/", "/optouts/one", "x"):
        found = await doors.key().get(path)
        assert (404, "not_found") == (found.status_code, found.json()["code"])
        assert [] == told(found)
        assert "/api/v1/openapi.json" in found.json()["detail"]


async def test_a_wrong_method_is_told_so_and_which_are_right(doors: Doors):
    found = await doors.key().put("/keys", json={})

    assert (405, "not_found") == (found.status_code, found.json()["code"])
    assert [] == told(found)
    assert {"GET", "POST"} == set(found.headers["allow"].split(", "))


async def test_what_nobody_expected_is_told_without_its_reason(doors: Doors):
    """The log has the reason; who asks might not be meant to know it."""
    file = doors.app.settings.data / "threadline.db"
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE endpoints SET document = 'no document'")
    found = await doors.key().get("/optouts")

    assert [] == told(found)
    assert (500, "failed") == (found.status_code, found.json()["code"])
    assert "line 1" not in found.text


async def test_a_database_that_does_not_answer_is_told_so(doors: Doors):
    file = doors.app.settings.data / "threadline.db"
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("DROP TABLE suppressions")
    found = await doors.key().get("/optouts")

    assert [] == told(found)
    assert (503, "store_down") == (found.status_code, found.json()["code"])
    assert "1" == found.headers["retry-after"]


@pytest.mark.parametrize("kind", STATUSES, ids=lambda one: one.__name__)
def test_every_error_has_a_status_that_its_drawing_tells(kind: type[ThreadlineError]):
    drawn = re.search(rf"── {kind.__name__} +(\d\d\d) ", str(errors.__doc__))

    assert drawn is None or STATUSES[kind] == int(drawn[1])


def test_an_unexpected_failure_has_a_code_of_its_own():
    found = answer(FAILED)

    assert 500 == found.status_code
    assert b'"code":"failed"' in found.body
