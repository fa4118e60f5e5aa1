"""Trying a bot: who one is to it meanwhile, and what other channels would say in its place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from threadline.app import App
from threadline.channels import ChannelType
from threadline.errors import NotFound
from threadline.model.endpoint import Endpoint
from threadline.model.engagement import Engagement
from threadline.model.messages import Discarded, Shown
from threadline.model.people import form_token
from threadline.model.resources.visitors import OtherSaid, OtherWay
from threadline.model.timeline import Element, Goal, Note, from_json, kind_of
from threadline.operations import transcript

LAST = 100
"""Entries that are looked at."""


def visitor(token: str, address: str, count: str = "") -> str:
    """
    Who somebody is to the bot while they try it: the same as long as they are signed in and
    do not begin anew. Nobody can guess it who does not have the session's token. Pure.
    """
    whole = f"{form_token(token)}\0{address}\0{count}".encode()
    return f"preview-{hashlib.sha256(whole).hexdigest()[:32]}"


async def other_ways(
    app: App, endpoint: Endpoint, visitor: str, *, in_text: bool | None = None
) -> list[OtherWay]:
    """
    What was said to somebody lately, as each other type of endpoint would have said it: with
    the settings of one that the bot has, or else of a new one. `in_text` overrules its
    Fallback.
    """
    try:
        page = await transcript.latest(
            app,
            endpoint=endpoint.address,
            contact=visitor,
            limit=LAST,
            organization=endpoint.organization,
        )
        said = page["data"][::-1]
    except NotFound:
        said = []
    catalog = await app.catalog()
    ways: list[OtherWay] = []
    for name, kind in app.channel_types.items():
        if name == endpoint.engagement_type or not kind.by_number:
            continue  # an integration gets the same as a page
        theirs = _like(catalog.endpoints.values(), endpoint, name)
        engagement = theirs.engagement if theirs else Engagement()
        if in_text is not None:
            engagement = replace(engagement, in_text=in_text)
        ways.append(
            {
                "type": name,
                "label": kind.label,
                "endpoint": theirs.address if theirs else None,
                "in_text": engagement.in_text,
                "said": _all_said(kind, said, engagement),
            }
        )
    return ways


def _like(endpoints: Iterable[Endpoint], one: Endpoint, kind: str) -> Endpoint | None:
    """An endpoint of that type with the same bot."""
    found = [
        other
        for other in endpoints
        if other.organization == one.organization
        and other.engagement_type == kind
        and other.inbound_bot == one.inbound_bot
    ]
    return min(found, key=lambda other: other.id, default=None)


def _all_said(
    kind: ChannelType, entries: Sequence[Mapping[str, Any]], engagement: Engagement
) -> list[OtherSaid]:
    """In order; options are numbered through from one word of the visitor to the next. Pure."""
    told: list[OtherSaid] = []
    number = 1
    for entry in entries:
        element = _element(entry)
        if entry["author"] == "contact":
            number = 1
            continue
        if element is None or isinstance(element, Goal | Note):
            continue
        spoken = kind.render(element, engagement, number)
        if not isinstance(spoken, Shown | Discarded) and spoken[-1].options:
            number = spoken[-1].options[-1].number + 1
        told.append(_said(entry["message"], element, spoken))
    return told


def _element(entry: Mapping[str, Any]) -> Element | None:
    try:
        return from_json(entry["element"])
    except ValueError:
        return None


def _said(message: str, element: Element, spoken: Any) -> OtherSaid:
    texts = [] if isinstance(spoken, Shown | Discarded) else [one.text for one in spoken]
    return {
        "message": message,
        "kind": kind_of(element),
        "texts": texts,
        "segments": 0 if not texts else sum(one.segments for one in spoken),
        "discarded": spoken.reason if isinstance(spoken, Discarded) else "",
        "shown": isinstance(spoken, Shown),
    }
