"""Secrets: create, replace, list, describe, delete; and the keys of the vault."""

from __future__ import annotations

import asyncio
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, NotFound, Problem
from threadline.model.catalog import DeleteSecret, ResumeSenders, SaveSecret
from threadline.model.rows import SecretRow
from threadline.model.srn import ALIAS, Srn
from threadline.operations.endpoints import rerouted
from threadline.ports import SecretValue
from threadline.vault import KeyRing, check_value
from threadline.vault import describe as described


async def create(
    app: App, *, organization: str, name: str, type: str, value: Any
) -> dict[str, Any]:
    """A new secret; returns what is ever shown of one. Raises `Invalid`."""
    problems = check(name, type, value)
    if not any(one.name == organization for one in await app.store.organizations()):
        mend = "Create it first, or mend the name."
        message = f"There is no organization {organization!r}."
        problems.append(Problem("organization_unknown", "Organization", message, mend))
    if problems:
        raise Invalid(problems)
    srn = str(Srn(organization, type, name))
    if await app.store.secret(srn) is not None:
        mend = "Use replace to store a new version, or choose another name."
        raise Invalid([Problem("secret_exists", "Name", f"There is a secret {srn}.", mend)])
    row = sealed_row(app, Srn(organization, type, name), 1, value, app.clock())
    await app.store.change([SaveSecret(row)])
    return described(row)


async def replace(app: App, *, srn: str, value: Any) -> dict[str, Any]:
    """A new version under the same SRN. Raises `NotFound`, `Invalid`."""
    old = await find(app, srn)
    problems = check(old.alias, old.type, value)
    for endpoint in await app.store.endpoints():
        if endpoint.secret == srn:
            kind = app.channel_types[endpoint.engagement_type]
            problems += kind.check_secret(value, "Value.")
            break
    if problems:
        raise Invalid(problems)
    row = sealed_row(app, Srn.parse(srn), old.version + 1, value, old.created_at)
    routes = await rerouted(app, {srn: value})
    await app.store.change([SaveSecret(row), *routes, ResumeSenders(old.organization)])
    return described(row)


async def list_(app: App, *, organization: str) -> list[dict[str, Any]]:
    """Never a value."""
    return [
        described(row) for row in await app.store.secrets() if row.organization == organization
    ]


async def describe(app: App, *, srn: str) -> dict[str, Any]:
    """Never the value. Raises `NotFound`."""
    return described(await find(app, srn))


async def delete(app: App, *, srn: str) -> dict[str, Any]:
    """Raises `Invalid` with the names of the endpoints and bots that use it, `NotFound`."""
    row = await find(app, srn)
    using = [one for one in await app.store.endpoints() if one.secret == srn]
    users = [f"endpoint {one.name} ({one.address})" for one in using]
    for bot in await app.store.bots():
        headers = bot.document.get("Headers") or {}
        if srn in (bot.document.get("Secret"), *headers.values()):
            users.append(f"bot {bot.name}")
    if users:
        mend = "Give them another secret first."
        raise Invalid([Problem("secret_in_use", "Srn", f"Used by {', '.join(users)}.", mend)])
    await app.store.change([DeleteSecret(srn)])
    return described(row)


async def rotate(app: App, *, add_key: bool = True) -> dict[str, Any]:
    """
    Seal everything with the primary key. With the key file, a new one is added first; with
    THREADLINE_VAULT_KEYS the operator has put the new key in front. Raises `KeyMissing`.
    """
    added = None
    if add_key and not app.settings.vault_keys.get_secret_value():
        path = app.settings.data / "vault.keys"
        added = await asyncio.to_thread(KeyRing.add_key, path)
    return {"added_key": added, "resealed": await app.vault.rotate()}


async def find(app: App, srn: str) -> SecretRow:
    """Raises `NotFound`."""
    row = await app.store.secret(srn)
    if row is None:
        raise NotFound(f"There is no secret {srn}. `threadline secret list` tells them.")
    return row


def check(name: Any, type: Any, value: Any) -> list[Problem]:
    """What is wrong with a secret as it was given; never tells the value. Pure."""
    problems = check_value(type, value)
    if not isinstance(name, str) or not ALIAS.fullmatch(name):
        mend = "Use 1 to 100 letters, digits, dots, hyphens and underscores."
        problems.insert(0, Problem("name_invalid", "Name", f"{name!r} names no secret.", mend))
    return problems


def sealed_row(
    app: App, srn: Srn, version: int, value: SecretValue, created_at: int
) -> SecretRow:
    """As the store keeps it."""
    sealed, fingerprint = app.vault.seal(str(srn), version, value)
    return SecretRow(
        srn=str(srn),
        organization=srn.organization,
        type=srn.type,
        alias=srn.alias,
        sealed=sealed,
        fingerprint=fingerprint,
        created_at=created_at,
        version=version,
    )
