"""The list of conversations: who wrote, what was said last, and finding one of many."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from threadline.errors import Invalid
from threadline.model.words import is_beginning, words
from threadline.operations import conversations
from threadline.web.portal.page import Page, Visit

SHOWN = 50
NUMBER = re.compile(r"\+[\d\s().\-]*|[\d\s().\-]*(?:\d[\s().\-]*){4}")
"""What is typed into the search box and looked for among numbers; else it is words."""
CHIPS = (
    ("open", "Open session"),
    ("waiting", "Waiting for the bot"),
    ("failed", "Failed"),
    ("flagged", "Needs a look"),
    ("taken_over", "Taken over"),
    ("opted_out", "Opted out"),
)
FIELDS = ("bot", "endpoint", "since", "until")
BEFORE = 60
"""Characters that are shown before the first word that was looked for."""
AUTHORS = {"bot": "Bot", "operator": "Operator", "system": "Note"}


async def show(visit: Visit) -> Mapping[str, Any]:
    asked = visit.query.get("q", "").strip()
    on = [name for name, _title in CHIPS if visit.query.get(name)]
    fields = {name: visit.query.get(name, "").strip() for name in FIELDS}
    narrowed = bool(asked or on or any(fields.values()))
    why: Invalid | None = None
    try:
        found = await conversations.list_(
            visit.app,
            organization=visit.organization,
            limit=SHOWN,
            after=visit.query.get("after"),
            **searched(asked),
            **{name: value or None for name, value in fields.items()},  # type: ignore[arg-type]
            **dict.fromkeys(on, True),  # type: ignore[arg-type]
        )
    except Invalid as refused:
        why, found = refused, {"data": [], "next": None}
    return {
        "found": [_row(visit, one, asked) for one in found["data"]],
        "next": found["next"],
        "later": visit.query.get("after") is not None,
        "asked": asked,
        "chips": [_chip(visit, name, title) for name, title in CHIPS],
        "fields": fields,
        "narrowed": narrowed,
        "more": any(fields.values()),
        "refused": why,
        **(await _choices(visit)),
    }


def searched(typed: str) -> dict[str, Any]:
    """What is typed is a number, whole or in part, or it is words. Pure."""
    if not typed:
        return {}
    return {"number": typed} if NUMBER.fullmatch(typed) else {"text": typed}


async def _choices(visit: Visit) -> Mapping[str, Any]:
    """Bots and endpoints to choose from; not while only the list is told again."""
    if "live" in visit.query:
        return {"bots": [], "endpoints": []}
    found = await visit.app.store.search_choices(visit.organization)
    return {
        "bots": [("", "Any"), *((one, one) for one in found["bot"])],
        "endpoints": [("", "Any"), *((one, one) for one in found["endpoint"])],
    }


def _chip(visit: Visit, name: str, title: str) -> Mapping[str, Any]:
    """A filter that is on or off, and where it leads: to the list with it the other way."""
    on = bool(visit.query.get(name))
    others = {k: v for k, v in visit.query.items() if v and k not in (name, "after", "live")}
    query = urlencode(others if on else {**others, name: "1"})
    return {"name": name, "title": title, "on": on, "to": f"?{query}"}


def _row(visit: Visit, one: Mapping[str, Any], asked: str) -> Mapping[str, Any]:
    said = one["matched"] if one["matched"] is not None else one["last_text"]
    return {
        **one,
        "to": visit.url("/conversations/{}/{}", one["endpoint"], one["contact"]),
        "said": marked(said, words(asked)) if one["matched"] else [(said, False)],
        "author": "" if one["matched"] else AUTHORS.get(one["last_author"], ""),
    }


def marked(text: str, wanted: Sequence[str]) -> list[tuple[str, bool]]:
    """
    The text in pieces, from shortly before what was looked for, and which of them that is.
    Pure.
    """
    found: list[tuple[str, bool]] = []
    for piece in re.split(r"(\w+)", text):
        hit = bool(wanted) and fits(words(piece), wanted)
        if found and found[-1][1] == hit:
            found[-1] = (found[-1][0] + piece, hit)
        elif piece:
            found.append((piece, hit))
    if len(found) > 1 and not found[0][1] and len(found[0][0]) > BEFORE:
        found[0] = ("…" + found[0][0][-BEFORE:].partition(" ")[2], False)
    return found


def fits(here: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether one of these words was looked for; the last may be only begun. Pure."""
    begun = wanted[-1] if is_beginning(wanted[-1]) else "\0"
    return any(one in wanted or one.startswith(begun) for one in here)


page = Page(
    "/conversations",
    "Conversations",
    "conversations.html",
    show,
    section="conversations",
    live=("list",),
)
