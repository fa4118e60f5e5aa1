"""One text that cannot be kept is kept from nobody else: real engines, one transaction."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.store.samples import ANN, BOB, answer, endpoint, text
from threadline.errors import StoreDown
from threadline.model.messages import Inbound
from threadline.store import SqlStore

HALF = "half a character: \ud83d"
"""No UTF-8 can hold it, so no engine can."""


async def kept(store: SqlStore, contact: str = ANN) -> list[str]:
    entries = await store.timeline("flowit-sms", contact)
    return [e["element"]["message"] for e in entries if e["author"] == "contact"]


async def together(store: SqlStore, *messages: Inbound) -> list[Any]:
    """What each of so many callers at once gets."""
    tea = await endpoint(store)
    keeping = [store.keep(tea, [one]) for one in messages]
    return await asyncio.gather(*keeping, return_exceptions=True)


def refused(found: object) -> bool:
    """It was this one's own fault: the store is not down."""
    return isinstance(found, Exception) and not isinstance(found, StoreDown)


@pytest.mark.parametrize(
    "bad",
    [
        text("bad", BOB, says=HALF),
        text("bad", says=HALF),
        replace(text("bad", BOB), provider_id=HALF),
        replace(text("bad", BOB), ours=HALF),
        text("bad", BOB, sender=HALF),
    ],
    ids=["text", "text of the same person", "id", "our number", "sender"],
)
async def test_a_text_that_cannot_be_kept_is_refused_alone(store: SqlStore, bad: Inbound):
    good = [text(n) for n in range(6)]

    found = await together(store, *good[:3], bad, *good[3:])

    assert refused(found.pop(3))
    assert [[True]] * 6 == found
    assert [f"text {n}" for n in range(6)] == await kept(store)
    assert [] == await kept(store, BOB)
    claimed = await store.claim_turns(10)
    assert [(ANN, 1)] == [(one.contact, one.seq) for one in claimed]


async def test_many_that_cannot_be_kept_are_refused_and_all_others_are_kept(store: SqlStore):
    people = [f"+1555010{n:04}" for n in range(40)]
    messages = [
        text(n, person, says=HALF if n % 3 == 0 else f"text {n}")
        for n, person in enumerate(people)
    ]

    found = await together(store, *messages)

    assert [n % 3 == 0 for n in range(40)] == [refused(one) for one in found]
    for n, person in enumerate(people):
        assert ([] if n % 3 == 0 else [f"text {n}"]) == await kept(store, person)


async def test_an_answer_that_cannot_be_kept_leaves_its_turn_and_no_other(store: SqlStore):
    tea = await endpoint(store)
    await store.keep(tea, [text(1), text(2, BOB)])
    turns = {one.contact: one for one in await store.claim_turns(2)}

    finishing = [
        store.finish_turns([answer(turns[ANN], HALF)]),
        store.finish_turns([answer(turns[BOB], "fine")]),
    ]
    found = await asyncio.gather(*finishing, return_exceptions=True)

    assert refused(found[0])
    assert [True] == [done.ours for done in found[1]]
    said = [e["author"] for e in await store.timeline("flowit-sms", BOB)]
    assert ["contact", "bot"] == said
    assert ["contact"] == [e["author"] for e in await store.timeline("flowit-sms", ANN)]
    [done] = await store.finish_turns([answer(turns[ANN], "whole")])
    assert done.ours
