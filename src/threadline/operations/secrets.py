"""Secrets: create, replace, list, describe, delete; and the keys of the vault."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, NotFound, Problem
from threadline.model.catalog import DeleteSecret, ResumeSenders, SaveSecret
from threadline.model.document import child
from threadline.model.rows import SecretRow
from threadline.model.srn import ALIAS, Srn
from threadline.operations import endpoints as endpoint_checks
from threadline.operations import organizations
from threadline.operations.endpoints import Around, Secrets
from threadline.operations.near import meant
from threadline.ports import SecretValue
from threadline.vault import KeyRing, check_value
from threadline.vault import describe as described


async def create(
    app: App, *, organization: str, name: str, type: str, value: Any
) -> dict[str, Any]:
    """A new secret; returns what is ever shown of one. Raises `Invalid`."""
    problems = check(name, type, value)
    known = [one.name for one in await app.store.organizations()]
    if organization not in known:
        mend = f"{meant(organization, known)} `threadline apply` makes organizations."
        message = f"There is no organization {organization!r}."
        problems.append(Problem("organization_unknown", "Organization", message, mend))
    if problems:
        raise Invalid(problems)
    srn = Srn(organization, type, name)
    if await app.store.secret(str(srn)) is not None:
        mend = "Store a new version with `threadline secret replace`, or choose another name."
        raise Invalid([Problem("secret_exists", "Name", f"There is a secret {srn}.", mend)])
    row = sealed_row(app, srn, 1, value, app.clock())
    await app.store.change([SaveSecret(row)])
    return described(row)


async def replace(app: App, *, srn: str, value: Any) -> dict[str, Any]:
    """
    A new version under the same SRN. The endpoints that use it get their new number with it,
    and what their senders paused for is tried again. Raises `NotFound`, `Invalid`, `Taken`.
    """
    old = await find(app, srn)
    if problems := check(old.alias, old.type, value):
        raise Invalid(problems)
    stored = {one.address: one for one in await app.store.endpoints()}
    around = Around(stored, (), Secrets({srn: value}, {srn: "Value."}, {}))
    using = endpoint_checks.affected(around)
    around = Around(stored, (), around.secrets, {one.address for one in using})
    for one in using:
        problems += await endpoint_checks.check_sender(app, one, around)
    problems += endpoint_checks.check_together(using, around.secrets)
    if problems:
        raise Invalid(list(dict.fromkeys(problems)))
    row = sealed_row(app, Srn.parse(srn), old.version + 1, value, old.created_at)
    saves = endpoint_checks.saves(using)
    await app.store.change([SaveSecret(row), *saves, ResumeSenders(old.organization)])
    return described(row)


async def list_(app: App, *, organization: str) -> list[dict[str, Any]]:
    """Never a value. Raises `NotFound`."""
    await organizations.find(app, organization)
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
    bots = await app.store.bots()
    users += [f"bot {one.name}" for one in bots if srn in dict(named(one.document)).values()]
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
    """Raises `NotFound`, which suggests secrets of the same organization only."""
    row = await app.store.secret(srn)
    if row is not None:
        return row
    try:
        owner = Srn.parse(srn).organization
    except ValueError:
        form = f"srn:vault::ORG:secretdoc:{srn if ALIAS.fullmatch(srn) else 'ALIAS'}"
        raise NotFound(
            f"{srn!r} is not the whole name of a secret: write {form}. "
            "`threadline secret list` tells them."
        ) from None
    known = [one.srn for one in await app.store.secrets() if one.organization == owner]
    raise NotFound(f"There is no secret {srn}. {meant(srn, known)}")


def named(bot: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The secrets that a bot's document names, each with its path. Pure."""
    headers = bot.get("Headers")
    fields = headers.items() if isinstance(headers, Mapping) else ()
    for path, value in (
        ("Secret", bot.get("Secret")),
        *((child("Headers", str(name)), value) for name, value in fields),
    ):
        if isinstance(value, str) and value.startswith("srn:"):
            yield path, value


def check(name: Any, type: Any, value: Any) -> list[Problem]:
    """What is wrong with a secret as it was given; never tells the value. Pure."""
    if value is None:
        mend = "Write the value, or where it is: {FromEnv: NAME} or {FromFile: PATH}."
        problems = [Problem("secret_empty", "Value", "The secret has no value.", mend)]
    else:
        document = type == "secretdoc" and isinstance(value, Mapping)
        problems = check_value(type, dict(_texts(value)) if document else value)
    if not isinstance(name, str) or not ALIAS.fullmatch(name):
        mend = "Use 1 to 100 letters, digits, dots, hyphens and underscores."
        problems.insert(0, Problem("name_invalid", "Name", f"{name!r} names no secret.", mend))
    return problems


def _texts(found: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """What has to be a text: a field may also hold a list or an object of them."""
    if isinstance(found, Mapping):
        parts: Iterable[tuple[Any, Any]] = found.items()
    elif isinstance(found, list):
        parts = enumerate(found)
    else:
        yield at, found
        return
    for key, part in parts:
        yield from _texts(part, child(at, key if isinstance(key, int) else str(key)))


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
