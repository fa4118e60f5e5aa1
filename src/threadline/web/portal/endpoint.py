"""One endpoint: its type and what follows from it, its secret, its set-up as it is observed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, Outdated, Problem
from threadline.model import etags
from threadline.model.document import load, locate
from threadline.model.endpoint import Endpoint
from threadline.operations import (
    attaching,
    difference,
    endpoint_changes,
    endpoints,
    forms,
    health,
    senders,
)
from threadline.web.portal import endpoint_form
from threadline.web.portal.endpoints import bots_of
from threadline.web.portal.page import Act, Go, Page, Visit

OFFLINE = "Saved. It is offline until it has a secret: choose one, or make one below."


async def show(visit: Visit) -> Mapping[str, Any]:
    app, address = visit.app, visit.args["address"]
    endpoint = await endpoints.find(app, address, visit.organization)
    shown = endpoints.shown(app, endpoint)
    types, overtaken = app.channel_types, isinstance(visit.why, Outdated)
    document = _typed(visit, endpoint) if overtaken else endpoint.document
    typed = visit.failed == "save" and not overtaken
    chosen = visit.form.get("EngagementType") if typed else str(document["EngagementType"])
    secrets = await _secrets(app, visit.organization)
    return {
        "endpoint": document,
        "address": address,
        "target": endpoint.target,
        "online": endpoint.online,
        "kind": types[endpoint.engagement_type],
        "chosen": chosen,
        "types": [(name, kind.label) for name, kind in types.items()],
        "templates": [
            (name, forms.template_shown(kind.template))
            for name, kind in types.items()
            if kind.template
        ],
        "groups": endpoint_form.groups(document, types, chosen, secrets),
        "bots": [(one, one) for one in await bots_of(visit)],
        "bot_labels": endpoint_form.BOTS,
        "domains": endpoint_form.domains(document),
        "etag": etags.of(shown),
        "text": endpoint_form.as_text(endpoint.document),
        "overtaken": _changed(visit, endpoint) if overtaken else None,
        "tab": "json" if visit.query.get("tab") == "json" else "form",
        "pasted": [
            (name, url, shown["fallbacks"][name]) for name, url in shown["urls"].items()
        ],
        "health": await health.checks(
            app, address=address, organization=visit.organization, patience=0
        ),
    }


async def _secrets(app: App, organization: str) -> list[tuple[str, str]]:
    found = await app.store.secrets()
    documents = [one for one in found if one.type == "secretdoc"]
    return [(one.srn, one.alias) for one in documents if one.organization == organization]


def _seen(visit: Visit) -> Any:
    """The document as it stood in the form when it was shown."""
    try:
        found = json.loads(visit.form.get("seen"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _changed(visit: Visit, endpoint: Endpoint) -> list[Any]:
    """What somebody else changed in the meantime."""
    return list(difference.between(_seen(visit), dict(endpoint.document)))


def _typed(visit: Visit, endpoint: Endpoint) -> Mapping[str, Any]:
    """What is there now with what this visitor has changed since they saw it."""
    if visit.failed != "save" or not (seen := _seen(visit)):
        return endpoint.document
    wanted = endpoint_form.filled(seen, visit.form, visit.app.channel_types)
    merged = _merge(seen, wanted, dict(endpoint.document))
    return {**endpoint.document, **merged}


def _merge(old: Any, mine: Any, theirs: Any) -> Any:
    """Mine where I have changed it, theirs where I have not."""
    if isinstance(old, Mapping) and isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        names = dict.fromkeys([*theirs, *mine])
        pairs = {
            name: _merge(old.get(name), mine.get(name), theirs.get(name)) for name in names
        }
        return {name: value for name, value in pairs.items() if value is not None}
    return theirs if mine == old else mine


async def save(visit: Visit) -> Go:
    app, address = visit.app, visit.args["address"]
    endpoint = await endpoints.find(app, address, visit.organization)
    wanted = endpoint_form.filled(endpoint.document, visit.form, app.channel_types)
    kind = app.channel_types.get(wanted["EngagementType"])
    secret = (wanted.get("EngagementConfig") or {}).get("Secret")
    waits = kind is not None and bool(kind.secret_fields) and not secret and endpoint.online
    if waits:
        wanted["Status"] = "offline"
    await _replace(visit, wanted)
    return Go(said=OFFLINE if waits else "Saved.")


async def save_text(visit: Visit) -> Go:
    """The whole document as JSON, or as YAML."""
    text = visit.form.get("document")
    read = load(text)
    if not isinstance(read.value, dict):
        mend = "Write its fields in braces."
        raise Invalid([Problem("document_invalid", "document", "It is no document.", mend, 1)])
    try:
        await _replace(visit, read.value)
    except Invalid as why:
        raise Invalid(locate(why.problems, read.lines)) from None
    return Go(said="Saved.")


async def _replace(visit: Visit, document: Any) -> None:
    await endpoint_changes.replace(
        visit.app,
        organization=visit.organization,
        address=visit.args["address"],
        document=document,
        if_match=visit.form.get("etag") or None,
    )


async def switch(visit: Visit) -> Go:
    status = "online" if visit.form.get("to") == "online" else "offline"
    await endpoint_changes.patch(
        visit.app,
        organization=visit.organization,
        address=visit.args["address"],
        fields={"Status": status},
    )
    texts = "Texts reach the bot." if status == "online" else "Texts are kept, no bot is asked."
    return Go(said=f"It is {status}. {texts}")


async def attach(visit: Visit) -> Go:
    """A new secret, chosen at once."""
    form, kind = visit.form, visit.form.get("type")
    known = visit.app.channel_types.get(kind)
    given = {
        one.name: form.get(f"Value.{one.name}" if one.name else "Value")
        for one in (known.template.fields if known and known.template else ())
    }
    value = forms.value_of(known.template, given) if known and known.template else None
    srn = await attaching.attach(
        visit.app,
        organization=visit.organization,
        address=visit.args["address"],
        name=form.get("Alias").strip(),
        type=kind,
        value=value,
        online=form.get("online") == "yes",
    )
    return Go(said=f"{srn} is sealed, and the endpoint uses it.")


async def resume(visit: Visit) -> Go:
    found = await senders.resume(
        visit.app, endpoint=visit.args["address"], organization=visit.organization
    )
    return Go(said=f"{found['sender']} sends again.")


async def delete(visit: Visit) -> Go:
    address = visit.args["address"]
    await endpoint_changes.delete(visit.app, organization=visit.organization, address=address)
    return Go(visit.url("/endpoints"), f"{address} is deleted.")


page = Page(
    "/endpoints/{address}",
    "Endpoint",
    "endpoint.html",
    show,
    section="endpoints",
    acts={
        "save": Act("builder", save),
        "save_text": Act("builder", save_text),
        "switch": Act("builder", switch),
        "attach": Act("builder", attach),
        "resume": Act("operator", resume),
        "delete": Act("builder", delete),
    },
    live=("checks",),
)
