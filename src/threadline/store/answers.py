"""Keeps what bots elsewhere answer later: as turns, in their order, once each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import orjson

from threadline.errors import NotFound
from threadline.model.rows import LateAnswer
from threadline.model.timeline import Note
from threadline.store.script import Moment, Ring, Run, Script
from threadline.store.text import element_text, json_text

CAME = Note("The bot answered later.", "answered_later")


def keep(moment: Moment, items: Sequence[LateAnswer]) -> Script:
    """True for each that was new. Raises `NotFound`."""
    results: list[bool] = []
    for item in items:
        yield Run("lock_conversations", {}, [(item.conversation,)])
        named = (item.endpoint_id, f"answer:{item.conversation}:{item.key}")
        known = yield Run("find_inbox", {}, [named])
        results.append(not known)
        if known:
            continue
        rows = yield Run("wake", {"now": moment.now}, [(item.conversation,)])
        if not rows:
            raise NotFound("The conversation is gone.")
        seq, note = rows[0]["seq"], element_text(CAME)
        way = (item.ours, item.service, json_text(asdict(item)))
        inbox = (*named, item.conversation, seq, *way, f"[{note}]", "", "[]")
        yield Run("keep_inbox", {"now": moment.now}, [inbox])
        said = (item.conversation, seq, "system", note, "", rows[0]["session"])
        yield Run("say", {"now": moment.now}, [said])
        yield Ring("turns")
    return results


def read(text: str) -> LateAnswer:
    """As it was kept."""
    return LateAnswer(**orjson.loads(text))
