"""What an operator does with one text that went no further: try it again, or give it up."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from threadline.errors import Invalid, NotFound, Problem
from threadline.model.timeline import Note
from threadline.store.desk import OPERATOR
from threadline.store.outbox import lock, release, write_notes
from threadline.store.script import Moment, Part, Ring, Row, Run, Script, Step

AGAIN = ("parked", "failed", "expired")
GIVEN_UP = ("waiting", "held", "parked", "unknown")

STANDS = {
    "waiting": "It waits to be sent.",
    "held": "It waits for an earlier text of the conversation.",
    "sending": "It is being sent right now.",
    "unknown": "It is not known whether it was sent, which is being looked up.",
    "sent": "It was sent.",
    "failed": "It could not be sent, and will not be.",
    "expired": "It was too late for it, and it will not be sent.",
    "suppressed": "It was dropped when they opted out, and will not be sent.",
    "discarded": "It was discarded before, and will not be sent.",
}
"""What is going on with a draft, by its status."""
LOOK = "`threadline message list` tells what can be tried again or discarded."
BUSY = "A text of this conversation is being answered right now."
REDACTED = "It was redacted, so nothing of it is left to send."
ANSWERED = "It was answered, or discarded before."
OPTED_OUT = "They opted out, so they are not texted."
LIFT = "START from them lifts that; `threadline optout list` tells how it came about."

TWICE = "Nobody knows whether it was sent before, so it may arrive twice."
MAYBE = "It may have been sent all the same."
OVERTAKEN = "Later texts of the conversation went out already, so it arrives out of order."
RETRIED = "An operator had this tried again: {text}"
DISCARDED = "An operator discarded this: {text}"


@dataclass(frozen=True, slots=True)
class TextId:
    """A text by its conversation and its place on the timeline, and whose it has to be."""

    organization: str
    conversation: int
    seq: int

    def __str__(self) -> str:
        return f"{self.conversation}-{self.seq}"

    @property
    def values(self) -> dict[str, Any]:
        names = {"organization": self.organization}
        return {**names, "conversation": self.conversation, "seq": self.seq}


Told = dict[str, Any]
Doing = Generator[Step, list[Row], Told]
Kept = Generator[Step, list[Row], tuple[str, Row]]


def retry(moment: Moment, items: Sequence[TextId]) -> Script:
    """
    Each text that was put aside, failed or came too late is tried again, now. A mapping for
    each: endpoint, contact, text, what it is now (`status`) and `warnings`. Raises `NotFound`
    and `Invalid`.
    """
    yield from lock([item.conversation for item in items], [])
    results: list[Told] = []
    for item in items:
        kind, row = yield from _find(item, "retry_refused")
        if row["stopped"]:
            raise _wrong("suppressed", item, OPTED_OUT, LIFT)
        again = _retry_draft if kind == "draft" else _retry_turn
        results.append((yield from again(moment, item, row)))
        yield from _note(moment, item, RETRIED, row)
    return results


def _retry_draft(moment: Moment, item: TextId, row: Row) -> Doing:
    if row["status"] not in AGAIN:
        raise _wrong("retry_refused", item, STANDS[row["status"]], LOOK)
    if not row["text"]:
        raise _wrong("retry_refused", item, REDACTED, LOOK)
    ids = (row["id"], item.conversation, item.seq)
    late = yield Run("overtaken", {}, [ids])
    status = "held" if row["behind"] else "waiting"
    expires_at = moment.now + row["expires_at"] - row["made_at"]
    values = {"id": row["id"], "status": status, "now": moment.now, "expires_at": expires_at}
    yield Run("retry_draft", values)
    yield Run("hold_back", {}, [ids[1:]])
    yield Ring("outbox")
    warnings = [OVERTAKEN] if late else []
    return _told(row, status, [TWICE, *warnings] if row["status"] == "parked" else warnings)


def _retry_turn(moment: Moment, item: TextId, row: Row) -> Doing:
    """A worker that holds the conversation goes on with its text, and this one follows."""
    if row["status"] != "parked":
        raise _wrong("retry_refused", item, "It waits for the bot.", LOOK)
    yield Run("retry_inbox", {"id": row["id"]})
    yield Run("queue_again", {"id": item.conversation, "now": moment.now})
    yield Ring("turns")
    return _told(row, "waiting", [])


def discard(moment: Moment, items: Sequence[TextId]) -> Script:
    """
    Each text is given up, and what waited for it may go. A mapping for each, as `retry` gives
    it. Raises `NotFound` and `Invalid`.
    """
    yield from lock([item.conversation for item in items], [])
    results: list[Told] = []
    for item in items:
        kind, row = yield from _find(item, "discard_refused")
        give_up = _discard_draft if kind == "draft" else _discard_turn
        results.append((yield from give_up(moment, item, row)))
        yield from _note(moment, item, DISCARDED, row)
    return results


def _discard_draft(moment: Moment, item: TextId, row: Row) -> Doing:
    if row["status"] not in GIVEN_UP:
        raise _wrong("discard_refused", item, STANDS[row["status"]], LOOK)
    if row["status"] == "unknown":
        why = DISCARDED.format(text=_short(row))
        yield Run("give_up_attempts", {"id": row["id"], "now": moment.now, "note": why})
    yield Run("discard_draft", {"id": row["id"]})
    yield from release(moment, [item.conversation])
    return _told(row, "discarded", [MAYBE] if row["status"] in ("unknown", "parked") else [])


def _discard_turn(moment: Moment, item: TextId, row: Row) -> Doing:
    waits = row["status"] == "waiting"
    if waits and row["token"]:
        raise _wrong("discard_refused", item, BUSY, "Try again in a moment.")
    yield Run("discard_inbox", {"id": row["id"]})
    if waits:
        yield Run("unqueue_one", {"id": item.conversation, "now": moment.now})
        yield Ring("turns")
    return _told(row, "discarded", [])


def _find(item: TextId, refused: str) -> Kept:
    """Whether it is a draft or a turn, and its row. Its conversation is locked."""
    for kind in ("draft", "turn"):
        rows = yield Run(f"{kind}_at", item.values)
        if rows:
            return kind, rows[0]
    if (yield Run("contact_said", item.values)):
        raise _wrong(refused, item, ANSWERED, LOOK)
    raise NotFound(
        f"There is no text {item} in {item.organization}. `threadline message list` tells "
        "which there are."
    )


def _note(moment: Moment, item: TextId, words: str, row: Row) -> Part:
    note = Note(words.format(text=_short(row)), OPERATOR)
    yield from write_notes(moment, [(item.conversation, note)])


def _short(row: Row) -> str:
    return quoted(row["text"])


def quoted(text: str) -> str:
    """The beginning of a text, as our notes have it. Pure."""
    return f"“{shorten(text, 80, placeholder=' …')}”"


def _told(row: Row, status: str, warnings: list[str]) -> Told:
    names = ("endpoint", "contact", "text")
    return {**{n: row[n] for n in names}, "status": status, "warnings": warnings}


def _wrong(code: str, item: TextId, message: str, mend: str) -> Invalid:
    return Invalid([Problem(code, str(item), message, mend)])
