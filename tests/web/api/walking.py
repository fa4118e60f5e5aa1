"""A request to every route of the API, about things that are there or about none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx2

from tests.docs.api import Operation
from tests.web.api.conftest import MINE, Doors
from tests.world import ADDRESS, ANN, BOB
from threadline.model.resources.organizations import OrganizationChange
from threadline.operations import keys, messages, tenants, users
from threadline.web import api

REASON = "asked by phone"
PLAIN = {
    "reason": REASON,
    "limit": "10",
    "follow": "false",
    "state": "parked",
    "version": "1",
    "blueprint": "faq",
}
"""Values of parameters that name nothing."""


@dataclass(frozen=True)
class Things:
    """
    What flowit has: the value of every parameter that names something, by the noun of the
    route and the parameter, or by the parameter alone.
    """

    names: dict[str, str]

    def value(self, operation: Operation, parameter: str) -> str | None:
        own = self.names.get(f"{operation.noun}.{parameter}")
        return own or self.names.get(parameter) or PLAIN.get(parameter)

    @property
    def words(self) -> set[str]:
        """What nobody else may read of it."""
        return {*self.names.values(), MINE}

    def gone(self) -> Things:
        """Names of the same form that nothing has."""

        def gone(name: str) -> str:  # an SRN is made of other names
            return another(name.replace(ADDRESS, another(ADDRESS)).replace(MINE, another(MINE)))

        return Things({name: gone(value) for name, value in self.names.items()})


def another(name: str) -> str:
    """As near to everything else as the name is, and still another one."""
    first, second = "78" if name[-1].isdigit() else "qz"
    return name[:-1] + (second if name[-1] == first else first)


async def furnished(doors: Doors) -> Things:
    """flowit with a conversation, a text that waits and one that is put aside, an opt-out."""
    texting = doors.texting
    await texting.answered("one", "two")
    await texting.parks("hm?")
    await texting.text("STOP", contact=BOB, consent="stop")
    shown: OrganizationChange = {"title": "Flow IT", "retention_days": 365}
    await tenants.change(doors.app, name=MINE, fields=shown)  # as the example to apply has it
    made = await keys.create(doors.app, organization=MINE, name="spare", scopes=["read"])
    asked = await users.invite(doors.app, organization=MINE, email="ann@example.com")
    parked = await messages.list_(doors.app, organization=MINE)
    return Things(
        {
            "endpoint": ADDRESS,
            "address": ADDRESS,
            "contact": ANN,
            "organization": MINE,
            "organizations.name": MINE,
            "bots.name": "MySmsBot",
            "keys.id": made["id"],
            "users.id": asked["id"],
            "users.email": asked["email"],
            "messages.id": parked["data"][0]["id"],
            "srn": f"srn:vault::{MINE}:secretdoc:{ADDRESS}-keys",
        }
    )


def missing(operation: Operation, things: Things) -> list[str]:
    """Parameters that have to be given and of which nobody said what they are."""
    return [
        one["name"]
        for one in operation.told.get("parameters", ())
        if one["required"] and things.value(operation, one["name"]) is None
    ]


async def ask(
    client: httpx2.AsyncClient, operation: Operation, things: Things, there: Things
) -> httpx2.Response:
    """
    The request about `things`. Bodies are the examples, which are about what is `there`; its
    names in them become those of `things`.
    """
    path, params = operation.path, {}
    for one in operation.told.get("parameters", ()):
        value = things.value(operation, one["name"])
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", quote(str(value), safe=""))
        elif one["in"] == "query" and value is not None:
            params[one["name"]] = value
    body: Any = None
    if operation.example is not None:
        body = json.dumps(operation.example)
        for name, value in there.names.items():
            body = body.replace(value, things.names[name])
    return await client.request(
        operation.verb.upper(),
        path.removeprefix(api.PREFIX),
        params=params,
        content=body,
        headers={"Content-Type": "application/json"} if body else {},
    )


def nameless(answer: httpx2.Response, things: Things) -> tuple[int, str]:
    """Status and body, without the names that were asked for."""
    text = answer.text
    for name, value in sorted(things.names.items(), key=lambda one: -len(one[1])):
        text = text.replace(value, f"<{name}>")
    return answer.status_code, text
