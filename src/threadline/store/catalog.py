"""Organizations, bots, endpoints and sealed secrets: few rows, changed by people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, assert_never

from threadline.errors import Invalid, Outdated, Problem, Taken
from threadline.model.catalog import (
    Change,
    DeleteBot,
    DeleteEndpoint,
    DeleteSecret,
    ResumeSenders,
    SaveBot,
    SaveEndpoint,
    SaveOrganization,
    SaveSecret,
    Step,
    Unchanged,
    owner,
)
from threadline.model.rows import SecretRow
from threadline.store.script import Moment, Part, Ring, Run, Script

SENDER_TAKEN = "{who} is online with this number. Set one of them offline."
ADDRESS_TAKEN = "The address {address} is taken. Choose another: addresses are unique."
CHANGED = "Somebody changed {name} in the meantime. Look at it again, then repeat your change."


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
            if isinstance(one, Unchanged):
                continue
            if isinstance(one, SaveEndpoint):
                yield from _take_sender(moment, one)
            if isinstance(one, ResumeSenders):
                names = {"organization": one.organization, "now": moment.now}
                yield Run("resume_conversations", names)
            if isinstance(one, DeleteEndpoint):
                yield Run("hold_endpoint", {"address": one.address})
            rows = yield _run(one, moment.now)
            if isinstance(one, SaveEndpoint) and not rows:
                raise Taken(ADDRESS_TAKEN.format(address=one.document["Address"]))
            if isinstance(one, DeleteEndpoint) and not rows:
                raise _used(one.address)
        for name in sorted({*map(owner, changes)} - {*map(owner, seen)}):
            yield Run("any_revision", {"name": name})
    for topic in ("catalog", "outbox", "turns"):
        yield Ring(topic)
    return [True for _item in items]


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
        case SaveOrganization(name, title):
            return Run("save_organization", {"name": name, "title": title, "now": now})
        case SaveBot(organization, document):
            names = {"organization": organization, "name": document["Name"]}
            return Run("save_bot", {**names, "document": json.dumps(document), "now": now})
        case DeleteBot(organization, name):
            return Run("delete_bot", {"organization": organization, "name": name})
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
