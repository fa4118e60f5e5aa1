"""
Requests that nobody thought of: the API refuses them or carries them out, and never fails.

Schemathesis makes them of the OpenAPI, the same ones at every run.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import openapi
from schemathesis.specs.openapi import checks as conforming

from tests.conftest import Calendar
from tests.docs.api import spec
from tests.web.api import walking
from tests.web.api.conftest import MINE, Doors, opened
from threadline.web import api

few = settings(
    max_examples=3,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
fewer = settings(few, max_examples=1)
CHECKS = [
    schemathesis.checks.not_a_server_error,
    conforming.status_code_conformance,
    conforming.content_type_conformance,
    conforming.response_schema_conformance,
]


class Door:
    """
    The API with an app of its own, which lives where the requests are made: from the first of
    them to the end of all tests. Whoever asks here has a key, or owns the server.
    """

    def __init__(self, owner: bool) -> None:
        self._owner = owner
        self._api: Any = None
        self._own: list[tuple[bytes, bytes]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            names = {name for name, _value in self._own}
            sent = [one for one in scope["headers"] if one[0].lower() not in names]
            await self._api({**scope, "headers": [*sent, *self._own]}, receive, send)
            return
        await receive()
        with tempfile.TemporaryDirectory() as folder:
            async with opened(Path(folder), Calendar(1_893_587_400_000_000)) as doors:
                await self._open(doors)
                await send({"type": "lifespan.startup.complete"})
                await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self, doors: Doors) -> None:
        await walking.furnished(doors)
        if self._owner:
            self._api = api.access.owned(doors.api)
            self._own = [(b"threadline-organization", MINE.encode())]
        else:
            self._api = doors.api
            self._own = [(b"authorization", f"Bearer {doors.keys[MINE, 'admin']}".encode())]


def behind(door: Door) -> Any:
    schema = openapi.from_dict(spec())
    schema.app = door
    schema.config.phases.examples.enabled = False  # test_openapi asks with them
    schema.config.phases.coverage.enabled = False  # hundreds of cases for each route
    return schema


def ask(case: Any) -> None:
    if any(one.name == "follow" for one in case.operation.query):
        case.query = {**(case.query or {}), "follow": "false"}  # or it has no end
    case.call_and_validate(checks=CHECKS)


@behind(Door(owner=True)).parametrize()
@few
def test_the_owner_may_ask_anything(case: Any):
    ask(case)


@behind(Door(owner=False)).parametrize()
@fewer
def test_the_holder_of_a_key_may_ask_anything(case: Any):
    ask(case)
