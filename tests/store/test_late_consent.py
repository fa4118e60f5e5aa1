"""STOP and START that are learnt of late, from the provider's list."""

from __future__ import annotations

import pytest

from tests.conftest import Calendar
from tests.store.samples import ANN, answer, endpoint, text
from threadline.model.clock import MINUTE
from threadline.store import SqlStore


async def flags(store: SqlStore) -> list[str]:
    found = []
    while claimed := await store.claim_turns(9):
        for one in claimed:
            found.append(one.flag)
            await store.finish_turns([answer(one)])
    return found


@pytest.mark.parametrize(
    ("first", "then", "minutes", "off"),
    [
        ("stop", "start", 5, True),
        ("stop", "start", -5, False),
        ("start", "stop", 5, False),
        ("start", "stop", -5, True),
    ],
)
async def test_what_was_said_last_counts_whenever_it_is_learnt_of(
    store: SqlStore, clock: Calendar, first: str, then: str, minutes: int, off: bool
):
    tea = await endpoint(store)
    if first == "start":
        await store.keep(tea, [text("before", ANN, "STOP", consent="stop")])
        clock.skip(60)
    await store.keep(tea, [text("known", ANN, first.upper(), consent=first)])
    said_at = clock() - minutes * MINUTE
    clock.skip(600)

    listed = text("listed", ANN, then.upper(), consent=then, sent_at=said_at)
    await store.keep(tea, [listed])
    await store.keep(tea, [text("after", ANN, "hello")])

    assert off == ("opted out" in (await flags(store))[-1])
