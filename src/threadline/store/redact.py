"""Takes away for good what was said: one message, or all of a conversation."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

import orjson

from threadline.errors import Invalid, NotFound, Problem
from threadline.model.clock import iso
from threadline.model.timeline import Redacted
from threadline.store.outbox import lock
from threadline.store.script import Moment, Part, Ring, Row, Run, Script, Step
from threadline.store.text import element_of, element_text
from threadline.store.texts import STANDS, TextId, quoted
from threadline.store.words import forget

QUOTE = "“"
"""What begins a quotation in a note of ours."""
FROM_BOTS = ("bot_failed", "bot_refused", "parked")
"""The codes of notes that may quote what a bot answered."""
OPEN = ("waiting", "held", "sending", "unknown", "parked")
"""Drafts that may still be sent."""
WAITS = {"waiting": "It waits for the bot.", "parked": "It was put aside unanswered."}
"""Texts from contacts that the bot may still be asked about."""
MOST_TOLD = 20
"""Texts that are named when a conversation cannot be redacted."""


@dataclass(frozen=True, slots=True)
class OneText:
    """A message, by whom it is redacted, and the rows of the inbox among which its own is."""

    id: TextId
    by: str
    inbox: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Whole:
    """
    A conversation as it was looked at, up to the place `seq`: all its rows of the inbox. If
    something was said since, nothing is done.
    """

    conversation: int
    by: str
    seq: int
    inbox: Sequence[int] = ()


def one(moment: Moment, items: Sequence[OneText]) -> Script:
    """
    The names of what was redacted for each, none if it was before: a message that came with
    files is one. Raises `NotFound`, and `Invalid` while it may still be sent or asked about.
    """
    yield from lock([item.id.conversation for item in items], [])
    results: list[list[str]] = []
    for item in items:
        found = yield Run("entry_at", item.id.values)
        if not found:
            raise NotFound(f"There is nothing at {item.id} in {item.id.organization}.")
        entry, draft = found[0], found[0]["draft"]
        if element_of(entry["element"])["type"] == "redacted":
            results.append([])
            continue
        if draft is not None and entry["status"] in OPEN:
            raise Invalid([_open(str(item.id), entry["status"], STANDS[entry["status"]])])
        inbox = yield from _inbox_row(item, entry)
        places, said = [item.id.seq], entry["text"] or ""
        if inbox is not None:
            if inbox["status"] in WAITS:
                name = f"{item.id.conversation}-{inbox['seq']}"
                raise Invalid([_open(name, inbox["status"], WAITS[inbox["status"]])])
            places, said = list(range(inbox["seq"], inbox["seq"] + span(inbox))), inbox["text"]
            yield Run("redact_inbox", {}, [(inbox["id"],)])
        if draft is not None:
            yield Run("redact_outbox", {}, [(draft,)])
            yield Run("redact_attempts", {}, [(draft,)])
        if said.strip():
            places += yield from _quoting(item.id.conversation, item.id.seq, quoted(said))
        yield from write(moment, [(item.id.conversation, seq) for seq in places], item.by)
        results.append([f"{item.id.conversation}-{seq}" for seq in places])
    return results


def _inbox_row(item: OneText, entry: Row) -> Generator[Step, list[Row], Row | None]:
    """The row that brought the entry; None if none did, or it is gone."""
    if entry["author"] != "contact" or not item.inbox:
        return None
    rows = yield Run("inbox_by_id", {}, [(id,) for id in item.inbox])
    held = [row for row in rows if row["seq"] <= item.id.seq < row["seq"] + span(row)]
    return held[0] if held else None


def span(row: Row) -> int:
    """How many places a text and its files have on the timeline; what was done has one."""
    came = orjson.loads(row["media"])
    written = bool(row["text"]) and not any(one["type"] == "markupInteraction" for one in came)
    return max(1, written + len(came))


def _quoting(
    conversation: int, after: int, quote: str
) -> Generator[Step, list[Row], list[int]]:
    """The notes that quote what is taken away."""
    rows = yield Run("system_entries", {"id": conversation, "after": after})
    return [row["seq"] for row in rows if quote in element_of(row["element"]).get("text", "")]


def whole(moment: Moment, items: Sequence[Whole]) -> Script:
    """
    Whether each was redacted: False if something was said since it was looked at. Notes stay,
    unless they quote; the session ends, and the bot knows nothing of the contact any longer.
    Raises `NotFound`, and `Invalid` with every text that may still be sent or asked about.
    """
    yield from lock([item.conversation for item in items], [])
    results: list[bool] = []
    for item in items:
        found = yield Run("redacted_one", {"id": item.conversation})
        if not found:
            raise NotFound("The conversation is gone.")
        if found[0]["seq"] != item.seq:
            results.append(False)
            continue
        problems = yield from _still_open(item)
        if problems:
            raise Invalid(problems[:MOST_TOLD])
        rows = yield Run("system_entries", {"id": item.conversation, "after": 0})
        places = [row["seq"] for row in rows if says_too_much(row)]
        yield from write(moment, [(item.conversation, seq) for seq in places], item.by)
        values = {"id": item.conversation, "element": _element(moment, item.by)}
        yield Run("redact_conversation", values)
        yield from forget([(item.conversation, None)])
        yield Run("redact_drafts", {"id": item.conversation})
        yield Run("redact_tries", {"id": item.conversation})
        known = yield Run("siblings", {}, [(item.conversation,)])
        yield Run("forget_contact", {}, [(item.conversation,)])
        if known:  # what the bot learned here, it had told its other conversations
            yield Run("share_context", {}, sorted((row["id"], "{}") for row in known))
        if item.inbox:
            yield Run("redact_inbox", {}, [(id,) for id in item.inbox])
        results.append(True)
    return results


def _still_open(item: Whole) -> Generator[Step, list[Row], list[Problem]]:
    drafts = yield Run("unsettled_drafts", {"id": item.conversation})
    turns = yield Run("unsettled_turns", {"id": item.conversation})
    told = [(row["seq"], row["status"], STANDS[row["status"]]) for row in drafts]
    told += [(row["seq"], row["status"], WAITS[row["status"]]) for row in turns]
    return [
        _open(f"{item.conversation}-{seq}", status, why) for seq, status, why in sorted(told)
    ]


def says_too_much(row: Row) -> bool:
    """Whether an entry of ours quotes what was said."""
    element = element_of(row["element"])
    if element["type"] != "note":
        return bool(element["type"] != "redacted")
    return QUOTE in str(element["text"]) or element.get("code") in FROM_BOTS


def _open(name: str, status: str, why: str) -> Problem:
    mend = f"Discard it first: `threadline message discard {name}`."
    if status == "sending":
        mend = "Try again in a moment."
    return Problem("redact_refused", name, why, mend)


def write(moment: Moment, places: Iterable[tuple[int, int]], by: str) -> Part:
    """Of each entry, by conversation and seq, nothing is left but that it was."""
    rows = sorted(set(places))
    if rows:
        yield Run("redact_entries", {"element": _element(moment, by)}, rows)
        yield from forget(rows)
    yield Ring("redacted")


def _element(moment: Moment, by: str) -> str:
    return element_text(Redacted(by, iso(moment.now)))
