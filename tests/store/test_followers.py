"""Many follow, one reads: who is slow is waited for by nobody, and misses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.store.samples import ANN, BOB, answer, endpoint, text
from tests.world import until
from threadline.errors import Limited
from threadline.model.feed import Place, Portion, Which
from threadline.store import Followers, SqlStore, followers
from threadline.store.feed import Feed

PATIENCE = 20


class Counted(Feed):
    """The store's feed, and how often it was read."""

    def __init__(self, store: SqlStore) -> None:
        self._asking = store._asking
        self.reads = 0

    async def feed(self, which: Which, after: Place) -> Portion:
        self.reads += 1
        return await super().feed(which, after)


@pytest.fixture
def counted(store: SqlStore) -> Counted:
    return Counted(store)


@pytest.fixture
async def all_of(store: SqlStore, counted: Counted) -> AsyncIterator[Followers]:
    made = Followers(counted, store.doorbell)
    yield made
    made.stop()


async def read(all_of: Followers, which: Which, place: Place, count: int) -> list[str]:
    """So many from a place on, as one that follows gets them."""
    found: list[str] = []
    with all_of.following():
        while len(found) < count:
            portion = await all_of.next(which, place, PATIENCE)
            found += [str(one.element["message"]) for one in portion.found]
            place = portion.place
    return found


async def test_many_followers_cost_no_more_reads_than_one(
    store: SqlStore, counted: Counted, all_of: Followers
):
    tea = await endpoint(store)
    end = await store.feed_end()
    wanted = [f"text {n}" for n in range(20)]
    following = [asyncio.create_task(read(all_of, Which(), end, 20)) for _n in range(50)]

    async def begun() -> int:
        return counted.reads

    await until(begun, lambda reads: reads >= 51)  # each has looked once, and the reader
    before = counted.reads
    for n in range(20):
        await store.keep(tea, [text(n)])
    found = await asyncio.gather(*following)

    assert [wanted] * 50 == found
    assert 50 > counted.reads - before


async def test_what_is_redacted_is_not_told_from_what_is_in_hand(
    store: SqlStore, all_of: Followers
):
    tea = await endpoint(store)

    async def begun() -> bool:
        return all_of._since is not None

    with all_of.following():
        await until(begun, bool)
        end = await store.feed_end()
        await store.keep(tea, [text(1, says="my secret")])
        before = await all_of.next(Which(), end, PATIENCE)
        [claimed] = await store.claim_turns(1)
        await store.finish_turns([answer(claimed)])
        await store.redact_text("flowit", 1, 1, "Cara")
        after = await all_of.next(Which(), end, PATIENCE)

    assert ["message", "redacted"] == [
        portion.found[0].element["type"] for portion in (before, after)
    ]


async def test_who_is_slow_reads_from_the_store_and_misses_nothing(
    store: SqlStore, all_of: Followers, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(followers, "IN_HAND", 3)
    tea = await endpoint(store)
    end = await store.feed_end()
    with all_of.following():
        quick = asyncio.create_task(read(all_of, Which(), end, 12))
        for n in range(12):
            await store.keep(tea, [text(n)])
        await quick
        slow = await read(all_of, Which(), end, 12)

        assert [f"text {n}" for n in range(12)] == slow
        assert 3 == len(all_of._in_hand)


async def test_what_others_say_is_not_looked_through_by_each_follower(
    store: SqlStore, counted: Counted, all_of: Followers
):
    tea, acme = await endpoint(store), await endpoint(store, "acme-sms", "acme")
    start = (-1, 0, 0)
    ours = [asyncio.create_task(read(all_of, Which("flowit"), start, 1)) for _n in range(50)]
    theirs = asyncio.create_task(read(all_of, Which("acme"), start, 10))
    for n in range(10):
        await store.keep(acme, [text(n)])
        await asyncio.sleep(followers.GATHER)
    await theirs
    await store.keep(tea, [text("ours")])
    found = await asyncio.gather(*ours)

    assert [["text ours"]] * 50 == found
    assert 200 > counted.reads


async def test_who_follows_gets_what_they_asked_for_alone(store: SqlStore, all_of: Followers):
    tea = await endpoint(store)
    end = await store.feed_end()
    bobs = asyncio.create_task(read(all_of, Which(contact=BOB), end, 1))
    anns = asyncio.create_task(read(all_of, Which(contact=ANN), end, 2))
    for n, who in enumerate((ANN, BOB, ANN)):
        await store.keep(tea, [text(n, who)])

    assert ["text 1"] == await bobs
    assert ["text 0", "text 2"] == await anns


async def test_nobody_is_left_waiting_when_it_stops(store: SqlStore, all_of: Followers):
    end = await store.feed_end()
    with all_of.following():
        waiting = asyncio.create_task(all_of.next(Which(), end, 3600))
        await asyncio.sleep(0)
        all_of.stop()

        assert [] == (await waiting).found


async def test_a_node_has_room_for_so_many(all_of: Followers, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(followers, "MOST", 1)
    with all_of.following(), pytest.raises(Limited), all_of.following():
        pass
    with all_of.following():
        pass
