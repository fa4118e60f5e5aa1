"""A timeline as it is shown: entries between the borders of days and sessions. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from threadline.model.resources.desk import SpokenEntry
from threadline.model.resources.optouts import ConsentChange
from threadline.model.wording import told

Item = Mapping[str, Any]

TICKS: Mapping[str, tuple[str, str]] = {
    "waiting": ("clock", "plain"),
    "held": ("clock", "plain"),
    "sending": ("send", "plain"),
    "unknown": ("warn", "warn"),
    "accepted": ("check", "plain"),
    "queued": ("check", "plain"),
    "sent": ("check", "plain"),
    "delivered": ("checks", "good"),
    "read": ("checks", "good"),
    "failed": ("cross", "bad"),
    "undelivered": ("cross", "bad"),
    "canceled": ("cross", "bad"),
    "parked": ("hand", "warn"),
    "expired": ("clock", "warn"),
    "suppressed": ("stop", "warn"),
    "discarded": ("bin", "plain"),
}
"""What became of a text: its symbol, and its colour."""
NOTES: Mapping[str, tuple[str, str]] = {
    "taken_over": ("hand", "busy"),
    "handed_back": ("bot", "busy"),
    "operator": ("user", "plain"),
    "not_asked": ("pause", "plain"),
    "offline": ("pause", "warn"),
    "not_running": ("pause", "warn"),
    "parked": ("warn", "bad"),
    "undelivered": ("cross", "bad"),
    "uncertain": ("warn", "warn"),
    "revocation": ("flag", "warn"),
}
"""A note by its code: its symbol, and its colour. Any other is a trouble."""
CONSENTS: Mapping[str, str] = {
    "stop": "Opted out",
    "added": "Taken off by hand",
    "start": "Opted in",
    "removed": "Let be texted again by hand",
}
PLAIN = ("message", "redacted", "media")
"""Elements that are shown as a whole."""
SPEAKERS = ("contact", "bot", "operator")


def items(
    entries: Sequence[SpokenEntry], consents: Sequence[ConsentChange], *, whole: bool
) -> list[Item]:
    """
    What is shown of entries in their order, each with its `kind`: place, day, session,
    consent, note or text. Of the consents those that fall between the entries; if it is the
    `whole` beginning of the conversation, also what was before.
    """
    found: list[Item] = []
    rest = list(consents)
    took = durations(entries)
    sessions = _sessions(entries)
    day = place = session = ""
    for n, one in enumerate(entries):
        while rest and rest[0]["at"] < one["at"]:
            change = rest.pop(0)
            if whole or n:
                found.append(_consent(change))
        conversation = one["message"].partition("-")[0]
        if conversation != place and place:
            found.append({"kind": "place", "conversation": conversation})
        place = conversation
        if one["at"][:10] != day:
            day = one["at"][:10]
            found.append({"kind": "day", "at": one["at"]})
        border = f"{conversation}-{sessions[n]}"
        if sessions[n] and border != session:
            session = border
            found.append({"kind": "session", "number": sessions[n], "at": one["at"]})
        found.append(_entry(one, took.get(one["message"])))
    return found + [_consent(change) for change in rest]


def _sessions(entries: Sequence[SpokenEntry]) -> list[int]:
    """
    The session of each: a text of the contact is kept before anybody knows which it opens, so
    it belongs to that of the next entry that knows.
    """
    found: list[int] = []
    known = max((one["session"] for one in entries[-1:]), default=0)
    for one in reversed(entries):
        known = one["session"] or known
        found.append(known)
    return found[::-1]


def durations(entries: Sequence[SpokenEntry]) -> dict[str, float]:
    """
    After how many seconds each text was answered, by the name of the first text of the answer:
    where one text and one answer follow each other, so that it is sure which answers which.
    """
    found: dict[str, float] = {}
    asked: list[SpokenEntry] = []
    for one in entries:
        if one["author"] == "contact":
            if not asked or asked[-1]["at"] != one["at"]:  # files come with their text
                asked.append(one)
        elif one["author"] in SPEAKERS:
            if len(asked) == 1 and one["author"] == "bot":
                found[one["message"]] = _seconds(asked[0]["at"], one["at"])
            asked = []
    return found


def _seconds(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()


def _said(seconds: float) -> str:
    """`38 ms`, `2.4 s`, `3 min`."""
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    return f"{seconds:.1f} s" if seconds < 60 else f"{round(seconds / 60)} min"


def _consent(change: ConsentChange) -> Item:
    off = change["what"] in ("stop", "added")
    return {
        "kind": "consent",
        "title": CONSENTS.get(change["what"], change["what"]),
        "off": off,
        **change,
    }


def _entry(one: SpokenEntry, took: float | None) -> Item:
    element = one["element"]
    kind = element["type"]
    if kind == "note":
        icon, colour = NOTES.get(str(element.get("code")), ("warn", "warn"))
        said = str(element["text"])
        return {"kind": "note", "icon": icon, "colour": colour, "said": said, "entry": one}
    if kind == "goal":
        said = f"Goal reached: {element['name']}"
        return {"kind": "note", "icon": "flag", "colour": "good", "said": said, "entry": one}
    icon, colour = TICKS.get(one["state"], ("check", "plain")) if one["state"] else ("", "")
    side = "in" if one["author"] == "contact" else "out"
    return {
        "kind": "text",
        "side": side,
        "icon": icon,
        "colour": colour,
        "took": _said(took) if took else None,
        "words": _words(element),
        "raw": "" if kind in PLAIN else json.dumps(element, indent=2, ensure_ascii=False),
        "codes": [each["provider_code"] for each in one["attempts"] if each["provider_code"]],
        "entry": one,
    }


def _words(element: Mapping[str, Any]) -> str:
    """What it says, if it says something in words."""
    return str(element["message"]) if element["type"] == "message" else told(element)
