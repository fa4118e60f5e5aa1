"""What an operator does in the bot's place: take a conversation over, reply, hand it back."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from threadline.errors import Invalid, NotFound, Problem
from threadline.model.clock import DAY
from threadline.model.desk import OPERATOR, OperatorReply
from threadline.model.pacing import REPLY_GAP, gaps
from threadline.model.timeline import Note, Text, to_json
from threadline.store import drafts
from threadline.store.drafts import OVER, New
from threadline.store.outbox import lock, write_notes
from threadline.store.script import Moment, Part, Ring, Row, Run, Script, Step
from threadline.store.text import json_text

TAKEN, BACK = "taken_over", "handed_back"
"""The codes of the two notes."""
TAKES = "{who} took the conversation over: the bot is not asked until it is handed back."
TAKES_FROM = "{who} took the conversation over from {other}."
HANDS_BACK = "{who} handed the conversation back: the next text goes to the bot."


@dataclass(frozen=True, slots=True)
class Turnover:
    """The conversations of an endpoint with a contact, and who wants them."""

    endpoint: str
    contact: str
    by: str


def who(by: str) -> str:
    """As a sentence begins with them."""
    return "An operator" if by == OPERATOR else by


def take_over(moment: Moment, items: Sequence[Turnover]) -> Script:
    """
    For each, who had its conversations before ("" = the bot). A turn that is under way is
    taken from its worker, so that what the bot answers comes too late to be said; its text,
    and all that wait, are left to the operator. Raises `NotFound`.
    """
    results: list[list[str]] = []
    for item in items:
        found = yield from _held(item)
        before = [row["taken_by"] for row in found]
        yield from _take(moment, found, item.by)
        results.append(before)
    return results


def _take(moment: Moment, found: Sequence[Row], by: str) -> Part:
    rows = [row for row in found if row["taken_by"] != by]
    if not rows:
        return
    yield Run("take_conversations", {"now": moment.now, "by": by}, [(r["id"],) for r in rows])
    notes = []
    for row in rows:
        words = TAKES_FROM if row["taken_by"] else TAKES
        other = "another operator" if row["taken_by"] == OPERATOR else row["taken_by"]
        notes.append((row["id"], Note(words.format(who=who(by), other=other), TAKEN)))
    yield from write_notes(moment, notes)
    yield Ring("turns")


def hand_back(moment: Moment, items: Sequence[Turnover]) -> Script:
    """For each, who had its conversations. Raises `NotFound` if nobody had."""
    results: list[list[str]] = []
    for item in items:
        found = [row for row in (yield from _held(item)) if row["taken_by"]]
        if not found:
            raise NotFound(
                f"Nobody has taken over the conversation of {item.endpoint!r} with "
                f"{item.contact}: the bot answers there."
            )
        yield Run("hand_back", {}, [(row["id"],) for row in found])
        note = Note(HANDS_BACK.format(who=who(item.by)), BACK)
        yield from write_notes(moment, [(row["id"], note) for row in found])
        results.append([row["taken_by"] for row in found])
    return results


def reply(moment: Moment, items: Sequence[OperatorReply]) -> Script:
    """
    For each a mapping: the places of its texts (`first` and `last`), `status` of the first,
    whether its sender is `paused`, and who has taken the conversation over (`taken_by`).
    Raises `Invalid` if they opted out or it is too much for today, `NotFound`.
    """
    results: list[dict[str, Any]] = []
    for item in items:
        yield from lock([item.conversation], [])
        found = yield Run("replied_to", {"id": item.conversation})
        if not found:
            raise NotFound("The conversation is gone.")
        row = found[0]
        if row["stopped"]:
            mend = "START from them lifts that; `threadline optout list` tells how it came."
            message = "They opted out, so they are not texted."
            raise Invalid([Problem("suppressed", "contact", message, mend)])
        yield from _spend(moment, item, row["endpoint_id"])
        if item.take_over:
            yield from _take(moment, found, item.by)
        results.append((yield from _say(moment, item)))
    return results


def _spend(moment: Moment, item: OperatorReply, endpoint: int) -> Part:
    """Count its segments, unless that is more than the endpoint may send in a day."""
    segments = sum(one.segments for one in item.drafts)
    day = moment.now // DAY
    if item.most is not None:
        used = yield Run("usage_of", {}, [(endpoint, day)])
        if segments + sum(row["segments"] for row in used) > item.most:
            mend = "Raise MaxSegmentsPerDay of the endpoint, or reply tomorrow."
            message = OVER.format(most=item.most)
            raise Invalid([Problem("daily_limit", "text", message, mend)])
    yield Run("add_usage", {}, [(endpoint, day, segments)])


def _say(moment: Moment, item: OperatorReply) -> Generator[Step, list[Row], dict[str, Any]]:
    count = len(item.drafts)
    values = {"id": item.conversation, "count": count, "now": moment.now, "gap": REPLY_GAP}
    [row] = yield Run("make_room", values)
    first = row["seq"] - count + 1
    author = {} if item.by == OPERATOR else {"by": item.by}
    said: list[tuple[object, ...]] = []
    made: list[New] = []
    waits = gaps(row["burst"], count)
    for seq, (draft, gap) in enumerate(zip(item.drafts, waits, strict=True), first):
        element = json_text({**to_json(Text(draft.text)), **author})
        said.append((row["id"], seq, OPERATOR, element, "", row["session"]))
        status = "held" if row["busy"] or made else "waiting"
        way = (item.ours, item.service, draft, item.expires_at)
        made.append(New(row, seq, *way, status=status, gap=gap, goes=False))
    yield Run("say", {"now": moment.now}, said)
    yield from drafts.enqueue(moment, made)
    states = yield Run("sender_states", {"now": moment.now}, [(row["sender_id"],)])
    return {
        "first": first,
        "last": row["seq"],
        "status": made[0].status,
        "paused": any(one["paused_until"] > moment.now for one in states),
        "taken_by": row["taken_by"],
    }


def _held(item: Turnover) -> Generator[Step, list[Row], list[Row]]:
    """Its conversations, locked."""
    names = {"endpoint": item.endpoint, "contact": item.contact}
    yield from lock([row["id"] for row in (yield Run("taken_with", names))], [])
    found = yield Run("taken_with", names)
    if not found:
        raise NotFound(f"Nothing was said between {item.endpoint!r} and {item.contact}.")
    return found
