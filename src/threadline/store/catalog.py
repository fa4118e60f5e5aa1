"""Organizations, bots, endpoints and sealed secrets: few rows, changed by people."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, assert_never

from threadline.errors import Invalid, Outdated, Problem, Taken
from threadline.model.bot import BotRecord
from threadline.model.catalog import (
    Change,
    DeleteBot,
    DeleteEndpoint,
    DeleteSecret,
    DropDraft,
    ResumeSenders,
    SaveBot,
    SaveEndpoint,
    SaveOrganization,
    SaveSecret,
    Step,
    Unchanged,
    owner,
)
from threadline.model.endpoint import Endpoint
from threadline.model.organization import Organization
from threadline.model.rows import SecretRow
from threadline.store import versions
from threadline.store.script import Moment, Part, Ring, Row, Run, Script
from threadline.store.views import Asking

SENDER_TAKEN = "{who} is online with this number. Set one of them offline."
ADDRESS_TAKEN = "The address {address} is taken. Choose another: addresses are unique."
CHANGED = "Somebody changed {name} in the meantime. Look at it again, then repeat your change."
READ = 10_000
"""Endpoints that stay read, as long as their rows are the same."""


def change(moment: Moment, items: Sequence[Sequence[Change]]) -> Script:
    """
    Each item is a list of changes. Raises `Taken`, `Outdated` or `Invalid`, and then none of
    them is made.
    """
    for changes in items:
        seen = [one for one in changes if isinstance(one, Unchanged)]
        for known in sorted(seen, key=owner):  # in one order, or two wait for each other
            yield from _see(moment, known)
        for one in changes:
            if not isinstance(one, Unchanged):
                yield from _before(moment, one)
                rows = yield _run(one, moment.now)
                yield from _after(moment, one, rows)
        for name in sorted({*map(owner, changes)} - {*map(owner, seen)}):
            yield Run("any_revision", {"name": name})
    for topic in ("catalog", "outbox", "turns"):
        yield Ring(topic)
    return [True for _item in items]


def _before(moment: Moment, step: Step) -> Part:
    match step:
        case SaveEndpoint():
            yield from _take_sender(moment, step)
        case ResumeSenders(organization):
            names = {"organization": organization, "now": moment.now}
            yield Run("resume_conversations", names)
        case DeleteEndpoint(_organization, address):
            yield Run("hold_endpoint", {"address": address})


def _after(moment: Moment, step: Step, rows: list[Row]) -> Part:
    match step:
        case SaveBot(content=True):
            yield _version(step, rows[0]["version"], moment.now)
        case DeleteBot(organization, name):
            names = {"organization": organization, "name": name}
            yield Run("delete_bot_versions", names)
            yield Run("delete_bot_draft", names)
        case DropDraft() if not rows:
            raise Outdated(versions.SAVED)
        case SaveEndpoint() if not rows:
            raise Taken(ADDRESS_TAKEN.format(address=step.document["Address"]))
        case DeleteEndpoint() if not rows:
            raise _used(step.address)


def _see(moment: Moment, one: Unchanged) -> Part:
    """The next revision, of the one that is known."""
    if one.revision is None:
        rows = yield Run("new_organization", {"name": one.organization, "now": moment.now})
    else:
        values = {"name": one.organization, "revision": one.revision}
        rows = yield Run("next_revision", values)
    if not rows:
        raise Outdated(CHANGED.format(name=one.organization))


def _used(address: str) -> Invalid:
    mend = "Set it offline instead; its history stays."
    message = f"There are conversations with {address}."
    return Invalid([Problem("endpoint_used", "Address", message, mend)])


def _take_sender(moment: Moment, one: SaveEndpoint) -> Part:
    """Only one endpoint is online with a sender; its pace is that of the sender."""
    if one.route is None or one.document["Status"] != "online":
        return
    held = yield Run("endpoint_on", {"route": one.route})
    for row in held:
        if row["address"] != one.document["Address"]:
            ours = row["organization"] == one.organization
            who = f"The endpoint {row['address']}" if ours else "Another endpoint"
            raise Taken(SENDER_TAKEN.format(who=who))
    names = {"organization": one.organization, "route": one.route}
    yield Run("save_sender", {**names, "pace": one.pace, "now": moment.now})


def _run(step: Step, now: int) -> Run:
    match step:
        case SaveOrganization(name, title, days):
            about = {"title": title, "days": days}
            return Run("save_organization", {"name": name, **about, "now": now})
        case SaveBot(organization, document, content):
            names = {"organization": organization, "name": document["Name"]}
            more = {"document": json.dumps(document), "content": int(content), "now": now}
            return Run("save_bot", {**names, **more})
        case DeleteBot(organization, name):
            return Run("delete_bot", {"organization": organization, "name": name})
        case DropDraft(draft):
            return versions.dropping(draft)
        case DeleteEndpoint(organization, address):
            return Run("delete_endpoint", {"organization": organization, "address": address})
        case SaveEndpoint(organization, document, route):
            values: dict[str, Any] = {
                "organization": organization,
                "address": document["Address"],
                "document": json.dumps(document),
                "route": route,
                "online": int(document["Status"] == "online"),
                "now": now,
            }
            return Run("save_endpoint", values)
        case SaveSecret(row):
            return Run("save_secret", {}, [_secret(row)])
        case DeleteSecret(srn):
            return Run("delete_secret", {"srn": srn})
        case ResumeSenders(organization):
            return Run("resume_senders", {"organization": organization})
        case _:
            assert_never(step)


def _version(one: SaveBot, version: int, now: int) -> Run:
    values = {
        "organization": one.organization,
        "name": one.document["Name"],
        "version": version,
        "document": json.dumps(one.document),
    }
    about = {"source": one.made.source, "by": one.made.by, "note": one.made.note}
    return Run("add_bot_version", {**values, **about, "now": now})


def _secret(row: SecretRow) -> tuple[Any, ...]:
    return (
        *(row.srn, row.organization, row.type, row.alias, row.version),
        *(row.sealed, row.fingerprint, row.created_at),
    )


def reseal(moment: Moment, items: Sequence[dict[str, Any]]) -> Script:
    """True for each secret that still was what the caller had read."""
    results = []
    for values in items:
        rows = yield Run("reseal_secret", values)
        results.append(bool(rows))
    yield Ring("catalog")
    return results


def ping(moment: Moment, items: Sequence[object]) -> Script:
    """A write that changes nothing, to see whether writes are taken."""
    yield Run("touch", {})
    return [True for _item in items]


class Catalog(ABC):
    """Fulfils `ports.Catalog`."""

    _asking: Asking

    @abstractmethod
    async def _do(self, kind: str, items: Sequence[Any]) -> list[Any]: ...

    async def change(self, changes: Sequence[Change]) -> None:
        await self._do("change", [changes])

    async def organizations(self) -> list[Organization]:
        found = await self._asking.ask(Run("organizations"))
        names = ("name", "title", "revision", "retention_days")
        return [Organization(**{name: row[name] for name in names}) for row in found]

    async def bots(self) -> list[BotRecord]:
        return [
            BotRecord(
                row["organization"],
                row["version"],
                json.loads(row["document"]),
                row["updated_at"],
            )
            for row in await self._asking.ask(Run("bots"))
        ]

    async def endpoints(self) -> list[Endpoint]:
        return [_endpoint(row) for row in await self._asking.ask(Run("endpoints"))]

    async def endpoint_on(self, route: str) -> Endpoint | None:
        rows = await self._asking.ask(Run("endpoint_on", {"route": route}))
        return _endpoint(rows[0]) if rows else None

    async def secrets(self) -> list[SecretRow]:
        return [_secret_row(row) for row in await self._asking.ask(Run("secrets"))]

    async def secret(self, srn: str) -> SecretRow | None:
        rows = await self._asking.ask(Run("secret", {"srn": srn}))
        return _secret_row(rows[0]) if rows else None

    async def reseal_secret(
        self, srn: str, version: int, old_sealed: str, sealed: str, fingerprint: str
    ) -> bool:
        values = {"srn": srn, "version": version, "old_sealed": old_sealed}
        new = {"sealed": sealed, "fingerprint": fingerprint}
        [done] = await self._do("reseal", [values | new])
        return bool(done)


def _endpoint(row: Row) -> Endpoint:
    return _read_endpoint(row["id"], row["organization"], row["document"], row["route"])


@lru_cache(maxsize=READ)
def _read_endpoint(id: int, organization: str, document: str, route: str | None) -> Endpoint:
    """To read one is dearer than to fetch it, and a page wants all of them."""
    return Endpoint(id, organization, json.loads(document), route)


def _secret_row(row: Row) -> SecretRow:
    names = "srn organization type alias version sealed fingerprint created_at".split()
    return SecretRow(**{name: row[name] for name in names})
