"""Everything that was said, in an order that is never added to but at its end."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import asyncpg
import pytest

from tests.conftest import LEASE, Calendar
from tests.store.samples import ANN, BOB, answer, endpoint, text
from tests.web.rows import change, on
from threadline.model.feed import Place, Which
from threadline.store import SqlStore, feed, open_store, statements

START = (-1, 0, 0)
ALL = Which()


async def said(store: SqlStore, which: Which = ALL, after: Place = START) -> list[str]:
    """What is there after a place, read to the end."""
    texts, more = [], True
    while more:
        portion = await store.feed(which, after)
        texts += [str(one.element["message"]) for one in portion.found]
        after, more = portion.place, portion.more
    return texts


async def test_everything_comes_in_the_order_of_its_commits(store: SqlStore):
    tea = await endpoint(store)
    await store.keep(tea, [text(1)])
    await store.keep(tea, [text(2, BOB)])
    [ann, _bob] = await store.claim_turns(2)
    await store.finish_turns([answer(ann, "one", "two")])
    await store.keep(tea, [text(3)])

    assert ["text 1", "text 2", "one", "two", "text 3"] == await said(store)


async def test_a_clock_that_is_set_back_changes_no_order(store: SqlStore, clock: Calendar):
    tea = await endpoint(store)
    for n in range(6):
        await store.keep(tea, [text(n, BOB if n % 2 else ANN)])
        clock.skip(-3600)

    assert [f"text {n}" for n in range(6)] == await said(store)


async def test_who_begins_at_the_end_gets_what_comes_after(store: SqlStore):
    tea = await endpoint(store)
    await store.keep(tea, [text(1)])
    end = await store.feed_end()
    await store.keep(tea, [text(2)])

    assert ["text 2"] == await said(store, after=end)


async def test_what_is_there_can_be_read_on_from_every_single_place(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
):
    tea = await endpoint(store)
    await asyncio.gather(
        *(store.keep(tea, [text(n, f"+1555010{n % 7:04}")]) for n in range(50))
    )
    whole = [one.place for one in (await store.feed(ALL, START)).found]
    parts = [[one.place for one in (await store.feed(ALL, at)).found] for at in whole]
    monkeypatch.setattr(feed, "PAGE", 3)
    paged = await said(store)

    assert 50 == len(set(whole))
    assert sorted(whole) == whole
    assert [whole[n:] for n in range(1, 51)] == parts
    assert 50 == len(set(paged))


async def test_a_page_looks_through_a_part_only_of_what_others_said(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(feed, "WINDOW", 4)
    tea, acme = await endpoint(store), await endpoint(store, "acme-sms", "acme")
    for n in range(10):
        await store.keep(acme, [text(n)])
    await store.keep(tea, [text("last")])
    first = await store.feed(Which("flowit"), START)

    assert ([], True) == (first.found, first.more)
    assert ["text last"] == await said(store, Which("flowit"))


async def test_an_endpoint_and_a_contact_can_be_followed_alone(store: SqlStore):
    tea, acme = await endpoint(store), await endpoint(store, "acme-sms", "acme")
    await store.keep(tea, [text(1)])
    await store.keep(tea, [text(2, BOB)])
    await store.keep(acme, [text(3)])

    assert ["text 1", "text 2"] == await said(store, Which("flowit"))
    assert ["text 3"] == await said(store, Which(endpoint="acme-sms"))
    assert ["text 1"] == await said(store, Which("flowit", contact=ANN))
    assert [] == await said(store, Which("flowit", "acme-sms"))


async def test_what_was_said_before_there_was_an_order_comes_first(
    store: SqlStore, database_url: str
):
    tea = await endpoint(store)
    await store.keep(tea, [text(1), text(2, BOB)])
    await change(database_url, "UPDATE timeline SET feed = 0")
    await store.keep(tea, [text(3)])

    assert ["text 1", "text 2", "text 3"] == await said(store)


async def test_a_restart_goes_on_behind_what_there_was(database_url: str, clock: Calendar):
    first = await open_store(database_url, clock, LEASE)
    tea = await endpoint(first)
    await first.keep(tea, [text(1)])
    end = await first.feed_end()
    await first.close()
    clock.skip(-3600)
    second = await open_store(database_url, clock, LEASE)
    await second.keep(tea, [text(2)])

    assert ["text 2"] == await said(second, after=end)
    await second.close()


@on("postgres")
async def test_tables_that_come_from_another_server_go_on_behind_what_there_was(
    database_url: str, clock: Calendar
):
    first = await open_store(database_url, clock, LEASE)
    tea = await endpoint(first)
    await first.keep(tea, [text(1)])
    await first.close()
    await change(database_url, "UPDATE timeline SET feed = feed + 4000000000")
    second = await open_store(database_url, clock, LEASE)
    end = await second.feed_end()
    await second.keep(tea, [text(2)])
    await second.keep(tea, [text(3, BOB)])

    assert ["text 1", "text 2", "text 3"] == await said(second)
    assert ["text 2", "text 3"] == await said(second, after=end)
    await second.close()


# On PostgreSQL transactions overlap.


async def say(connection: Any, conversation: int, seq: int, words: str) -> None:
    statement = statements.load("postgres")["say"]
    assert statement is not None
    values = {
        "conversation_id": [conversation],
        "seq": [seq],
        "author": ["contact"],
        "element": [f'{{"type": "message", "message": "{words}"}}'],
        "discarded": [""],
        "session": [0],
    }
    rows = [values[name] for name in statement.columns or ()]
    await connection.execute(statement.text, *rows, *(1 for _name in statement.values))


@on("postgres")
async def test_who_began_first_and_commits_last_is_not_skipped(
    store: SqlStore, database_url: str
):
    tea = await endpoint(store)
    await store.keep(tea, [text(1), text(2, BOB)])
    end = await store.feed_end()
    slow, quick = await asyncpg.connect(database_url), await asyncpg.connect(database_url)
    began = slow.transaction()
    await began.start()
    await say(slow, 1, 2, "slow")
    await say(quick, 2, 2, "quick")
    before = await store.feed(ALL, end)
    await began.commit()
    after = await said(store, after=before.place)

    assert [] == before.found
    assert ["slow", "quick"] == after
    await slow.close()
    await quick.close()


@on("postgres")
async def test_a_conversation_keeps_its_order_whoever_began_first(
    store: SqlStore, database_url: str
):
    tea = await endpoint(store)
    await store.keep(tea, [text(1)])
    end = await store.feed_end()
    early, late = await asyncpg.connect(database_url), await asyncpg.connect(database_url)
    began = early.transaction()
    await began.start()
    await early.execute("SELECT pg_current_xact_id()")
    await say(late, 1, 2, "one")
    await say(early, 1, 3, "two")
    await began.commit()

    assert ["one", "two"] == await said(store, after=end)
    await early.close()
    await late.close()


async def test_whoever_reads_while_many_write_sees_each_once_and_in_order(
    database_url: str, clock: Calendar
):
    """On PostgreSQL two nodes write; the reader reads as fast as it can."""
    nodes = [await open_store(database_url, clock, LEASE)]
    if database_url.startswith("postgres"):
        nodes.append(await open_store(database_url, clock, LEASE))
    tea = await endpoint(nodes[0])
    chance = random.Random(7)
    people = [f"+1555010{n:04}" for n in range(10)]

    async def write(n: int) -> None:
        await asyncio.sleep(chance.random() / 2)
        await chance.choice(nodes).keep(tea, [text(n, chance.choice(people))])

    async def read() -> list[Any]:
        found: list[Any] = []
        place: Place = START
        while len(found) < 300:
            portion = await nodes[-1].feed(ALL, place)
            found += portion.found
            place = portion.place
            await asyncio.sleep(0)
        return found

    async with asyncio.timeout(30):
        *_kept, found = await asyncio.gather(*(write(n) for n in range(300)), read())

    assert 300 == len({one.place for one in found})
    for person in people:
        seqs = [one.place[2] for one in found if one.contact == person]
        assert list(range(1, len(seqs) + 1)) == seqs
    for node in nodes:
        await node.close()
