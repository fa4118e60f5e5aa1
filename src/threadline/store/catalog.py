"""Organizations, bots, endpoints and sealed secrets: few rows, changed by people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, assert_never

from threadline.errors import Taken
from threadline.model.catalog import (
    Change,
    DeleteSecret,
    ResumeSenders,
    SaveBot,
    SaveEndpoint,
    SaveOrganization,
    SaveSecret,
)
from threadline.model.rows import SecretRow
from threadline.store.script import Moment, Part, Ring, Run, Script

SENDER_TAKEN = "The endpoint {address} is online with this number. Set one of them offline."
ADDRESS_TAKEN = "The address {address} is taken. Choose another: addresses are unique."


def change(moment: Moment, items: Sequence[Sequence[Change]]) -> Script:
    """Each item is a list of changes. Raises `Taken`, and then none of them is made."""
    for changes in items:
        for one in changes:
            if isinstance(one, SaveEndpoint):
                yield from _take_sender(moment, one)
            if isinstance(one, ResumeSenders):
                names = {"organization": one.organization, "now": moment.now}
                yield Run("resume_conversations", names)
            run = _run(one, moment.now)
            rows = yield run
            if run.name == "save_endpoint" and not rows:
                raise Taken(ADDRESS_TAKEN.format(address=run.values["address"]))
    for topic in ("catalog", "outbox", "turns"):
        yield Ring(topic)
    return [True for _item in items]


def _take_sender(moment: Moment, one: SaveEndpoint) -> Part:
    """Only one endpoint is online with a sender; its pace is that of the sender."""
    if one.route is None or one.document["Status"] != "online":
        return
    held = yield Run("endpoint_on", {"route": one.route})
    if any(row["address"] != one.document["Address"] for row in held):
        raise Taken(SENDER_TAKEN.format(address=held[0]["address"]))
    names = {"organization": one.organization, "route": one.route}
    yield Run("save_sender", {**names, "pace": one.pace, "now": moment.now})


def _run(change: Change, now: int) -> Run:
    match change:
        case SaveOrganization(name, title):
            return Run("save_organization", {"name": name, "title": title, "now": now})
        case SaveBot(organization, document):
            names = {"organization": organization, "name": document["Name"]}
            return Run("save_bot", {**names, "document": json.dumps(document), "now": now})
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
            assert_never(change)


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
