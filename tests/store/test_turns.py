"""What every store promises about texts and turns. Runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio

from tests.conftest import Calendar
from tests.store.samples import ANN, BOB, answer, endpoint, text
from threadline.model.catalog import ResumeSenders
from threadline.model.clock import seconds
from threadline.model.rows import Done, Postponed
from threadline.model.timeline import Note
from threadline.store import SqlStore, open_store


async def test_a_text_is_kept_once(store: SqlStore):
    tea = await endpoint(store)

    first = [await store.keep(tea, [text(1)]) for _ in range(3)]
    at_once = await store.keep(tea, [text(2), text(2), text(3)])

    assert first == [[True], [False], [False]]
    assert at_once == [True, False, True]


async def test_the_same_text_from_many_callers_at_once_is_kept_once(store: SqlStore):
    tea = await endpoint(store)

    kept = await asyncio.gather(*(store.keep(tea, [text(1)]) for _ in range(20)))

    assert sum(one for [one] in kept) == 1


async def test_the_same_provider_id_on_two_endpoints_is_two_texts(store: SqlStore):
    tea, coffee = await endpoint(store, "tea"), await endpoint(store, "coffee", "acme")

    assert await store.keep(tea, [text(1)]) == [True]
    assert await store.keep(coffee, [text(1)]) == [True]


async def test_a_conversation_is_taken_one_text_at_a_time(store: SqlStore):
    tea = await endpoint(store)
    await store.keep(tea, [text(1), text(2), text(3, BOB)])

    claimed = await store.claim_turns(10)
    assert {"text 1", "text 3"} == {one.text for one in claimed}
    assert await store.claim_turns(10) == []

    first = next(one for one in claimed if one.contact == ANN)
    assert [Done(True)] == await store.finish_turns([answer(first, "ok")])
    [second] = await store.claim_turns(10)
    assert (second.text, second.state, second.session.open) == ("text 2", {"at": "x"}, True)


async def test_workers_racing_never_share_a_conversation(store: SqlStore):
    tea = await endpoint(store)
    await store.keep(tea, [text(n, f"+1555010{n % 7:04}") for n in range(60)])

    claims = await asyncio.gather(*(store.claim_turns(1) for _ in range(20)))

    got = [one.conversation for found in claims for one in found]
    assert 7 == len(got) == len(set(got))


async def test_a_text_that_arrives_during_its_turn_is_not_stranded(store: SqlStore):
    tea = await endpoint(store)
    await store.keep(tea, [text(1)])
    [first] = await store.claim_turns(1)

    await store.keep(tea, [text(2)])
    assert await store.claim_turns(1) == []
    await store.finish_turns([answer(first, "ok")])

    assert [one.text for one in await store.claim_turns(1)] == ["text 2"]


async def test_a_lost_turn_comes_back_and_its_late_result_is_dropped(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await store.keep(tea, [text(1)])
    [lost] = await store.claim_turns(1)

    clock.skip(59)
    assert await store.claim_turns(1) == []
    clock.skip(2)
    [found] = await store.claim_turns(1)

    assert (lost.seq, 1, 2) == (found.seq, lost.attempts, found.attempts)
    assert [Done(False)] == await store.finish_turns([answer(lost, "late")])
    assert [Done(True)] == await store.finish_turns([answer(found, "in time")])
    said = [e["element"].get("message") for e in await store.timeline("flowit-sms", ANN)]
    assert said == ["text 1", "in time"]


async def test_a_renewed_turn_stays_ours(store: SqlStore, clock: Calendar):
    tea = await endpoint(store)
    await store.keep(tea, [text(1)])
    [claimed] = await store.claim_turns(1)

    clock.skip(40)
    assert await store.renew_turns([claimed]) == [True]
    clock.skip(40)

    assert await store.claim_turns(1) == []
    assert [Done(True)] == await store.finish_turns([answer(claimed, "ok")])
    assert await store.renew_turns([claimed]) == [False]


async def test_a_postponed_turn_waits_and_keeps_its_place(store: SqlStore, clock: Calendar):
    tea = await endpoint(store)
    await store.keep(tea, [text(1), text(2)])
    [claimed] = await store.claim_turns(1)

    again = Postponed(claimed, clock() + seconds(10), Note("asleep", "bot_failed"), 1)
    assert await store.postpone_turns([again]) == [True]
    await store.keep(tea, [text(3)])
    assert await store.claim_turns(1) == []
    clock.skip(11)

    assert [(c.text, c.attempts) for c in await store.claim_turns(1)] == [("text 1", 2)]
    notes = [e for e in await store.timeline("flowit-sms", ANN) if e["author"] == "system"]
    assert [note["element"]["text"] for note in notes] == ["asleep"]


async def test_a_turn_that_waited_for_something_to_be_mended_goes_on_at_once(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await store.keep(tea, [text(1), text(2, BOB)])
    mended, asleep = sorted(await store.claim_turns(2), key=lambda one: one.text)
    later = clock() + seconds(300)
    await store.postpone_turns([Postponed(mended, later, Note("no secret", "x"), attempts=0)])
    await store.postpone_turns([Postponed(asleep, later, Note("asleep", "x"), attempts=1)])

    await store.change([ResumeSenders("acme")])
    others = await store.claim_turns(2)
    await store.change([ResumeSenders("flowit")])

    assert [] == others
    assert ["text 1"] == [one.text for one in await store.claim_turns(2)]


async def test_the_timeline_is_numbered_in_the_order_of_commits(store: SqlStore):
    tea = await endpoint(store)
    await store.keep(tea, [text(1)])
    [claimed] = await store.claim_turns(1)
    await store.keep(tea, [text(2)])
    await store.finish_turns([answer(claimed, "one", "two")])

    entries = await store.timeline("flowit-sms", ANN)

    assert [entry["seq"] for entry in entries] == [1, 2, 3, 4]
    assert [e["element"]["message"] for e in entries] == ["text 1", "text 2", "one", "two"]


async def test_stop_is_known_as_soon_as_it_is_kept(store: SqlStore):
    tea = await endpoint(store)
    await store.keep(tea, [text(1)])
    [claimed] = await store.claim_turns(1)
    await store.finish_turns([answer(claimed, "one", "two")])

    await store.keep(tea, [text(2, says="STOP", consent="stop")])

    assert (await store.claim_drafts(10)).sendings == []
    [stop] = await store.claim_turns(1)
    assert "opted out" in stop.flag


async def test_start_lifts_an_opt_out_and_is_else_a_text_like_any_other(store: SqlStore):
    tea = await endpoint(store)
    await store.keep(tea, [text(1, says="yes", consent="start")])
    await store.keep(tea, [text(2, BOB, says="stop", consent="stop")])
    await store.keep(tea, [text(3, BOB, says="start", consent="start")])

    flags = {one.contact: one.flag for one in await store.claim_turns(2)}

    assert flags[ANN] == ""
    [stopped] = [one for one in [flags[BOB]] if one]
    assert "opted out" in stopped


async def test_what_was_kept_is_there_after_a_restart(database_url: str, clock: Calendar):
    store = await open_store(database_url, clock, seconds(60))
    tea = await endpoint(store)
    await store.keep(tea, [text(1)])
    await store.close()

    again = await open_store(database_url, clock, seconds(60))
    claimed = await again.claim_turns(1)
    await again.close()

    assert [one.text for one in claimed] == ["text 1"]
