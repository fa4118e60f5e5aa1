"""The inverse of `apply`: what is true, as documents that make it true elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, count
from typing import Any

from threadline.app import App
from threadline.model.organization import Organization
from threadline.model.rows import SecretRow
from threadline.operations import organizations
from threadline.settings import PREFIX

_NO_LETTERS = re.compile(r"[^A-Z0-9]+")


async def export(app: App, *, organization: str | None = None) -> dict[str, Any]:
    """
    `documents`: one of the organization, or of every one that there is. A secret's value
    never comes out: it is the name of a variable to take it from. Raises `NotFound`.
    """
    wanted = (
        await app.store.organizations()
        if organization is None
        else [await organizations.find(app, organization)]
    )
    ours = {one.name for one in wanted}
    secrets = [row for row in await app.store.secrets() if row.organization in ours]
    bots = await app.store.bots()
    endpoints = await app.store.endpoints()
    names = variables(secrets)  # of these alone: nobody else's is to show in a number

    def document(one: Organization) -> dict[str, Any]:
        return {
            "Organization": one.name,
            **{name: value for name, value in one.fields().items() if value},
            "Secrets": [
                {"Name": row.alias, "Type": row.type, "Value": {"FromEnv": names[row.srn]}}
                for row in secrets
                if row.organization == one.name
            ],
            "Bots": [bot.document for bot in bots if bot.organization == one.name],
            "Endpoints": [it.document for it in endpoints if it.organization == one.name],
        }

    return {"documents": [document(one) for one in wanted]}


def variables(secrets: Iterable[SecretRow]) -> dict[str, str]:
    """
    A name for each, by SRN: FLOWIT_TWILIOKEYS, of the alias in its organization. What would be
    no variable, or one of our settings, gets a word in front; what is taken, a number. Pure.
    """
    found: dict[str, str] = {}
    for row in secrets:
        name = _NO_LETTERS.sub("_", f"{row.organization}_{row.alias}".upper())
        if not name[0].isalpha() or name.startswith(PREFIX):
            name = f"SECRET_{name}"
        others = (f"{name}_{n}" for n in count(2))
        taken = {*found.values()}
        found[row.srn] = next(one for one in chain([name], others) if one not in taken)
    return found
