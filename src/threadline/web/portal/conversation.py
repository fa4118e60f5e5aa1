"""One conversation: what was said, what became of it, and what an operator does there."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from threadline.model.smart import TABLE
from threadline.operations import conversations, desk, messages, transcript
from threadline.web.portal.page import Act, Download, Go, Page, Visit
from threadline.web.portal.spoken import items

SHOWN = 80
"""Entries on a page; the latest, or those before a place."""
WHOLE = 1000
"""Entries on the page that is printed."""
PATH = "/conversations/{endpoint}/{contact:path}"
FORMS = tuple(transcript.KINDS)
SMART = {chr(code): written for code, written in TABLE.items()}


async def show(visit: Visit) -> Mapping[str, Any] | Download:
    form = visit.query.get("file", "")
    if form in FORMS:
        return await _file(visit, form)
    pair = _pair(visit)
    states = await transcript.states(visit.app, **pair)
    whole = "whole" in visit.query
    page = await transcript.latest(
        visit.app,
        **pair,
        limit=WHOLE if whole else SHOWN,
        after=visit.query.get("after"),
    )
    now = max(states, key=lambda one: (one["updated_at"], one["id"]))
    changes = {(c["at"], c["what"], c["source"]): c for one in states for c in one["consents"]}
    consents = [changes[key] for key in sorted(changes)]
    rows = items(page["data"][::-1], consents, whole=page["next"] is None)
    here = await visit.app.endpoint_at(now["endpoint"])
    return {
        "now": now,
        "states": states,
        "addresses": {str(one["id"]): one["address"] for one in states},
        "endpoint": here,
        "contact": now["contact"],
        "rows": rows,
        "older": page["next"],
        "past": "after" in visit.query,
        "whole": whole,
        "consents": consents,
        "state": _written(now["state"]),
        "context": _written(now["context"]),
        "here": visit.url("/conversations/{}/{}", now["endpoint"], now["contact"]),
        "most": desk.LONGEST,
        "metered": here.route is not None,
        "by_number": visit.app.channel_types[here.engagement_type].by_number,
        "smart": SMART if here.engagement.smart else {},
    }


async def _file(visit: Visit, form: str) -> Download:
    pieces = await transcript.export(visit.app, **_pair(visit), form=form)
    name = transcript.name(visit.args["contact"], form)
    return Download(name, transcript.KINDS[form], pieces)


def _pair(visit: Visit) -> dict[str, Any]:
    return {
        "endpoint": visit.args["endpoint"],
        "contact": visit.args["contact"],
        "organization": visit.organization,
    }


def _written(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) if document else ""


def _name(visit: Visit) -> str:
    """Who does it, as colleagues know them."""
    return visit.who.user.name or visit.by


async def reply(visit: Visit) -> Go:
    said = await desk.reply(
        visit.app,
        **_pair(visit),
        text=visit.form.get("text"),
        take_over="take_over" in visit.form,
        by=_name(visit),
    )
    return Go(to=_latest(visit), said=" ".join(said["warnings"]))


async def take_over(visit: Visit) -> Go:
    await desk.take_over(visit.app, **_pair(visit), by=_name(visit))
    return Go(said="The bot is not asked until you hand the conversation back.")


async def hand_back(visit: Visit) -> Go:
    await desk.hand_back(visit.app, **_pair(visit), by=_name(visit))
    return Go(said="The next text goes to the bot.")


async def retry(visit: Visit) -> Go:
    found = await messages.retry(
        visit.app, organization=visit.organization, id=visit.form.get("id")
    )
    return Go(said=" ".join(["It is tried again.", *found["warnings"]]))


async def discard(visit: Visit) -> Go:
    found = await messages.discard(
        visit.app, organization=visit.organization, id=visit.form.get("id")
    )
    return Go(said=" ".join(["It is discarded.", *found["warnings"]]))


async def redact(visit: Visit) -> Go:
    await desk.redact_message(
        visit.app, organization=visit.organization, id=visit.form.get("id"), by=_name(visit)
    )
    return Go(said="Nothing of it is left but that it was said.")


async def redact_all(visit: Visit) -> Go:
    await desk.redact_conversation(visit.app, **_pair(visit), by=_name(visit))
    return Go(said="Of what was said here nothing is left but that it was said.")


async def end(visit: Visit) -> Go:
    await conversations.end(visit.app, **_pair(visit))
    return Go(said="The session has ended. Their next text begins a new one.")


async def unflag(visit: Visit) -> Go:
    await conversations.unflag(visit.app, **_pair(visit))
    return Go(said="The flag is off.")


def _latest(visit: Visit) -> str:
    """Where what was just said stands."""
    return visit.url("/conversations/{}/{}", visit.args["endpoint"], visit.args["contact"])


DOES: Mapping[str, Callable[[Visit], Awaitable[Go]]] = {
    "reply": reply,
    "take_over": take_over,
    "hand_back": hand_back,
    "retry": retry,
    "discard": discard,
    "redact": redact,
    "redact_all": redact_all,
    "end": end,
    "unflag": unflag,
}

page = Page(
    PATH,
    "Conversation",
    "conversation.html",
    show,
    section="conversations",
    acts={name: Act("operator", do) for name, do in DOES.items()},
    live=("talk", "standing", "panel"),
)
