"""Secrets: create, replace, list, describe, delete; and the keys of the vault."""

from __future__ import annotations

import asyncio
from collections.abc import (
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, NotFound, Outdated, Problem, Taken
from threadline.model import etags
from threadline.model.catalog import DeleteSecret, ResumeSenders, SaveSecret, Step, Unchanged
from threadline.model.document import child
from threadline.model.paging import Page, Part, page_of
from threadline.model.resources.secrets import Secret
from threadline.model.resources.server import VaultRotated
from threadline.model.rows import SecretRow
from threadline.model.srn import ALIAS, Srn
from threadline.operations import endpoints as endpoint_checks
from threadline.operations import forms, organizations
from threadline.operations.endpoints import Around, Secrets
from threadline.operations.near import meant
from threadline.operations.secret_uses import uses
from threadline.ports import SecretValue
from threadline.vault import KeyRing, check_value
from threadline.vault import describe as described

TRIES = 20
"""How often others may be faster. Each time one of them was done."""
ELSEWHERE = ("FromEnv", "FromFile")
"""What a file that is applied says of where a value is; it is read before it comes here."""
Decided = tuple[SecretRow, Sequence[Step]]


async def create(
    app: App,
    *,
    organization: str | None,
    name: str,
    value: Any,
    type: str = "secretdoc",
    template: str = "",
) -> Secret:
    """
    A new secret; returns what is ever shown of one. With a template its type is that of the
    template, and the value has to be as it says. Raises `NotFound`, `Invalid`.
    """
    owner = (await organizations.find(app, organization)).name
    form = forms.template_of(app, template) if template else None
    type = form.type if form else type
    problems = check(name, type, value, called="Alias")
    if form and not any(one.path.startswith("Value") for one in problems):
        problems += forms.check(app, form, value)
    if problems:
        raise Invalid(problems)
    srn = Srn(owner, type, name)

    async def decide() -> Decided:
        if await app.store.secret(str(srn)) is not None:
            mend = (
                "Store a new version with `threadline secret replace`, or choose another name."
            )
            told = Problem("secret_exists", "Alias", f"There is a secret {srn}.", mend)
            raise Invalid([told])
        row = sealed_row(app, srn, 1, value, app.clock())
        return row, [SaveSecret(row)]

    return described(await _changed(app, owner, decide))


async def replace(
    app: App,
    *,
    srn: str,
    value: Any,
    organization: str | None = None,
    if_match: str | None = None,
) -> Secret:
    """
    A new version under the same SRN. The endpoints that use it get their new number with it,
    and what their senders paused for is tried again. Raises `NotFound`, `Invalid`, `Taken`,
    `Outdated`.
    """

    async def decide() -> Decided:
        old = await find(app, srn, organization)
        etags.check(if_match, described(old))
        if problems := check(old.alias, old.type, value):
            raise Invalid(problems)
        saves = await _endpoints_with(app, srn, value)
        row = sealed_row(app, Srn.parse(srn), old.version + 1, value, old.created_at)
        return row, [SaveSecret(row), *saves, ResumeSenders(old.organization)]

    owner = (await find(app, srn, organization)).organization
    return described(await _changed(app, owner, decide))


async def list_(
    app: App, *, organization: str | None, limit: int = 100, after: str | None = None
) -> Page[Secret]:
    """By SRN; never a value. Raises `NotFound`, `Invalid`."""
    owner = (await organizations.find(app, organization)).name
    rows = await app.store.secrets()
    found = [described(row) for row in rows if row.organization == owner]
    return page_of(found, Part(limit, after), lambda one: one["Srn"])


async def describe(app: App, *, srn: str, organization: str | None = None) -> Secret:
    """Never the value. Raises `NotFound`."""
    return described(await find(app, srn, organization))


async def delete(
    app: App, *, srn: str, organization: str | None = None, if_match: str | None = None
) -> Secret:
    """
    Returns what it was. Raises `Invalid` with the names of the endpoints and bots that use
    it, `NotFound`, `Outdated`.
    """

    async def decide() -> Decided:
        row = await find(app, srn, organization)
        etags.check(if_match, described(row))
        if users := (await uses(app, row.organization)).get(srn):
            mend = "Give them another secret first."
            names = ", ".join(map(str, users))
            told = Problem("secret_in_use", "Srn", f"Used by {names}.", mend)
            raise Invalid([told])
        return row, [DeleteSecret(srn)]

    owner = (await find(app, srn, organization)).organization
    return described(await _changed(app, owner, decide))


async def rotate(app: App, *, add_key: bool = True) -> VaultRotated:
    """
    Seal everything with the primary key. With the key file, a new one is added first; with
    THREADLINE_VAULT_KEYS the operator has put the new key in front. Raises `KeyMissing`.
    """
    added = None
    if add_key and not app.settings.vault_keys.get_secret_value():
        path = app.settings.data / "vault.keys"
        added = await asyncio.to_thread(KeyRing.add_key, path)
    return {"added_key": added, "resealed": await app.vault.rotate()}


async def find(app: App, srn: str, organization: str | None) -> SecretRow:
    """
    Of this organization; None = of any, the owner asks. Raises `NotFound`, which suggests
    what the asker may see, and is the same for what others have and for what is not there.
    """
    row = await app.store.secret(srn)
    if row is not None and organization in (None, row.organization):
        return row
    try:
        named_owner = Srn.parse(srn).organization
    except ValueError:
        alias = srn if ALIAS.fullmatch(srn) else "ALIAS"
        form = f"srn:vault::{organization or 'ORG'}:secretdoc:{alias}"
        raise NotFound(
            f"{srn!r} is not the whole name of a secret: write {form}. "
            "`threadline secret list` tells them."
        ) from None
    owner = organization or named_owner
    known = [one.srn for one in await app.store.secrets() if one.organization == owner]
    raise NotFound(f"There is no secret {srn}. {meant(srn, known)}")


async def _changed(
    app: App, organization: str, decide: Callable[[], Awaitable[Decided]]
) -> SecretRow:
    """The row, once its steps are made true; it is decided anew if somebody was faster."""
    async with app.changing:
        for left in reversed(range(TRIES)):
            seen = (await organizations.find(app, organization)).revision
            row, steps = await decide()
            try:
                await app.store.change([Unchanged(organization, seen), *steps])
                return row
            except (Taken, Outdated):  # on another node
                if not left:
                    raise
    raise AssertionError("unreachable")


async def _endpoints_with(app: App, srn: str, value: Any) -> list[Step]:
    """What the value makes of the endpoints that use the secret. Raises `Invalid`."""
    stored = {one.address: one for one in await app.store.endpoints()}
    around = Around(stored, (), Secrets({srn: value}, {srn: "Value."}, {}))
    using = endpoint_checks.affected(around)
    around = Around(stored, (), around.secrets, {one.address for one in using})
    problems = [
        problem
        for one in using
        for problem in await endpoint_checks.check_sender(app, one, around)
    ]
    problems += endpoint_checks.check_together(using, around.secrets)
    if problems:
        raise Invalid(list(dict.fromkeys(problems)))
    return [*endpoint_checks.saves(using)]


def check(name: Any, type: Any, value: Any, called: str = "Name") -> list[Problem]:
    """
    What is wrong with a secret as it was given, where the name is `called` so; never tells
    the value. Pure.
    """
    if value is None:
        mend = "Write the value, or where it is: {FromEnv: NAME} or {FromFile: PATH}."
        problems = [Problem("secret_empty", "Value", "The secret has no value.", mend)]
    else:
        document = type == "secretdoc" and isinstance(value, Mapping)
        texts = dict(_texts(value)) if document else {}
        problems = check_value(type, texts if document else value)
        mend = (
            "Write the value itself: only a file that `threadline apply` reads may say where."
        )
        problems += [
            Problem("secret_invalid", f"Value.{at}", "Nobody looks there for the value.", mend)
            for at in texts
            if at.rpartition(".")[2] in ELSEWHERE
        ]
    if not isinstance(name, str) or not ALIAS.fullmatch(name):
        mend = "Use 1 to 100 letters, digits, dots, hyphens and underscores."
        problems.insert(0, Problem("name_invalid", called, f"{name!r} names no secret.", mend))
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
