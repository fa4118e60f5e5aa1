"""Times that bots wait for: when one is over, the conversation has a turn without a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from threadline.model.rows import Finished
from threadline.model.timeline import Note
from threadline.store.script import Moment, Part, Ring, Row, Run, Script
from threadline.store.text import element_text

OVER = Note("The time is over that the bot wanted to wait.", "woken")


def keep(finished: Sequence[Finished], ours: Mapping[int, Row]) -> Part:
    """What the turns that are ours want to wait for takes the place of what was waited for."""
    sets: list[tuple[object, ...]] = []
    ends: list[tuple[object, ...]] = []
    for one in finished:
        claimed = one.claimed
        if one.wake_at is not None:
            way = (claimed.ours, claimed.service)
            sets.append((claimed.conversation, one.wake_at, *way))
        elif ours[claimed.conversation]["waits"]:
            ends.append((claimed.conversation,))
    if ends:
        yield Run("end_waits", {}, ends)
    if sets:
        yield Run("set_waits", {}, sets)
        yield Ring("waits")


def wake(moment: Moment, items: Sequence[int]) -> Script:
    """Each item is how many at most; each result when the next is due (None: there is none)."""
    results: list[int | None] = []
    for limit in items:
        due = yield Run("due_waits", {"now": moment.now, "limit": limit})
        ids = sorted((row["conversation_id"],) for row in due)
        if ids:
            yield Run("lock_conversations", {}, ids)
            yield from _wake(moment, ids)
        [row] = yield Run("next_wait", {})
        results.append(row["at"])
    return results


def _wake(moment: Moment, ids: Sequence[tuple[int]]) -> Part:
    taken = yield Run("take_waits", {"now": moment.now}, ids)
    ways = {row["conversation_id"]: (row["ours"], row["service"]) for row in taken}
    if not ways:
        return
    rows = yield Run("wake", {"now": moment.now}, sorted((id,) for id in ways))
    over = element_text(OVER)
    inbox = [
        (
            *(row["endpoint_id"], f"woken:{row['id']}:{row['seq']}", row["id"], row["seq"]),
            *(*ways[row["id"]], "", f"[{over}]", "", "[]"),
        )
        for row in rows
    ]
    said = [(row["id"], row["seq"], "system", over, "", row["session"]) for row in rows]
    yield Run("keep_inbox", {"now": moment.now}, inbox)
    yield Run("say", {"now": moment.now}, said)
    yield Ring("turns")
